// Signs of a busy kernel, while a hand is on a panel. JupyterLab has three: the favicon, the status bar and the toolbar's
// circle. Each changes twice at each move of a slider, and each change redraws the page, which takes as long as the
// picture. So as long as what was last touched is ours, its notebook's session tells only of what has lasted for half a
// second; everything else, and every other notebook, is told at once. (The kernel's own status never waits.)

import { OURS } from "./accessible.js";

const LASTS = 500; // ms

/** Let a session wait before it tells of a busy kernel; return a function that ends this. */
function hold(session) {
  const signal = session.statusChanged;
  const tellAtOnce = signal.emit.bind(signal);
  let told = session.kernel?.status;
  let timer = null;
  let waiting = null;
  const tell = (status) => {
    [told, waiting] = [status, null];
    tellAtOnce(status);
  };
  signal.emit = (status) => {
    clearTimeout(timer);
    if (status === "busy" || status === told) {
      waiting = status;
      timer = setTimeout(tell, LASTS, status);
    } else {
      tell(status);
    }
  };
  return () => {
    delete signal.emit; // what it has from its class is there again
    clearTimeout(timer);
    if (waiting) {
      tell(waiting);
    }
  };
}

export function quietenSigns(app) {
  let held = null;
  let release = () => {};
  const touch = ({ target }) => {
    const ours = target.closest?.(OURS);
    const notebook = ours && [...app.shell.widgets("main")].find(({ node }) => node.contains(ours));
    const session = notebook?.sessionContext?.session ?? null;
    if (session !== held) {
      release();
      held = session;
      release = session ? hold(session) : () => {};
    }
  };
  addEventListener("pointerdown", touch, true);
  addEventListener("keydown", touch, true);
}
