// The stage of a presentation: JupyterLab with everything taken away but the notebook, and the notebook run.
export const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";
const RAN_IN = "lecture-ran-in"; // in the notebook's metadata: the kernel that has run all of it

/** An element with a class, words and children. */
export function make(tag, className, words = "", ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(words, ...children);
  return element;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A promise that holds as soon as get() returns something, with what it returned. */
export async function until(get) {
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

/** Take everything away but the notebook; return a function that brings it back. */
export function clearStage(shell, panel) {
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

/** Whether a cell shows all that it has: its text with its formulas, its widgets with what is in them. */
function isDrawn(cell) {
  if (cell.model.type === "markdown") {
    const text = cell.node.querySelector(".jp-RenderedMarkdown");
    return text?.childElementCount > 0 && !text.textContent.includes("$$");
  }
  const outputs = cell.model.type === "code" ? cell.model.outputs.toJSON() : [];
  const widgets = outputs.filter((output) => output.data?.[WIDGET_VIEW]);
  return widgets.length === 0 || cell.node.querySelector(".lecture-pulse");
}

/** Run every cell while a curtain says how far it is, but where this kernel has done so already, as after a reload. What
 * the cells show is saved, so that a reload finds it. Return whether a cell has failed. */
export async function getReady(app, panel, curtain) {
  const { content: notebook, context, sessionContext } = panel;
  const kernel = sessionContext.session.kernel.id;
  const cells = notebook.widgets.filter((cell) => cell.model.type === "code");
  if (notebook.model.getMetadata(RAN_IN) !== kernel) {
    const done = () => cells.filter((cell) => cell.model.executionCount !== null);
    const timer = setInterval(() => {
      curtain.textContent = `Getting the notebook ready: ${done().length} of ${cells.length} cells`;
    }, 200);
    await app.commands.execute("notebook:run-all-cells");
    clearInterval(timer);
    notebook.model.setMetadata(RAN_IN, kernel);
    await context.save();
  }
  await until(() => notebook.widgets.every(isDrawn));
  return cells.some((cell) => cell.model.outputs.toJSON().some((output) => output.output_type === "error"));
}
