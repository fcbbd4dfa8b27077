// The kernel's worker takes Pyodide from here: all packages at once, and the pages hear how many bytes have come. The
// two constants above are written by site.py.

const channel = new BroadcastChannel("lecture-loading");
const total = Object.values(SIZES).reduce((sum, size) => sum + size, 0);
const fetchAsIs = globalThis.fetch;
let loaded = 0;

/** fetch, with every chunk counted as it comes. */
async function counted(...request) {
  const response = await fetchAsIs(...request);
  const count = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      channel.postMessage(Math.min(1, loaded / total));
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count), response);
}

export async function loadPyodide(options) {
  globalThis.fetch = counted;
  const indexURL = new URL(".", import.meta.url).href;
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const pyodide = await loadPyodide({
    ...options,
    indexURL,
    lockFileContents: LOCK,
    packageBaseUrl: indexURL,
    packages: Object.keys(LOCK.packages),
  });
  globalThis.fetch = fetchAsIs;
  // Completion goes without jedi, which is larger than all that is imported here beside NumPy and matplotlib.
  const startup = `${pyodide.FS.cwd()}/.ipython/profile_default/startup`;
  pyodide.FS.mkdirTree(startup);
  pyodide.FS.writeFile(`${startup}/completion.py`, "get_ipython().Completer.use_jedi = False\n");
  return pyodide;
}
