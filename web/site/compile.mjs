// Compiles the modules of zips with the worker's own Python, under Node:
//   node compile.mjs PYODIDE_FOLDER LEVEL IN OUT [LEVEL IN OUT ...]
// LEVEL is Python's optimisation level (2 leaves docstrings out). Modules become sourceless .pyc files with
// all-zero dates, everything else is copied, so that equal input gives equal output. A line is printed for every
// archive that is done.
import {readFileSync, writeFileSync} from "node:fs";
import {pathToFileURL} from "node:url";

const [folder, ...jobs] = process.argv.slice(2);
const {loadPyodide} = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
// A fixed seed: the order of a set's members would show in the bytes. Lines without columns: a fifth less to fetch, and
// what a traceback underlines is the visitor's own code, compiled in the page.
const pyodide = await loadPyodide({indexURL: folder, env: {HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1"}});
pyodide.runPython(`
import importlib._bootstrap_external as bootstrap
import zipfile

def compile_zip(level):
    with zipfile.ZipFile("/in.zip") as source, zipfile.ZipFile("/out.zip", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith(".py"):
                code = compile(data, name, "exec", dont_inherit=True, optimize=level)
                name, data = name + "c", bytes(bootstrap._code_to_timestamp_pyc(code))
            target.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
`);
const compileZip = pyodide.globals.get("compile_zip");
for (let i = 0; i < jobs.length; i += 3) {
  pyodide.FS.writeFile("/in.zip", readFileSync(jobs[i + 1]));
  compileZip(Number(jobs[i]));
  writeFileSync(jobs[i + 2], pyodide.FS.readFile("/out.zip"));
  console.log(jobs[i + 2]);
}
