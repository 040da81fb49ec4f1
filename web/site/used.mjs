// Runs Python as the worker would, under Node, with nobody to listen to it:
//   node used.mjs PYODIDE_FOLDER STDLIB ARCHIVE [ARCHIVE ...] PYTHON OUT
// STDLIB and the ARCHIVEs are solid archives, unpacked; OUT gets the value of the code PYTHON.
import {readFileSync, writeFileSync} from "node:fs";
import {playWorker, startPython} from "./python.mjs";

const [folder, stdlib, ...rest] = process.argv.slice(2);
const [code, out] = rest.splice(-2);
playWorker();
const pyodide = await startPython(folder, stdlib, rest);
writeFileSync(out, pyodide.runPython(readFileSync(code, "utf8")));
process.exit(0);
