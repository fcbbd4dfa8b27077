// node compile.mjs PYODIDE WORK: starts the browser's Python in Node.js, for site.py, and lets it compile what it will run.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [home, work] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: home, packages: [] });
pyodide.mountNodeFS("/course", work);
pyodide.runPython(readFileSync(new URL("compile.py", import.meta.url), "utf-8"));
