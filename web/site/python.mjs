// Python under Node as the worker starts it, but the same every time: clocks stand still, and what is random is not.
import {createHash} from "node:crypto";
import {readFileSync, rmSync, writeFileSync} from "node:fs";
import {createRequire, syncBuiltinESMExports} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {entries, unpack} from "../worker/archive.js";

/** @import {LoadPyodide} from "../worker/pyodide.js" */

const EMPTY_ZIP = Uint8Array.of(80, 75, 5, 6, ...Array(18).fill(0));
const PACKAGES = "/lib/python3.13/site-packages";

const require = createRequire(import.meta.url);
Date.now = () => 1.7e12;
performance.now = () => 0;
let drawn = 0;
require("crypto").randomFillSync = (/** @type {Uint8Array} */ array) => {
  const digest = createHash("sha256").update(String(drawn++)).digest();  // Bokeh's ids differ, as they must
  for (const i of array.keys()) array[i] = digest[i % digest.length];
  return array;
};
syncBuiltinESMExports();  // Pyodide's loader imports it
// What Python takes from the browser while it imports: it must be there, and have a name.
Object.assign(globalThis, {XMLHttpRequest: class XMLHttpRequest {}, Document: class Document {}});

/**
 * Tells Python what the worker would (web/worker/main.js), with nobody to listen.
 * @param {object} [siteData] site.json's "data"
 */
export const playWorker = (siteData = {}) => Object.assign(globalThis, {siteData: JSON.stringify(siteData), savedPlace: 0, postMessage() {}});

/** @param {string} path */
const read = (path) => Uint8Array.from(readFileSync(path)).buffer;

// Pyodide with the solid archives (files, not compressed) laid out. `folder` holds Pyodide's core, `options` go to
// loadPyodide; `start(load, libraries)` calls `load`, with the shared libraries of the archives at hand.
/**
 * @param {string} folder
 * @param {string} stdlib
 * @param {string[]} archives
 * @param {object} options
 * @param {(load: () => ReturnType<LoadPyodide>, libraries: [string, WebAssembly.Module][]) => ReturnType<LoadPyodide>} start
 */
export async function startPython(folder, stdlib, archives, options = {}, start = (load) => load()) {
  const contents = archives.map(read);
  /** @type {[string, WebAssembly.Module][]} */
  const libraries = [];
  for (const [path, bytes] of contents.flatMap(entries)) {
    if (path.endsWith(".so")) libraries.push([`${PACKAGES}/${path}`, await WebAssembly.compile(bytes)]);
  }
  Object.assign(globalThis, {require, __filename: `${folder}/pyodide.asm.js`, __dirname: folder});
  await import(pathToFileURL(`${folder}/pyodide.asm.js`).href);
  /** @type {{loadPyodide: LoadPyodide}} */
  const {loadPyodide} = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  const zip = join(tmpdir(), `nncore-empty-${process.pid}.zip`);
  writeFileSync(zip, EMPTY_ZIP);
  const pyodide = await start(() => loadPyodide({
    indexURL: folder,
    stdLibURL: zip,
    fsInit: (/** @type {import("../worker/pyodide.js").FileSystem} */ FS) => unpack(FS, "/lib/python3.13", read(stdlib)),
    env: {HOME: "/home/pyodide", PANEL_CDN_ROOT: "lib/panel/", TORNADO_EXTENSION: "0", PYTHONHASHSEED: "0"},
    ...options,
  }), libraries);
  rmSync(zip);
  for (const content of contents) unpack(pyodide.FS, PACKAGES, content);
  pyodide.runPython("import gc, importlib; gc.disable(); importlib.invalidate_caches()");
  return pyodide;
}
