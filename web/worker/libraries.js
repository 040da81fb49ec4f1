// NumPy's shared libraries, loaded before Python's runtime starts and always in the same order: their code and
// data then have the same addresses every time, which a snapshot of the memory relies on. Python finds them by
// name when it comes to import them. Used when a snapshot is made (web/site/snapshot.mjs) and when one is restored.
/** @import {EmscriptenModule} from "./pyodide.js" */

// `libraries` is [[path in the file system, WebAssembly.Module], ...]; `handles` maps a path to the addresses by
// which the memory knows it already. Runs `start`, which is to call loadPyodide, and returns what it returns.
/**
 * @template T
 * @param {[string, WebAssembly.Module][]} libraries
 * @param {Record<string, number[]>} handles
 * @param {() => Promise<T>} start
 */
export async function withLibraries(libraries, handles, start) {
  const create = globalThis._createPyodideModule;
  globalThis._createPyodideModule = (settings) => {
    settings.preRun.push((Module) => libraries.forEach(([path, module]) => load(Module, path, module, handles[path])));
    return create(settings);
  };
  try {
    return await start();
  } finally {
    globalThis._createPyodideModule = create;
  }
}

/**
 * @param {EmscriptenModule} Module
 * @param {string} path
 * @param {WebAssembly.Module} module
 * @param {number[]} addresses
 */
function load(Module, path, module, addresses = []) {
  const library = Module.newDSO(path, undefined, "loading");
  library.refcount = Infinity;  // never closed
  library.global = false;
  library.exports = Module.loadWebAssemblyModule(module, {allowUndefined: true, nodelete: true}, path, {});
  for (const address of addresses) Module.LDSO.loadedLibsByHandle[address] = library;
}

// The addresses by which Python's memory knows each library, for `handles` above.
/** @param {EmscriptenModule} module */
export function libraryHandles({LDSO}) {
  /** @type {Record<string, number[]>} */
  const handles = {};
  for (const [address, library] of Object.entries(LDSO.loadedLibsByHandle)) {
    if (Number(address)) (handles[library.name] ??= []).push(Number(address));
  }
  return handles;
}
