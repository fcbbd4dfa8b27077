// The course in JupyterLab: panels that can be heard and used by keyboard, and the notebook as a presentation.
import { makeAccessible } from "./accessible.js";
import { watchKernels } from "./asleep.js";
import { quietenSigns } from "./busy.js";
import { present } from "./present.js";
import { followScreen } from "./screen.js";
import { SITE, fitScreen, keepWork, layNewVersions, openAsked, saveInTurn } from "./site.js";

const style = document.createElement("link");
style.rel = "stylesheet";
style.href = new URL("style.css", import.meta.url);
document.head.append(style);

export default {
  id: "lecture-support:plugin",
  autoStart: true,
  activate(app) {
    makeAccessible(document.body);
    watchKernels(app);
    followScreen(app);
    quietenSigns(app);
    if (SITE) {
      keepWork(app);
      fitScreen(app);
      openAsked(app);
      app.restored.then(() => layNewVersions(app)); // before that, what it says may be lost
    }
    // The workspace that `lecture present 3` opens; in a site, the second link of a notebook on the first page.
    const shows = SITE ? /[?&]present\b/.test(location.search) : /\/workspaces\/present-/.test(location.pathname);
    if (SITE || shows) {
      saveInTurn(app);
    }
    if (shows) {
      present(app);
    }
  },
};
