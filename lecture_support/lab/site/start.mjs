// The kernel's worker takes Pyodide from here, with its packages in one archive, and the pages hear how many bytes have
// come. The constants above are written by site.py: with an ADDRESS Pyodide and THEIRS, its packages, come from there.

const channel = new BroadcastChannel("lecture-loading");
const here = new URL(".", import.meta.url).href;
const fetchAsIs = globalThis.fetch;
let loaded = 0;

/** fetch, with every chunk counted as it comes. */
async function counted(...request) {
  const response = await fetchAsIs(...request);
  const count = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      SIZE && channel.postMessage(Math.min(1, loaded / SIZE));
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count), response);
}

/** The answer for a file that site.py has packed. */
async function unpacked(address, type) {
  const { body } = await counted(`${address}.bin`);
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });
}

/** What Pyodide is started with, where all of it lies beside this file. */
async function ownPyodide() {
  globalThis.fetch = (address, ...rest) =>
    `${address}`.endsWith(".wasm") ? unpacked(address, "application/wasm") : counted(address, ...rest);
  const script = await (await unpacked(`${here}pyodide.asm.mjs`, "text/javascript")).blob();
  const { default: createPyodideModule } = await import(URL.createObjectURL(script));
  return { createPyodideModule, lockFileContents: LOCK };
}

export async function loadPyodide(options) {
  const archive = counted(`${here}${ARCHIVE}`).then((answer) => answer.arrayBuffer());
  const indexURL = ADDRESS || here;
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const own = ADDRESS ? {} : await ownPyodide();
  const pyodide = await loadPyodide({ ...options, ...own, indexURL, packages: THEIRS });
  globalThis.fetch = fetchAsIs;
  const [place] = pyodide.runPython("import site; site.getsitepackages()").toJs();
  pyodide.unpackArchive(await archive, "gztar", { extractDir: place });
  // Else matplotlib looks for fonts at its first import, and says so in whichever cell runs five seconds later.
  pyodide.runPython(`
import logging, os
os.environ["MPLCONFIGDIR"] = "${place}/matplotlib-fonts"
logging.getLogger("matplotlib.font_manager").setLevel("ERROR")`);
  // Completion goes without jedi, which is larger than all that is imported here beside NumPy and matplotlib.
  const startup = `${pyodide.FS.cwd()}/.ipython/profile_default/startup`;
  pyodide.FS.mkdirTree(startup);
  pyodide.FS.writeFile(`${startup}/completion.py`, "get_ipython().Completer.use_jedi = False\n");
  return pyodide;
}
