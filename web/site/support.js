// Looks for what the page cannot do without, before anything is fetched; a browser that lacks it gets a page that says so,
// unless the visitor wants to try. Stands first in index.html, in a syntax that browsers know since 2018.
(() => {
  let modules = false;  // whether workers may be modules: then the constructor asks for their type, before it refuses the address
  const options = {get type() { modules = true; return /** @type {const} */ ("module"); }};
  try { new Worker("http://[", options).terminate(); } catch { /* it always refuses */ }
  /** @type {Record<string, unknown>} */
  const needed = {
    "WebAssembly": window.WebAssembly,
    "BigInt64Array": window.BigInt64Array,
    "DecompressionStream": window.DecompressionStream,
    "OffscreenCanvas": window.OffscreenCanvas,
    "import maps": HTMLScriptElement.supports && HTMLScriptElement.supports("importmap"),
    "module workers": modules,
  };
  const missing = Object.keys(needed).filter((name) => !needed[name]);
  if (!missing.length || location.search === "?anyway") return;
  const wanted = /lang=[\w-]+/.exec(location.hash);
  window.stop();
  location.replace(`browser.html#missing=${missing.join(", ")}${wanted ? `&${wanted[0]}` : ""}`);
})();
