// Writes the default page as data (web/browser/first_page.py), under Node:
//   node first_page.mjs PYODIDE_FOLDER STDLIB ARCHIVE [ARCHIVE ...] TOLD OUT
// STDLIB and the ARCHIVEs are solid archives, unpacked; TOLD holds site.json's "data", and the language with its
// catalogue (.mo, base64) where it is not English. Equal input gives equal output.
import {readFileSync, writeFileSync} from "node:fs";
import {playWorker, startPython} from "./python.mjs";

const [folder, stdlib, ...rest] = process.argv.slice(2);
const [told, out] = rest.splice(-2);
const {data, language, catalogue} = JSON.parse(readFileSync(told, "utf8"));
playWorker(data);
const pyodide = await startPython(folder, stdlib, rest);
if (language) pyodide.pyimport("web.words").use(language, pyodide.toPy(new Uint8Array(Buffer.from(catalogue, "base64"))).tobytes());
writeFileSync(out, pyodide.runPython("from web.browser import first_page; first_page.write()"));
process.exit(0);
