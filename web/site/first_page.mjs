// Writes the default page as data (web/browser/first_page.py), under Node:
//   node first_page.mjs PYODIDE_FOLDER STDLIB ARCHIVE [ARCHIVE ...] DATA OUT
// STDLIB and the ARCHIVEs are solid archives, unpacked; DATA holds site.json's "data". Equal input gives equal output.
import {readFileSync, writeFileSync} from "node:fs";
import {startPython} from "./python.mjs";

const [folder, stdlib, ...rest] = process.argv.slice(2);
const [data, out] = rest.splice(-2);
// What the worker tells Python (web/worker/main.js), with nobody to listen.
Object.assign(globalThis, {siteData: JSON.parse(readFileSync(data, "utf8")), siteSource: "", savedPlace: 0, postMessage() {}});
const pyodide = await startPython(folder, stdlib, rest);
writeFileSync(out, pyodide.runPython("from web.browser import first_page; first_page.write()"));
process.exit(0);
