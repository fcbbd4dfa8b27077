// The notebook in front of a class, beat by beat (beats.js), with one key or a clicker. Nothing but the notebook is on
// the screen, and it ends where the beat ends: what comes later, and says the answer, is out of sight.
import { beatsOf, rowAt } from "./beats.js";
import { countHands } from "./hands.js";
import { pagesOf } from "./pages.js";
import { SITE } from "./site.js";
import { Speaker } from "./speaker.js";
import { clearStage, getReady, make, pause, until } from "./stage.js";

const TURNS = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 };
const SCROLLS = { ArrowDown: 1, ArrowUp: -1 };
// Here a key belongs to the control that has the focus; a clicker's PageDown and PageUp never do.
const KEEPS_KEYS = ".noUi-handle, input, select, textarea, [contenteditable=true]";
const MARGIN = 12; // px above and below what is shown
const PLAYING = "button:has(.fa-pause)";
const HERE = /present-\d+\/tree\/.*/;

/** The plan that `lecture present` laid beside the notebook: {only, notebooks: [{path, rows}]}. A site has none. */
async function planOf(app) {
  const none = { only: false, notebooks: [] };
  try {
    return SITE ? none : JSON.parse((await app.serviceManager.contents.get("plan.json")).content);
  } catch {
    return none;
  }
}

/** A function that presses a button, or only stops what plays; while the kernel is at work, the newest call waits. */
function presser(notebook, kernel) {
  let waiting = null;
  let busy = false;
  const answered = async () => {
    await pause(100);
    await until(() => kernel()?.status !== "busy");
  };
  return async (button) => {
    waiting = { button };
    while (waiting && !busy) {
      busy = true;
      const playing = notebook.node.querySelector(PLAYING);
      if (playing) {
        playing.click();
        await until(() => !playing.matches(PLAYING) || !playing.isConnected);
        await answered(); // the newest step waits in the page until the kernel has done the one before it
        await answered();
      }
      waiting.button?.click();
      waiting = null;
      await answered();
      busy = false;
    }
  };
}

export async function present(app) {
  const address = location.pathname; // JupyterLab changes it later
  const name = new URLSearchParams(location.hash.slice(1)).get("beat");
  const curtain = make("div", "lecture-curtain", "Getting the notebook ready");
  curtain.setAttribute("role", "status");
  document.body.append(curtain);
  await app.restored;
  const panel = await until(() => app.shell.currentWidget?.sessionContext && app.shell.currentWidget);
  await panel.context.ready;
  await panel.sessionContext.ready;
  await until(() => panel.sessionContext.session?.kernel);
  const plan = await planOf(app);
  const show = new Show(app, panel, plan, address);
  show.clear();
  show.failed = await getReady(app, panel, curtain);
  show.enter(name);
  curtain.remove();
}

/** The bar at the foot of the screen, the keys, and the beat that is shown. */
class Show {
  constructor(app, panel, plan, address) {
    Object.assign(this, { app, panel, plan, address, notebook: panel.content, index: 0, page: 0, typed: "" });
    const at = plan.notebooks.findIndex(({ path }) => path === panel.context.path);
    this.rows = plan.notebooks[at]?.rows ?? [];
    this.following = plan.only && at >= 0 ? plan.notebooks[at + 1]?.path : null;
    this.press = presser(panel.content, () => panel.sessionContext.session?.kernel);
    this.onKey = (event) => this.key(event);
    this.speaker = new Speaker(this.onKey);
    this.onWheel = () => this.clip(null);
    this.onResize = () => this.show(this.index, this.page);
    this.watch = new ResizeObserver(() => requestAnimationFrame(() => this.place()));
    const button = (words, title, action) => {
      const made = make("button", "lecture-bar-button", words);
      made.title = title;
      made.addEventListener("click", action);
      return made;
    };
    this.back = button("◀", "Back (PageUp)", () => this.turn(-1));
    this.next = button("", "Next (PageDown)", () => this.turn(1));
    this.where = make("select", "lecture-bar-where");
    this.where.setAttribute("aria-label", "Go to a beat");
    this.where.addEventListener("change", () => {
      this.where.blur();
      this.go(this.where.selectedIndex);
    });
    this.said = make("span", "lecture-bar-said");
    this.said.setAttribute("role", "status");
    const speaker = button("Speaker", "The speaker's view in a second window (S)", () => this.speaker.open());
    const leave = button("Leave", "Back to JupyterLab (Escape)", () => this.leave());
    this.bar = make("div", "lecture-bar", this.back, this.next, this.where, this.said, speaker, leave);
    this.bar.setAttribute("role", "toolbar");
    this.bar.setAttribute("aria-label", "Presentation");
    this.resume = button("Resume the show", "Where you left it", () => {
      this.clear();
      this.enter(this.beats[this.index].keys[0]);
    });
    this.resume.classList.add("lecture-resume");
  }

