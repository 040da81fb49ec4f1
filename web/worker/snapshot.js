// Starts Python from a snapshot of its memory in which NumPy, Bokeh, Panel and the dashboard's modules are imported
// already. The build makes it (web/site/snapshot.mjs); an idle moment of the first visit fetches it; what is kept
// on the device starts the next visit. Whatever goes wrong with it, the ordinary start takes its place.
import {entries} from "./archive.js";
import {startCore} from "./core.js";
import {checked, reason} from "./files.js";
import {withLibraries} from "./libraries.js";

const IDLE_SECONDS = 4;  // after the start

// The service worker's cache for what is kept when first used (web/site/sw.js).
const openCache = () => caches.open(`nncore-lab ${self.siteURL("./")} data`);

// The snapshot `file` of this very build as it is kept on this device; undefined where it is not.
/** @param {SiteFile} file */
export async function keptSnapshot(file) {
  try {
    return await (await openCache()).match(self.siteURL(file.path));
  } catch { return undefined; }  // an insecure address, or storage refused
}

// Fetches the snapshot when the start is over, if the visitor's line is not to be spared; drops older ones.
/** @param {SiteFile} file */
export function keepSnapshot(file) {
  const {saveData = false, effectiveType = "4g"} = navigator.connection ?? {};
  if (!globalThis.caches || saveData || effectiveType !== "4g") return;
  setTimeout(async () => {
    try {
      const cache = await openCache(), url = self.siteURL(file.path);
      await dropOthers(cache, file);
      if (await cache.match(url)) return;
      const answer = await fetch(url, {integrity: file.integrity, priority: "low"});
      if (answer.ok) await cache.put(url, answer);
    } catch (error) { console.info(`No faster start next time: ${reason(error)}`); }
  }, IDLE_SECONDS * 1000);
}

/** @param {Cache} cache @param {SiteFile} file */
async function dropOthers(cache, file) {
  const [folder] = file.path.split("python-");
  for (const {url} of await cache.keys()) {
    if (url.startsWith(self.siteURL(`${folder}python-`)) && url !== self.siteURL(file.path)) await cache.delete(url);
  }
}

// Forgets a snapshot that did not work.
/** @param {SiteFile} file */
export async function dropSnapshot(file) {
  try { await (await openCache()).delete(self.siteURL(file.path)); } catch { /* nothing is kept then */ }
}

// Pyodide with the memory of the snapshot `file`, kept as the response `kept`. `libraries` promises the archive that
// holds the shared libraries.
/**
 * @param {object} given
 * @param {Promise<import("./core.js").Loaded>} given.core
 * @param {SiteFile} given.file
 * @param {Response} given.kept
 * @param {Promise<ArrayBuffer>} given.libraries
 * @param {Record<string, string>} given.environment
 */
export async function restore({core, file, kept, libraries, environment}) {
  if (!kept.body) throw new Error("the kept snapshot is empty");
  const parts = new Response(checked(file, kept.body)).arrayBuffer().then(parse);
  const modules = Promise.all([parts, libraries]).then(([{order}, archive]) => compile(order, archive));
  const [{memory, handles}, compiled] = await Promise.all([parts, modules, core]);  // Pyodide's script has run
  return withLibraries(compiled, handles, () => startCore(core, environment, {
    _loadSnapshot: memory,
    // The one JavaScript object that Python holds without a name: Panel's converter of dictionaries.
    _snapshotDeserializer: () => (/** @type {[string, unknown][]} */ pairs) => Object.fromEntries(pairs.map(([key, value]) => [key, value ?? null])),
  }));
}

// A line of JSON {order, handles}, filled up with spaces to a multiple of eight, then the memory.
/**
 * @param {ArrayBuffer} buffer
 * @returns {{order: string[], handles: Record<string, number[]>, memory: Uint8Array}}
 */
function parse(buffer) {
  const bytes = new Uint8Array(buffer), end = bytes.indexOf(10) + 1;
  return {...JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))), memory: bytes.subarray(end)};
}

/**
 * @param {string[]} order
 * @param {ArrayBuffer} archive
 * @returns {Promise<[string, WebAssembly.Module][]>}
 */
async function compile(order, archive) {
  const found = new Map(entries(archive).map(([path, content]) => [`/lib/python3.13/site-packages/${path}`, content]));
  return Promise.all(order.map(async (path) => [path, await WebAssembly.compile(/** @type {Uint8Array<ArrayBuffer>} */ (found.get(path)))]));
}
