// Compiles every module of a zip with the worker's own Python, under Node: node compile.mjs PYODIDE_FOLDER IN OUT
// Modules become sourceless .pyc files without docstrings; everything else is copied.
import {readFileSync, writeFileSync} from "node:fs";
import {pathToFileURL} from "node:url";

const [folder, input, output] = process.argv.slice(2);
const {loadPyodide} = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({indexURL: folder});
pyodide.FS.writeFile("/in.zip", readFileSync(input));
pyodide.runPython(`
import importlib._bootstrap_external as bootstrap
import zipfile

with zipfile.ZipFile("/in.zip") as source, zipfile.ZipFile("/out.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
    for name in source.namelist():
        data = source.read(name)
        if name.endswith(".py"):
            # A sourceless module's header is never compared with anything: flags and time stay zero.
            code = compile(data, name, "exec", dont_inherit=True, optimize=2)
            name, data = name + "c", bytes(bootstrap._code_to_timestamp_pyc(code))
        target.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
`);
writeFileSync(output, pyodide.FS.readFile("/out.zip"));
