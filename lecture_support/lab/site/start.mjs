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

/** A file of this folder as bytes: it comes while the page still needs the processor for what it shows. */
const early = (name) => counted(`${here}${name}`).then((answer) => answer.blob());

/** The answer for a file that site.py has packed. */
function unpacked(packed, type = "") {
  const body = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(body, { headers: { "Content-Type": type } });
}

/** Lay the files of an archive into a folder, which takes Python's own modules ten times as long. */
async function lay(archive, folder, { mkdirTree, writeFile }) {
  const bytes = new Uint8Array(await unpacked(archive).arrayBuffer());
  let at = bytes.indexOf(10); // names and sizes are one line, and the files follow
  const names = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at++)));
  for (const [name, size] of names) {
    const path = `${folder}/${name}`;
    mkdirTree(path.slice(0, path.lastIndexOf("/")));
    writeFile(path, bytes.subarray(at, (at += size)));
  }
}

/** What Pyodide is started with, where all of it lies beside this file. */
async function ownPyodide(script, wasm) {
  globalThis.fetch = async (address, ...rest) =>
    `${address}`.endsWith(".wasm") ? unpacked(await wasm, "application/wasm") : counted(address, ...rest);
  const unpackedScript = await unpacked(await script, "text/javascript").blob();
  const { default: createPyodideModule } = await import(URL.createObjectURL(unpackedScript));
  return { createPyodideModule, lockFileContents: LOCK };
}

/** The page's word that what is stored is shown; one that says nothing has had time enough. */
const shown = new Promise((done) => {
  channel.onmessage = ({ data }) => data === "shown" && done();
  channel.postMessage("shown?");
  setTimeout(done, 5000);
});

export async function loadPyodide(options) {
  const archive = early(ARCHIVE);
  const parts = ADDRESS ? [] : ["pyodide.asm.mjs.bin", "pyodide.asm.wasm.bin"].map(early);
  await shown;
  const indexURL = ADDRESS || here;
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const own = ADDRESS ? {} : await ownPyodide(...parts);
  const pyodide = await loadPyodide({ ...options, ...own, indexURL, packages: THEIRS });
  globalThis.fetch = fetchAsIs;
  const [place] = pyodide.runPython("import site; site.getsitepackages()").toJs();
  await lay(await archive, place, pyodide.FS);
  // A formula in a figure of a student's own asks for fonts that are left out, and would say so in their cell.
  pyodide.runPython(`
import importlib, logging
importlib.invalidate_caches()
logging.getLogger("matplotlib.font_manager").setLevel("ERROR")`);
  // Completion goes without jedi, which is larger than all that is imported here beside NumPy and matplotlib. What every
  // notebook imports is imported while a reader still reads.
  const startup = `${pyodide.FS.cwd()}/.ipython/profile_default/startup`;
  pyodide.FS.mkdirTree(startup);
  pyodide.FS.writeFile(
    `${startup}/course.py`,
    "get_ipython().Completer.use_jedi = False\n__import__('lecture_support.exercises')\n__import__('lecture_support.panel')\n",
  );
  return pyodide;
}
