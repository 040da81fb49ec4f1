// WebAssembly that is compiled, by the path of its file. A worker started in place of another gets what that one
// compiled, and with it all that the browser made faster since.
/** @type {Map<string, WebAssembly.Module>} */
export const compiled = new Map();

// The module of this path; where there is none yet, what `compile` promises.
/** @param {string} path @param {() => Promise<WebAssembly.Module>} compile */
export async function compiledOnce(path, compile) {
  const module = compiled.get(path) ?? await compile();
  compiled.set(path, module);
  return module;
}
