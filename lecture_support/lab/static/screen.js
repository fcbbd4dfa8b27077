// Pictures as fine as the screen and as narrow as the page: where it has more than one pixel for each of the page's, or
// too little room for axes side by side, the kernel is told so as soon as a panel appears, and again when that changes:
// a window goes to another screen or is zoomed, a phone is turned. On a wide, plain screen nothing is sent.

const MOST = 2; // what is finer no eye misses, and a picture takes as long as it has pixels
const NARROW = 560; // a phone held upright; a page at twice its size is wider, and its words are large anyway
const STACKED = "480"; // how wide a picture for a narrow page is (narrow.py)

export function followScreen(app) {
  const panels = document.getElementsByClassName("lecture-panel"); // always those that are on the page now
  const told = new WeakMap(); // {panel: JSON}; the panel is a new element wherever the kernel is a new one

  const tell = (panel) => {
    const now = { scale: Math.min(MOST, Math.ceil(devicePixelRatio)), narrow: panel.clientWidth < NARROW };
    const words = JSON.stringify(now);
    if (!panel.clientWidth || told.get(panel) === words) {
      return; // out of sight, or told
    }
    const notebook = [...app.shell.widgets("main")].find((each) => each.sessionContext && each.node.contains(panel));
    const kernel = notebook?.sessionContext.session?.kernel;
    if (kernel) {
      told.set(panel, words);
      const comm = kernel.createComm("lecture-support");
      comm.open(now);
      comm.close();
    }
  };

  const tellAll = () => [...panels].forEach(tell);
  const sizes = new ResizeObserver(tellAll);

  const meet = ({ target: panel }) => {
    if (panel.classList.contains("lecture-panel") && !told.has(panel)) {
      // As the kernel draws unless it is told, but for a phone's panels that are opened again on a wide page.
      const narrow = panel.querySelector("img")?.getAttribute("width") === STACKED;
      told.set(panel, JSON.stringify({ scale: 1, narrow }));
      sizes.observe(panel);
    }
  };

  const watch = () => {
    tellAll();
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", watch, { once: true });
  };

  watch();
  // A panel gets its class name after it came to the page.
  const named = { subtree: true, attributeFilter: ["class"] };
  new MutationObserver((records) => records.forEach(meet)).observe(document.body, named);
}
