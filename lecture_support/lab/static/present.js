// The notebook in front of a class. Its beats are its headings, its predictions and the named states of its panels, from
// top to bottom; one key or button goes to the next. Nothing but the notebook is on the screen.
import { headingOf } from "./accessible.js";

const STEPS = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 };
// Here an arrow belongs to the control that has the focus; a clicker's PageDown and PageUp never do.
const KEEPS_KEYS = ".noUi-handle, input, select, textarea, [contenteditable=true]";

/** An element with a class, words and children. */
function make(tag, className, words = "", ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(words, ...children);
  return element;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A promise that holds as soon as get() returns something, with what it returned. */
async function until(get) {
  for (let found = get(); ; found = get()) {
    if (found) {
      return found;
    }
    await pause(50);
  }
}

/** The widgets beside one that are on the screen, beside its parent, and so on up to the shell. */
function surroundings(widget, shell) {
  if (widget === shell) {
    return [];
  }
  const beside = [...widget.parent.layout].filter((part) => part !== widget && part.isVisible);
  return [...beside, ...surroundings(widget.parent, shell)];
}

/** A function that presses a button; while the kernel is at work on one, it keeps only the newest of the others. */
function presser(kernel) {
  let waiting = null;
  let busy = false;
  return async (button) => {
    waiting = button;
    while (waiting && !busy) {
      busy = true;
      waiting.click();
      waiting = null;
      await pause(100);
      await until(() => kernel()?.status !== "busy");
      busy = false;
    }
  };
}

/** Take everything away but the notebook; return a function that brings it back. */
function clearStage(shell, panel) {
  const mode = shell.mode;
  const windowing = panel.content.notebookConfig;
  panel.content.notebookConfig = { ...windowing, windowingMode: "none" }; // cells out of sight are in the page too
  shell.mode = "single-document";
  shell.collapseLeft();
  shell.collapseRight();
  const shown = [panel.toolbar, ...surroundings(panel, shell)];
  shown.forEach((part) => part.hide());
  document.body.classList.add("lecture-presenting");
  return () => {
    document.body.classList.remove("lecture-presenting");
    shown.forEach((part) => part.show());
    shell.mode = mode;
    panel.content.notebookConfig = windowing;
  };
}

/** The beats of a notebook that has run: what each is called, what to bring into view, and what to click. */
function beatsOf(notebook) {
  const drawn = ".lecture-panel:has(img:not([style*='display: none']))"; // the others wait for a student's function
  const places = `:is(h1, h2, h3), .lecture-prediction, ${drawn} .lecture-states button`;
  return [...notebook.node.querySelectorAll(places)].map((found) => {
    const panel = found.closest(".lecture-panel");
    if (panel) {
      return { name: found.textContent, view: panel, button: found };
    }
    const question = found.matches(".lecture-prediction") && found.querySelector(".widget-html-content").textContent;
    return { name: question ? `Predict: ${question}` : headingOf(found), view: found, button: null };
  });
}

/** Leave out what stands below the next prediction that is not revealed yet: it often says the answer. */
function hideAnswers(notebook, beats) {
  const open = beats.find(({ view }) => view.matches(".lecture-prediction:has(button:enabled:not(.lecture-pulse))"));
  const cells = notebook.widgets.map((cell) => cell.node);
  const asked = open ? cells.findIndex((cell) => cell.contains(open.view)) : cells.length;
  cells.forEach((cell, index) => cell.classList.toggle("lecture-later", index > asked));
}

/** Run every cell while a curtain says how far it is; return whether all went well. */
async function runAll(app, notebook, curtain) {
  const cells = notebook.widgets.filter((cell) => cell.model.type === "code");
  const done = () => cells.filter((cell) => cell.model.executionCount !== null);
  const timer = setInterval(() => {
    curtain.textContent = `Getting the notebook ready: ${done().length} of ${cells.length} cells`;
  }, 200);
  try {
    return await app.commands.execute("notebook:run-all-cells");
  } finally {
    clearInterval(timer);
  }
}

export async function present(app) {
  const curtain = make("div", "lecture-curtain", "Getting the notebook ready");
  curtain.setAttribute("role", "status");
  document.body.append(curtain);
  await app.restored;
  const panel = await until(() => app.shell.currentWidget?.sessionContext && app.shell.currentWidget);
  await panel.context.ready;
  await panel.sessionContext.ready;
  const notebook = panel.content;
  const bringBack = clearStage(app.shell, panel);
  const ran = await runAll(app, notebook, curtain);
  await app.commands.execute("notebook:hide-all-cell-code");
  const beats = await until(() => beatsOf(notebook));
  curtain.remove();
  const press = presser(() => panel.sessionContext.session?.kernel);
  new Show(app, notebook, beats, bringBack, press, ran);
}

/** The bar at the foot of the screen, the keys, and the beat that is shown. */
class Show {
  constructor(app, notebook, beats, bringBack, press, ran) {
    Object.assign(this, { app, notebook, beats, bringBack, press });
    const button = (words, title, action) => {
      const made = make("button", "lecture-bar-button", words);
      made.title = title;
      made.addEventListener("click", action);
      return made;
    };
    this.back = button("◀", "Back (PageUp)", () => this.go(this.index - 1));
    this.next = button("", "Next (PageDown)", () => this.go(this.index + 1));
    this.where = make("span", "lecture-bar-where");
    this.trouble = ran ? "" : "A cell stopped with an error. ";
    this.where.setAttribute("role", "status");
    this.code = button("Show code", "The code of every cell", () => this.toggleCode());
    const leave = button("Leave", "Back to JupyterLab (Escape)", () => this.leave());
    this.bar = make("div", "lecture-bar", this.back, this.next, this.where, this.code, leave);
    this.bar.setAttribute("role", "toolbar");
    this.bar.setAttribute("aria-label", "Presentation");
    document.body.append(this.bar);
    this.onKey = (event) => this.key(event);
    this.onResize = () => this.fit(this.beats[this.index].view);
    addEventListener("keydown", this.onKey, true);
    addEventListener("resize", this.onResize);
    this.index = -1;
    this.go(0);
  }

  /** Go to a beat: press its button, and move the page only where the beat is on another part of it. */
  go(index) {
    if (!this.beats[index]) {
      return;
    }
    const { name, view, button } = this.beats[index];
    const moves = view !== this.beats[this.index]?.view;
    this.index = index;
    hideAnswers(this.notebook, this.beats.slice(index));
    if (button) {
      this.press(button);
    }
    const following = this.beats[index + 1];
    this.back.disabled = index === 0;
    this.next.disabled = !following;
    this.next.textContent = following ? `Next: ${following.name} ▶` : "The end";
    this.where.textContent = `${this.trouble}${index + 1} of ${this.beats.length}: ${name}`;
    if (moves) {
      this.fit(view);
      view.scrollIntoView({ block: "start" });
    }
  }

  /** Give a panel's picture all the room that the controls above it and the sentence beside it leave. */
  fit(view) {
    const image = view.querySelector("img.widget-image");
    if (image) {
      const above = image.getBoundingClientRect().top - view.getBoundingClientRect().top;
      const height = this.bar.getBoundingClientRect().top - this.notebook.node.getBoundingClientRect().top - above - 12;
      const width = Math.min(0.76 * view.clientWidth, (height * image.naturalWidth) / image.naturalHeight);
      image.style.setProperty("width", `${Math.max(400, Math.floor(width))}px`, "important");
    }
  }

  key(event) {
    const direction = STEPS[event.key];
    const theirs = !event.key.startsWith("Page") && document.activeElement.matches(KEEPS_KEYS);
    if (event.ctrlKey || event.metaKey || event.altKey || theirs) {
      return;
    }
    if (direction) {
      event.preventDefault();
      event.stopPropagation();
      this.go(this.index + direction);
    } else if (event.key === "Escape") {
      this.leave();
    }
  }

  async toggleCode() {
    const shown = this.code.textContent === "Hide code";
    await this.app.commands.execute(`notebook:${shown ? "hide" : "show"}-all-cell-code`);
    this.code.textContent = shown ? "Show code" : "Hide code";
    this.beats[this.index].view.scrollIntoView({ block: "start" });
  }

  leave() {
    hideAnswers(this.notebook, []);
    removeEventListener("keydown", this.onKey, true);
    removeEventListener("resize", this.onResize);
    this.bar.remove();
    this.bringBack();
    for (const { view } of this.beats) {
      view.querySelector("img.widget-image")?.style.removeProperty("width");
    }
    this.app.commands.execute("notebook:show-all-cell-code");
  }
}
