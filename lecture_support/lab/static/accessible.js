// What ipywidgets leaves out: names for sliders, live text, pressed buttons and the picture's words. Every part of what
// is ours is met once, as soon as it is there and has its class names; what changes later is followed on the part itself.

// What is ours, told by a class name and by what is in it: a class name alone may be on anybody's element.
export const OURS = [
  ".lecture-panel:has(> .widget-image):has(> .lecture-sentence > .widget-html-content)",
  ".lecture-prediction:has(> .widget-hbox > .lecture-live > .widget-html-content)",
]
  .map((selector) => `.widget-vbox${selector}`)
  .join();

/** Call action() now and whenever something in the element changes that options (MutationObserver's) asks for. */
function follow(element, options, action) {
  action();
  new MutationObserver(action).observe(element, options);
}

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** A slider: the handle has the label's name and says the position as it is written, not its index. */
function slider(root) {
  const [label, readout, handle] = [".widget-label", ".widget-readout", ".noUi-handle"].map((s) => root.querySelector(s));
  const name = label.textContent.trim();
  handle.setAttribute("aria-label", label.title && label.title !== name ? `${name}: ${label.title}` : name);
  const say = () => setAttribute(handle, "aria-valuetext", readout.textContent);
  follow(handle, { attributeFilter: ["aria-valuetext"] }, say);
  follow(readout, { childList: true, characterData: true, subtree: true }, say);
  readout.setAttribute("role", "textbox");
  readout.setAttribute("aria-label", `${name}, as a number`);
}

/** A slider over a list: its readout is no place to type, though ipywidgets makes it one and then ignores what is typed. */
function positions(root) {
  const readout = root.querySelector(".widget-readout");
  readout.contentEditable = "false";
  readout.removeAttribute("role");
  readout.removeAttribute("aria-label");
}

/** Toggle buttons: a group with a name, whose buttons say which of them is pressed. */
function toggles(root) {
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", root.querySelector(".widget-label").textContent.trim() || "Answers");
  const press = () => {
    for (const button of root.querySelectorAll("button")) {
      setAttribute(button, "aria-pressed", String(button.classList.contains("mod-active")));
    }
  };
  follow(root, { childList: true, subtree: true, attributeFilter: ["class"] }, press);
}

/** What a heading says, without JupyterLab's link to it. */
export function headingOf(element) {
  return element.textContent.replace("¶", "").trim(); // innerText is empty for what is not on the screen
}

/** Give a panel's picture its sentence as text, once both are there. */
function describe(part) {
  const root = part.closest(".lecture-panel");
  const words = root?.querySelector(".lecture-sentence .widget-html-content");
  if (words) {
    root.querySelector("img")?.setAttribute("alt", words.textContent);
  }
}

/** Words that are spoken when they change. */
function live(root) {
  const text = root.querySelector(".widget-html-content");
  text.setAttribute("role", "status");
  follow(text, { childList: true, characterData: true, subtree: true }, () => describe(root));
}

/** A panel: a group with the name that the kernel gave it, which its hidden button says. */
function panel(part) {
  const root = part.closest(".lecture-panel");
  const name = root?.querySelector(".lecture-pulse");
  if (name) {
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", `Panel: ${name.textContent}`);
    describe(root);
  }
}

const HANDLERS = {
  ".lecture-panel": panel,
  ".lecture-pulse": panel,
  ".lecture-positions.widget-slider": positions,
  ".widget-slider": slider,
  ".widget-toggle-buttons": toggles,
  ".lecture-live.widget-html": live,
  ".widget-image": describe,
};
const PARTS = Object.keys(HANDLERS).join();

function meet(element) {
  for (const [selector, handler] of Object.entries(HANDLERS)) {
    const met = (element.dataset.lecture ?? "").split(" ");
    if (element.matches(selector) && !met.includes(handler.name)) {
      element.dataset.lecture = [...met, handler.name].join(" ").trim();
      handler(element);
    }
  }
}

/** Meet everything in one of ours. */
function meetAll(root) {
  root.dataset.lecture ??= "ours"; // for style.css
  [root, ...root.querySelectorAll(PARTS)].forEach(meet);
}

export function makeAccessible(root) {
  root.querySelectorAll(OURS).forEach(meetAll);
  new MutationObserver((records) => {
    const ours = new Set(); // each with a new part, or with a new class name on one of its parts
    for (const { target, addedNodes } of records) {
      const added = [...addedNodes].filter((node) => node instanceof HTMLElement);
      [target, ...added].forEach((element) => ours.add(element.closest(OURS)));
      added.forEach((element) => element.querySelectorAll(OURS).forEach((root) => ours.add(root)));
    }
    ours.delete(null);
    ours.forEach(meetAll);
  }).observe(root, { childList: true, subtree: true, attributeFilter: ["class"] });
}
