// Panels that no kernel answers, whatever the cause, and panels that are only stored: they say so, and a button runs the
// notebook. Whether a kernel answers is asked and not guessed from what JupyterLab tells of it: each panel and question
// has a hidden button (pulse in views.py), which the kernel marks as it was last pressed.
import { OURS } from "./accessible.js";
import { SITE, followLoading, loadingSign, sayShown, withSign } from "./site.js";
import { WIDGET_VIEW, pause } from "./stage.js";

const WAIT = 1000; // ms from a move to the question whether a kernel is there: a drag needs all of its time
const LOST = SITE ? /^(Error displaying|Loading) widget/ : /^Error displaying widget/; // in a site it looks for ever
const MOVES = ["click", "change", "keydown", "pointerdown"];
const REST = 1000; // ms without a move, after which the next cell may run
let moved = 0; // when a hand last moved a part of ours, or the first panel came

/** The open notebooks. */
const notebooks = (app) => [...app.shell.widgets("main")].filter((each) => each.sessionContext && each.content?.widgets);

/** The notebook that an element belongs to: the one it stands in, or that of which it is an output's copy. */
function notebookOf(app, element) {
  const shown = [...app.shell.widgets("main")].find((each) => each.node.contains(element));
  return shown && notebooks(app).find((each) => each === shown || each.context.path === shown.content.path);
}

/** Run code cells one after the other, up to an error, each when no hand moves a panel: between two cells Python answers
 * the panels that are there, and the first is there to be moved at once. */
async function runInTurn(cells, context) {
  const show = (state) => cells.filter((cell) => !cell.isDisposed).forEach((cell) => (cell.model.executionState = state));
  let first = true;
  show("running");
  try {
    for (const cell of cells) {
      while (performance.now() - moved < REST) {
        await pause(REST / 10);
      }
      const reply = cell.isDisposed ? null : await cell.constructor.execute(cell, context);
      if (reply?.content.status === "error") {
        break;
      }
      if (first && cell.node.querySelector(".lecture-panel")) {
        [first, moved] = [false, performance.now()];
      }
    }
  } finally {
    show("idle");
  }
}

/** Run a notebook from its top. A kernel is started first where none is left: else the first cell that finds none ends
 * the run, after the outputs of all are gone. */
async function run(app, notebook) {
  const context = notebook.sessionContext;
  await context.ready; // in a site the button may be there before the kernel is asked for
  const kernel = context.session?.kernel;
  if (!kernel) {
    await context.changeKernel({ name: context.prevKernelName || context.kernelPreference.name });
  } else if (kernel.status === "dead") {
    await context.restartKernel();
  }
  await context.session?.kernel?.info;
  if (SITE) {
    const cells = notebook.content.widgets.filter((cell) => cell.model.type === "code");
    await withSign("What is above runs first. ", () => runInTurn(cells, context));
  } else {
    await app.commands.execute("notebook:run-all-cells", { semanticWidget: notebook.id });
  }
}

/** A line that says why nothing moves, with the button that cures it. */
function note(app, element, words, name) {
  const line = document.createElement("div");
  line.className = "lecture-asleep-note";
  line.setAttribute("role", "status");
  const button = document.createElement("button");
  button.className = "jupyter-button";
  button.textContent = name;
  button.addEventListener("click", () => {
    button.disabled = Boolean(SITE); // Python may take a while
    run(app, notebookOf(app, element));
  });
  line.append(words, button);
  element.before(line);
  return line;
}

/** Whether a kernel has marked the hidden button as it was last pressed. */
function answered(pulse) {
  return pulse.classList.contains("mod-active") === pulse.classList.contains("lecture-answered");
}

/** Still a part that no kernel answers, until one does after all. */
function fallAsleep(app, part, pulse) {
  const line = note(app, part, "No kernel answers this, so it does not move. ", "Run all cells");
  part.inert = true;
  const waking = new MutationObserver(() => {
    if (answered(pulse)) {
      waking.disconnect();
      line.remove();
      part.inert = false;
    }
  });
  waking.observe(pulse, { attributeFilter: ["class"] });
}

/** A function that presses a part's hidden button soon, and stills the part where the kernel does all that was asked of
 * it without an answer to that, or where there is no kernel to ask. With one, it stills all that belong to it. */
