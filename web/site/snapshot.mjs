// Makes the snapshot of Python's memory that web/worker/snapshot.js restores, under Node:
//   node snapshot.mjs PYODIDE_FOLDER STDLIB ARCHIVE [ARCHIVE ...] PYTHON OUT
// STDLIB and the ARCHIVEs are solid archives, unpacked; PYTHON is the code to run before the memory is taken.
// Equal input gives equal output: clocks stand still, and what is random is not.
import {readFileSync, writeFileSync} from "node:fs";
import {createRequire, syncBuiltinESMExports} from "node:module";
import {pathToFileURL} from "node:url";

const [folder, stdlib, ...rest] = process.argv.slice(2);
const out = rest.pop(), code = rest.pop(), archives = rest;
const worker = new URL("../worker/", import.meta.url);
const {entries, unpack} = await import(new URL("archive.js", worker).href);
const {libraryHandles, withLibraries} = await import(new URL("libraries.js", worker).href);

Date.now = () => 1.7e12;
performance.now = () => 0;
const require = createRequire(import.meta.url);
require("crypto").randomFillSync = (array) => array.fill(1);
syncBuiltinESMExports();  // Pyodide's loader imports it
// What Python takes from the browser while it imports is stored by name: it must have one here.
globalThis.XMLHttpRequest = class XMLHttpRequest {};
globalThis.Document = class Document {};

const read = (path) => { const {buffer, byteOffset, length} = readFileSync(path); return buffer.slice(byteOffset, byteOffset + length); };
const PACKAGES = "/lib/python3.13/site-packages";
const contents = archives.map(read);
const libraries = [];
for (const [path, bytes] of contents.flatMap(entries)) {
  if (path.endsWith(".so")) libraries.push([`${PACKAGES}/${path}`, await WebAssembly.compile(bytes)]);
}
Object.assign(globalThis, {require, __filename: `${folder}/pyodide.asm.js`, __dirname: folder});
await import(pathToFileURL(`${folder}/pyodide.asm.js`).href);
const {loadPyodide} = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);

const EMPTY_ZIP = `${out}.zip`;
writeFileSync(EMPTY_ZIP, Uint8Array.of(80, 75, 5, 6, ...Array(18).fill(0)));
const pyodide = await withLibraries(libraries, {}, () => loadPyodide({
  indexURL: folder,
  stdLibURL: EMPTY_ZIP,
  fsInit: (FS) => unpack(FS, "/lib/python3.13", read(stdlib)),
  env: {HOME: "/home/pyodide", PANEL_CDN_ROOT: "lib/panel/", TORNADO_EXTENSION: "0", PYTHONHASHSEED: "0"},
  _makeSnapshot: true,
}));
pyodide.runPython("import gc; gc.disable()");
for (const content of contents) unpack(pyodide.FS, PACKAGES, content);
pyodide.runPython(readFileSync(code, "utf8"));

let unnamed = 0;
const memory = pyodide.makeMemorySnapshot({serializer: (object) => {
  if (!String(object).includes("Object.fromEntries") || unnamed++) throw new Error(`Python holds ${object}, which has no name`);
  return "converter";
}});
const header = JSON.stringify({order: libraries.map(([path]) => path), handles: libraryHandles(pyodide._module)});
const filled = header.padEnd(Math.ceil((header.length + 1) / 8) * 8 - 1) + "\n";
writeFileSync(out, Buffer.concat([Buffer.from(filled), memory]));
process.exit(0);
