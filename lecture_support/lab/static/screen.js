// Pictures as fine as the screen: where it has more than one pixel for each of the page's, the kernel is told so as soon
// as a panel appears, and again when the window goes to another screen or is zoomed. On a plain screen nothing is sent.

const MOST = 2; // what is finer no eye misses, and a picture takes as long as it has pixels

export function followScreen(app) {
  const panels = document.getElementsByClassName("lecture-panel"); // always those that are on the page now
  const told = new WeakMap(); // {panel: scale}; the panel is a new element wherever the kernel is a new one

  const tell = (panel, scale) => {
    const notebook = [...app.shell.widgets("main")].find((each) => each.sessionContext && each.node.contains(panel));
    const kernel = notebook?.sessionContext.session?.kernel;
    if (kernel) {
      told.set(panel, scale);
      const comm = kernel.createComm("lecture-support");
      comm.open({ scale });
      comm.close();
    }
  };

  const tellAll = () => {
    const scale = Math.min(MOST, Math.ceil(devicePixelRatio));
    [...panels].filter((panel) => (told.get(panel) ?? 1) !== scale).forEach((panel) => tell(panel, scale));
  };

  const watch = () => {
    tellAll();
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", watch, { once: true });
  };

  watch();
  // A panel gets its class name after it came to the page.
  new MutationObserver(tellAll).observe(document.body, { childList: true, subtree: true, attributeFilter: ["class"] });
}
