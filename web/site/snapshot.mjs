// Makes the snapshot of Python's memory that web/worker/snapshot.js restores, under Node:
//   node snapshot.mjs PYODIDE_FOLDER STDLIB ARCHIVE [ARCHIVE ...] TOLD OUT
// STDLIB and the ARCHIVEs are solid archives, unpacked; TOLD holds site.json's "data", the Python code to run before
// the memory is taken, and the language with its catalogue (.mo, base64) where it is not English. OUT gets a line of
// JSON, the texts that the code calls `pages` and `first`, and the snapshot. Equal input gives equal output.
import {readFileSync, writeFileSync} from "node:fs";
import {libraryHandles, withLibraries} from "../worker/libraries.js";
import {playWorker, startPython} from "./python.mjs";

const [folder, stdlib, ...rest] = process.argv.slice(2);
const [told, out] = rest.splice(-2);
const {data, code, language, catalogue} = JSON.parse(readFileSync(told, "utf8"));
playWorker(data);
/** @type {string[]} */
let order = [];
const pyodide = await startPython(folder, stdlib, rest, {_makeSnapshot: true}, (load, libraries) => {
  order = libraries.map(([path]) => path);
  return withLibraries(libraries, {}, load);
});
if (language) pyodide.pyimport("web.words").use(language, pyodide.toPy(new Uint8Array(Buffer.from(catalogue, "base64"))).tobytes());
pyodide.runPython(code);
// What was put off is done: a restored Python would wait for it in vain.
while (process.getActiveResourcesInfo().includes("Timeout")) await new Promise((done) => setImmediate(done));
const texts = pyodide.runPython("import json, gc; json.dumps({**globals().pop('pages'), 'first': globals().pop('first')})");
pyodide.runPython("gc.collect()");

let unnamed = 0;
const memory = pyodide.makeMemorySnapshot({serializer: (object) => {
  if (!String(object).includes("Object.fromEntries") || unnamed++) throw new Error(`Python holds ${object}, which has no name`);
  return "converter";
}});
const header = JSON.stringify({order, handles: libraryHandles(pyodide._module)});
const filled = header.padEnd(Math.ceil((header.length + 1) / 8) * 8 - 1) + "\n";
writeFileSync(out, Buffer.concat([Buffer.from(texts + "\n" + filled), memory]));
process.exit(0);
