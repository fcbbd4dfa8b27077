// Panels without a kernel behind them: after a restart, and in a notebook that was saved and opened again. They say so,
// instead of sliders that move and a picture that does not, or of JupyterLab's "Error displaying widget".

const LOST = "Error displaying widget";
const ENDS = ["restarting", "autorestarting", "terminating", "dead"];

/** A line that says why nothing moves, with the button that cures it. */
function note(app, words) {
  const line = document.createElement("div");
  line.className = "lecture-asleep-note";
  line.setAttribute("role", "status");
  const run = document.createElement("button");
  run.className = "jupyter-button";
  run.textContent = "Run all cells";
  run.addEventListener("click", () => app.commands.execute("notebook:run-all-cells"));
  line.append(words, run);
  return line;
}

/** Still every panel and prediction of a notebook whose kernel has gone. */
function fallAsleep(app, notebook) {
  for (const part of notebook.node.querySelectorAll(":is(.lecture-panel, .lecture-prediction, .lecture-reveal):not([inert])")) {
    part.inert = true;
    part.before(note(app, "The kernel was restarted, so this no longer moves. "));
  }
}

/** The stored output that an element of a notebook shows. */
function storedOutput(notebooks, element) {
  const node = element.closest(".jp-CodeCell");
  const cell = notebooks.flatMap((notebook) => notebook.widgets).find((each) => each.node === node);
  const child = element.closest(".jp-OutputArea-child");
  return cell?.outputArea.model.get([...child.parentElement.children].indexOf(child));
}

/** Show the picture and the words that were stored beside a widget whose model is gone. */
function showStored(app, notebooks, element) {
  const output = storedOutput(notebooks, element);
  const picture = output?.data["image/png"];
  if (picture) {
    const image = document.createElement("img");
    image.src = `data:image/png;base64,${picture}`;
    image.alt = output.metadata["image/png"].alt;
    element.replaceChildren(note(app, "A stored picture. "), image);
  } else if (output) {
    const words = document.createElement("pre");
    words.textContent = output.data["text/plain"];
    element.replaceChildren(note(app, "Not running yet. "), words);
  }
}

export function watchKernels(app) {
  const met = new WeakSet();
  const open = () => [...app.shell.widgets("main")].filter((widget) => widget.sessionContext && widget.content?.widgets);
  const meet = () => {
    for (const panel of open().filter((each) => !met.has(each))) {
      met.add(panel);
      panel.sessionContext.statusChanged.connect((_, status) => {
        if (ENDS.includes(status)) {
          fallAsleep(app, panel.content);
        }
      });
    }
  };
  app.shell.currentChanged?.connect(meet);
  app.restored.then(meet);
  const lost = (records) => records.flatMap((record) => [...record.addedNodes]).filter((node) => node.nodeType === 3);
  new MutationObserver((records) => {
    for (const text of lost(records).filter((node) => node.data.startsWith(LOST) && node.parentElement)) {
      showStored(app, open().map((panel) => panel.content), text.parentElement);
    }
  }).observe(document.body, { childList: true, subtree: true });
}
