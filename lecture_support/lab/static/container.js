// What JupyterLab loads first: an object with the two functions of a module-federation container, written by hand, so
// that the extension needs no build. The extension itself is plain modules beside this file.
(() => {
  const here = document.currentScript.src;
  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["lecture-support"] = {
    init() {}, // nothing is shared with other extensions
    async get() {
      const extension = await import(new URL("extension.js", here));
      return () => ({ ...extension, __esModule: true }); // a copy: JupyterLab writes on it
    },
  };
})();