  /** Take all but the notebook from the screen. */
  clear() {
    this.bringBack = clearStage(this.app.shell, this.panel);
  }

  /** Begin at the beat that has this name among its keys, or at the first. */
  async enter(name) {
    this.resume.remove();
    document.body.append(this.bar);
    this.scroller = this.notebook.node.querySelector(".jp-WindowedPanel-outer");
    await until(() => this.notebook.widgets.every((cell) => cell.node.isConnected));
    Object.assign(this, beatsOf(this.notebook, this.plan.only ? this.rows : null));
    const { path } = this.panel.context;
    this.blocks.filter(({ question }) => question).forEach(({ id, question }) => countHands(path, id, question));
    const names = this.beats.map((beat, index) => make("option", "", `${index + 1} of ${this.beats.length}: ${beat.name}`));
    this.where.replaceChildren(...names);
    addEventListener("keydown", this.onKey, true);
    addEventListener("resize", this.onResize);
    this.scroller.addEventListener("wheel", this.onWheel, { passive: true });
    this.index = -1;
    this.go(Math.max(0, this.beats.findIndex(({ keys }) => keys.includes(name))));
  }

  /** The next page of the beat, or the next beat; the other way for -1. */
  turn(step) {
    if (this.pages[this.page + step]) {
      this.show(this.index, this.page + step);
    } else if (this.beats[this.index + step]) {
      this.go(this.index + step, step > 0 ? 0 : Infinity);
    } else if (step > 0 && this.following) {
      location.assign(this.address.replace(HERE, `present-${this.following.slice(0, 2)}/tree/${this.following}`));
    }
  }

  /** Go to a page of a beat, stop what plays, and press the beat's button. */
  go(index, page = 0) {
    const beat = this.beats[index];
    if (!beat) {
      return;
    }
    this.press(beat.button);
    this.show(index, page);
    this.where.selectedIndex = index;
    const [key] = beat.keys.slice(-1);
    history.replaceState(history.state, "", `#beat=${encodeURIComponent(key)}`);
    this.say("");
    this.tell(beat);
  }

  /** Say something in the bar, behind what is wrong with the notebook. */
  say(words) {
    this.said.textContent = `${this.failed ? "A cell stopped with an error. " : ""}${words}`;
  }

  /** The name of what comes after this beat: a beat, or the plan's next notebook. */
  get after() {
    return this.beats[this.index + 1]?.name ?? this.following;
  }

  /** Tell the speaker's view where the show is. */
  tell(beat) {
    const at = rowAt(this.rows, this.beats, this.index);
    const { minutes, ask, beat: goTo, notice, hear } = this.rows[at] ?? {};
    const then = this.rows[at + 1];
    const words = { Now: beat.name, Next: this.after, Ask: ask, "Go to": goTo, Notice: notice, "You may hear": hear };
    words.Minutes = minutes && `${minutes}`;
    words["The plan's next row"] = then && `${then.minutes} min: ${then.ask} ${then.beat}`;
    const until = this.rows.slice(0, at + 1).reduce((sum, row) => sum + row.minutes, 0);
    this.speaker.show({ words, until });
  }

  /** Bring a page of a beat to the screen, and take away what comes after the beat. */
  show(index, page) {
    const beat = this.beats[index];
    this.index = index;
    const first = this.blocks.indexOf(beat.blocks[0]);
    const last = this.blocks.indexOf(beat.blocks.at(-1));
    // Questions right above a question go: what all of them ask about is above them.
    const asked = beat.kind === "question" ? this.blocks.slice(0, first).findLastIndex(({ question }) => !question) : first;
    this.blocks.forEach(({ node }, at) => node.classList.toggle("lecture-later", at > last || (at > asked && at < first)));
    this.watch.disconnect();
    beat.blocks.forEach(({ node }) => this.watch.observe(node));
    this.page = page;
    this.place();
  }

