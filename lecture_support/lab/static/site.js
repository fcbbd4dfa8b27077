// The course as a folder of static files (site.py), with Python in the browser and a student's work in its storage.

const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}");
/** What site.py says of the site: {notebooks: {name: version}}; nothing where there is a Jupyter server. */
export const SITE = config.lectureSite;
const signs = new Set(); // the places that say how far Python is
const channel = SITE && new BroadcastChannel("lecture-loading");
let words = "Python is loading. ";

/** A place that says how far Python is. */
export function loadingSign() {
  const sign = document.createElement("span");
  sign.textContent = words;
  signs.add(sign);
  return sign;
}

function say(now) {
  if (now !== words) {
    words = now;
    signs.forEach((sign) => (sign.isConnected ? (sign.textContent = now) : signs.delete(sign)));
  }
}

let running = false;

/** Do something while the signs say so; nothing where that is being done already. */
export async function withSign(now, work) {
  if (!running) {
    const before = words;
    running = true;
    say(now);
    await work().finally(() => (running = false));
    say(before);
  }
}

let shown = false;

/** Tell start.mjs, in the kernel's worker, that the page shows what is stored, and needs the processor no longer. */
export function sayShown() {
  shown = true;
  channel.postMessage("shown");
}

/** Say how far Python is: start.mjs tells what part of the bytes has come. */
export function followLoading(kernel) {
  let there = false;
  channel.onmessage = ({ data }) => {
    if (data === "shown?") {
      shown && sayShown();
    } else if (!there) {
      say(data < 1 ? `Python is loading: ${Math.floor(100 * data)} %. ` : "Python starts. ");
    }
  };
  kernel.info.then(() => {
    there = true;
    say("Python is there. ");
  });
}

const cells = (notebook) => JSON.stringify(notebook.cells.map((cell) => [cell.cell_type, [cell.source].flat().join("")]));

/** Lay a new version of a notebook beside the student's own, once, as the `lecture` command does. */
export async function layNewVersions(app) {
  const { contents, serverSettings } = app.serviceManager;
  for (const [name, version] of Object.entries(SITE.notebooks)) {
    const key = `lecture ${serverSettings.baseUrl}${name}`;
    const laid = JSON.parse(localStorage.getItem(key) ?? "[]");
    if (laid.includes(version)) {
      continue;
    }
    if (laid.length) {
      const content = await (await fetch(new URL(`files/${name}`, serverSettings.baseUrl))).json();
      const mine = await contents.get(name, { content: true });
      if (cells(mine.content) !== cells(content)) {
        const there = new Set((await contents.get("")).content.map((file) => file.name));
        const mark = `updated ${new Date().toISOString().slice(0, 10)}`;
        let [beside, number] = [name.replace(".", ` (${mark}).`), 1];
        while (there.has(beside)) {
          beside = name.replace(".", ` (${mark}, ${++number}).`);
        }
        await contents.save(beside, { type: "notebook", format: "json", content });
        const message = `There is a new version of ${name} beside yours: ${beside}`;
        await app.commands.execute("apputils:notify", { message, type: "info", options: { autoClose: false } });
      }
    }
    localStorage.setItem(key, JSON.stringify([...laid, version]));
  }
}

/** Save a notebook once at a time: beside a save that is under way, JupyterLab takes that one's file for somebody else's
 * and asks which of the two shall stay, behind a show's curtain too. In a site it saves by itself every few seconds. */
export function saveInTurn(app) {
  const createNew = (_, context) => {
    const save = context.save.bind(context);
    let last = Promise.resolve();
    context.save = () => (last = last.catch(() => {}).then(save));
  };
  app.docRegistry.addWidgetExtension("Notebook", { createNew });
}

/** Open what the address names: JupyterLab does so a second later, when its layout is kept. (Only in a site: where a
 * kernel may have live widgets, ipywidgets loses some of them when a notebook is there so early.) */
export function openAsked(app) {
  const path = new URLSearchParams(location.search).get("path"); // JupyterLab takes it from the address
  if (path) {
    const open = () => app.commands.execute("docmanager:open", { path });
    app.restored.then(open).catch(() => {}); // of what cannot be opened JupyterLab tells
  }
}

/** Keep what was written as soon as the page goes out of sight: a phone may never show it again. */
export function keepWork(app) {
  document.addEventListener("visibilitychange", () => document.hidden && app.commands.execute("docmanager:save-all"));
}

/** Sizes for a finger and a small screen (style.css), where nothing is shown but the notebook. */
export function fitScreen(app) {
  document.body.classList.add("lecture-site");
  const { shell } = app;
  const close = () => shell.leftCollapsed || shell.collapseLeft(); // which changes the layout again
  if (innerWidth < 700) {
    app.restored.then(() => {
      const sides = ["left", "right"].filter((side) => shell.isSideTabBarVisible(side));
      sides.forEach((side) => shell.toggleSideTabBarVisibility(side));
      close();
      shell.layoutModified.connect(close);
    });
  }
}