function asker(app) {
  const asked = new WeakSet();
  async function ask(part) {
    if (asked.has(part) || part.inert) {
      return;
    }
    asked.add(part);
    await pause(WAIT);
    asked.delete(part);
    const pulse = part.querySelector(".lecture-pulse");
    const notebook = notebookOf(app, part);
    if (!pulse || !notebook) {
      return;
    }
    if (answered(pulse)) {
      pulse.click();
    }
    const kernel = notebook.sessionContext.session?.kernel;
    if (kernel?.connectionStatus === "connected") {
      // Answered after all that was sent before, however long that takes; or given up, where the kernel ends.
      await kernel.requestIsComplete({ code: "" }).catch(() => {});
    }
    if (part.isConnected && !part.inert && !answered(pulse)) {
      fallAsleep(app, part, pulse);
      askAll(notebook.sessionContext);
    }
  }
  function askAll(context) {
    const parts = [...document.querySelectorAll(OURS)];
    parts.filter((part) => notebookOf(app, part)?.sessionContext === context).forEach(ask);
  }
  return { ask, askAll };
}

/** Whether JupyterLab has written that it finds no model for a widget. */
const isLost = ({ firstChild }) => firstChild?.nodeType === 3 && LOST.test(firstChild.data);

const sought = new Set(); // ids of models that a kernel has been asked for

/** Show the picture and the words that were stored beside a widget whose model is gone, and has not come meanwhile; and
 * the widget, where the kernel has it after all: ipywidgets looks for it for two seconds, and its last look is a tenth of
 * a second before their end. */
async function showStored(app, element) {
  const { content, sessionContext } = notebookOf(app, element);
  const kernel = sessionContext.session?.kernel;
  if (SITE && ["idle", "busy"].includes(kernel?.status)) {
    await pause(WAIT); // it may be there in a moment
  }
  const node = element.closest(".jp-OutputArea-child");
  const areas = content.widgets.map((cell) => cell.outputArea).filter((area) => area?.node.contains(node));
  const index = [...node.parentElement.children].indexOf(node);
  const output = areas[0]?.model.get(index);
  const type = ["text/html", "text/plain"].find((each) => output?.data[each]);
  const shown = type && content.rendermime.createRenderer(type);
  await shown?.renderModel(output);
  if (!shown || !isLost(element)) {
    return;
  }
  element.replaceChildren(shown.node);
  const id = output.data[WIDGET_VIEW]?.model_id;
  if (kernel && id && !sought.has(id)) {
    sought.add(id);
    const known = await kernel.requestCommInfo({ target_name: "jupyter.widget" }).catch(() => null); // it has ended
    if (known?.content.comms?.[id] && areas[0].model.get(index) === output) {
      areas[0].model.set(index, output.toJSON()); // which shows it anew
    }
  }
}

export function watchKernels(app) {
  const met = new WeakSet();
  const { ask, askAll } = asker(app);
  const meet = () => {
    for (const panel of notebooks(app).filter((each) => !met.has(each))) {
      met.add(panel);
      const context = panel.sessionContext;
      if (SITE) {
        context.ready.then(() => followLoading(context.session.kernel));
      }
      context.statusChanged.connect((_, status) => {
        if (status !== "idle" && status !== "busy") {
          askAll(context);
        }
      });
      context.kernelChanged.connect(() => askAll(context));
    }
  };
  app.shell.currentChanged?.connect(meet);
  app.restored.then(meet);
  const move = ({ target }) => {
    const part = target instanceof Element && target.closest(OURS);
    // The hidden button is pressed by this file alone.
    if (part && !target.matches(".lecture-pulse")) {
      moved = performance.now();
      ask(part);
    }
  };
  MOVES.forEach((type) => document.addEventListener(type, move, true));
  // JupyterLab takes cells that are far from the screen out of the page, and writes and brings them back as they are.
  const stored = (root) => {
    for (const element of [root, ...root.querySelectorAll(".lecture-stored, .jp-OutputArea-output")]) {
      const bare = element.matches(".lecture-stored:not(.lecture-asleep-note + *)");
      if (isLost(element) && notebookOf(app, element)) {
        showStored(app, element);
      } else if (bare && notebookOf(app, element)) {
        if (SITE) {
          note(app, element, loadingSign(), "Start Python");
          requestAnimationFrame(() => requestAnimationFrame(sayShown));
        } else {
          note(app, element, "Stored, and not running yet. ", "Start");
        }
      }
    }
  };
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "attributes") {
        move(record);
      }
      for (const node of record.addedNodes) {
        const element = node instanceof Element ? node : node.parentElement;
        if (element) {
          stored(element);
        }
      }
    }
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-valuenow"] });
}