  /** Put the page where it belongs. What has no heading of its own keeps in view what stands above it. */
  place() {
    const beat = this.beats[this.index];
    const height = this.scroller.clientHeight - 2 * MARGIN;
    const nodes = beat.blocks.map(({ node }) => node);
    const above = this.above(beat);
    const panel = beat.block?.panel ?? above.at(-1)?.panel;
    if (panel) {
      fit(panel, height);
      if (!beat.block) {
        const { top, height: all } = panel.getBoundingClientRect();
        const room = all - Math.max(0, nodes.at(-1).getBoundingClientRect().bottom - top - height + 1);
        fit(panel, Math.max(room, height / 2));
        nodes.unshift(panel); // what was seen is in view with the words about it
      }
    }
    this.pages = pagesOf(nodes, above.map(({ node }) => node), height);
    this.page = Math.min(this.page, this.pages.length - 1);
    const { top, bottom } = this.pages[this.page];
    this.scroller.scrollTop += top - this.scroller.getBoundingClientRect().top - MARGIN;
    const more = this.page < this.pages.length - 1;
    this.clip(more ? height + MARGIN - (bottom - top) - 1 : 0);
    this.back.disabled = this.index === 0 && this.page === 0;
    this.next.disabled = !more && !this.after;
    this.next.textContent = more ? "Next page ▶" : this.after ? `Next: ${this.after} ▶` : "The end";
  }

  /** What of its section may stay in view above a beat: nothing above a heading, or above a panel. */
  above(beat) {
    if (beat.block || beat.blocks[0].heading) {
      return [];
    }
    const before = this.blocks.slice(0, this.blocks.indexOf(beat.blocks[0]));
    return before.slice(Math.max(0, before.findLastIndex(({ heading }) => heading)));
  }

  /** Show no half of a line, neither above the page nor in so many pixels below it. */
  clip(below) {
    this.scroller.style.clipPath = below === null ? "" : `inset(${MARGIN - 2}px 0 ${Math.max(0, below)}px)`;
  }

  key(event) {
    const { key } = event;
    const theirs = event.target.matches?.(KEEPS_KEYS) && !key.startsWith("Page");
    if (event.ctrlKey || event.metaKey || event.altKey || (theirs && key !== "Escape")) {
      return;
    }
    event.stopPropagation(); // to JupyterLab, where single letters delete and move cells
    const typed = this.typed;
    this.typed = /^\d$/.test(key) ? typed + key : "";
    this.say(this.typed && `Go to ${this.typed}: Enter`);
    if (key in TURNS) {
      event.preventDefault();
      this.turn(TURNS[key]);
    } else if (key in SCROLLS) {
      event.preventDefault();
      this.clip(null);
      this.scroller.scrollTop += (SCROLLS[key] * this.scroller.clientHeight) / 6;
    } else if (key === "Enter" && typed) {
      event.preventDefault();
      this.go(Number(typed) - 1);
    } else if (key.toLowerCase() === "s") {
      this.speaker.open();
    } else if (key === "Escape") {
      this.leave();
    }
  }

  /** Back to JupyterLab, with a button that leads here again. */
  leave() {
    removeEventListener("keydown", this.onKey, true);
    removeEventListener("resize", this.onResize);
    this.scroller.removeEventListener("wheel", this.onWheel);
    this.clip(null);
    this.watch.disconnect();
    this.bar.remove();
    for (const { node, panel } of this.blocks) {
      node.classList.remove("lecture-later");
      panel?.querySelector("img.widget-image")?.style.removeProperty("width");
    }
    this.notebook.node.querySelectorAll(".lecture-out").forEach((node) => node.classList.remove("lecture-out"));
    this.bringBack();
    document.body.append(this.resume);
  }
}

/** Give a panel's picture all the room that the controls above it and the sentence beside it leave. */
function fit(panel, height) {
  const image = panel.querySelector("img.widget-image");
  const above = image.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  const width = Math.min(0.72 * panel.clientWidth, ((height - above) * image.naturalWidth) / image.naturalHeight);
  image.style.setProperty("width", `${Math.max(320, Math.floor(width))}px`, "important");
}
