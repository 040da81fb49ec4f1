// Starts Pyodide. Its own loader waits for ever where a file of the core is missing or damaged: so files.js
// fetches them, checked, and the loader is given what is here already.
import {unpack} from "./archive.js";
import {LoadError, fetchBytes, fetchModule, importScript, reason} from "./files.js";
/** @import {LoadPyodide} from "./pyodide.js" */

/**
 * @typedef {object} Loaded Pyodide's files in memory
 * @property {LoadPyodide} loadPyodide
 * @property {WebAssembly.Module} compiled
 * @property {ArrayBuffer} library
 * @property {ArrayBuffer} lockFile
 * @property {string} indexURL
 * @property {string} name
 */

const EMPTY_ZIP = Uint8Array.of(80, 75, 5, 6, ...Array(18).fill(0));

// The files of the core, arrived and checked: loader, script, module, stdlib and lock.
/**
 * @param {Core} core
 * @returns {Promise<Loaded>}
 */
export async function loadCore({loader, script, module, stdlib, lock}) {
  const [{loadPyodide}, compiled, library, lockFile] = await Promise.all([
    importScript(loader), fetchModule(module), fetchBytes(stdlib), fetchBytes(lock), importScript(script),
  ]);
  const indexURL = self.siteURL(script.path.slice(0, script.path.lastIndexOf("/") + 1));
  return {loadPyodide, compiled, library, lockFile, indexURL, name: script.path};
}

// Pyodide as `loadPyodide` returns it. `core` is what loadCore promised; `options` go to loadPyodide too.
/**
 * @param {Promise<Loaded>} core
 * @param {Record<string, string>} env
 */
export async function startCore(core, env, options = {}) {
  const {loadPyodide, compiled, library, lockFile, indexURL, name} = await core;
  try {
    return await withModule(compiled, () => loadPyodide({
      indexURL,
      // The library lies in its folder, not in a zip from which Python would have to inflate each module;
      // but where the zip should be is how Python finds the folder.
      stdLibURL: URL.createObjectURL(new Blob([EMPTY_ZIP])),
      fsInit: (/** @type {import("./pyodide.js").FileSystem} */ FS) => unpack(FS, "/lib/python3.13", library),
      lockFileContents: new TextDecoder().decode(lockFile),
      packageBaseUrl: self.siteURL("lib/packages/"),
      env,
      stdout: (/** @type {string} */ line) => console.log(line),
      stderr: (/** @type {string} */ line) => console.error(line),
      ...options,
    }));
  } catch (error) {
    throw new LoadError("Python ({name}) could not be started: {error}", {name, error: reason(error)});
  }
}

// Runs `start`, in which Pyodide asks for its WebAssembly, with the compiled module as the answer.
/**
 * @template T
 * @param {WebAssembly.Module} module
 * @param {() => Promise<T>} start
 */
async function withModule(module, start) {
  const {fetch} = self, {instantiateStreaming} = WebAssembly;
  self.fetch = (url, ...options) =>
    String(url).endsWith(".wasm") ? Promise.resolve(new Response()) : fetch(url, ...options);
  WebAssembly.instantiateStreaming = async (_, imports) =>
    ({module, instance: await WebAssembly.instantiate(module, imports)});
  try {
    return await start();
  } finally {
    Object.assign(self, {fetch});
    Object.assign(WebAssembly, {instantiateStreaming});
  }
}
