// Starts Python from a snapshot of its memory in which NumPy, Bokeh, Panel and the dashboard's modules are imported
// already and the page is built. The build makes it (web/site/snapshot.mjs). A first visit uses it where the line is
// fast, else fetches it in an idle moment; what is kept on the device starts the next visit, unpacked, which saves
// a tenth of its time. Whatever goes wrong with it, the ordinary start takes its place.
import {entries} from "./archive.js";
import {compiledOnce} from "./compiled.js";
import {startCore} from "./core.js";
import {checkIntegrity, fetchBytes, reason} from "./files.js";
import {withLibraries} from "./libraries.js";

const WORTH_SECONDS = 2.5;  // that the snapshot may take to arrive: about what it saves of a start
const IDLE_SECONDS = 4;  // after the start

// The service worker's cache for what is kept when first used (web/site/sw.js).
const openCache = () => caches.open(`nncore-lab ${self.siteURL("./")} data`);

// A module with one function, f, which also stands in its table, t. In Safari's engine these two differ, and so all
// that is exported gets another address for Python than it had when the snapshot was made: the snapshot cannot work.
const MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 4, 4, 1, 112, 0, 1,
  7, 9, 2, 1, 102, 0, 0, 1, 116, 1, 0, 9, 7, 1, 0, 65, 0, 11, 1, 0, 10, 4, 1, 2, 0, 11);
const {f, t} = new WebAssembly.Instance(new WebAssembly.Module(MODULE)).exports;
const works = /** @type {WebAssembly.Table} */ (t).get(0) === f;

// A function that promises the snapshot `file` of this very build; undefined where the ordinary
// start is quicker. `core` is what arrives first.
/** @param {MemoryFile} file @param {Promise<unknown>} core */
export async function findSnapshot(file, core) {
  if (!works) return;
  const kept = await findKept(file);
  if (kept) return () => take(file, kept);
  await core.catch(() => {});  // reported where it is used
  if (!spared() && bytesPerSecond() * WORTH_SECONDS > file.size) return () => fetchBytes(file).then(parse);
}

/** @param {MemoryFile} file */
async function findKept({unpacked}) {
  try {
    return await (await openCache()).match(self.siteURL(unpacked.path));
  } catch { return undefined; }  // an insecure address, or storage refused
}

/** @param {MemoryFile} file @param {Response} kept */
async function take({unpacked}, kept) {
  const content = await kept.arrayBuffer();
  await checkIntegrity(unpacked, content);
  return parse(content);
}

// Whether the visitor asked for little traffic, or the browser takes the line for a slow one.
function spared() {
  const {saveData = false, effectiveType = "4g"} = navigator.connection ?? {};
  return saveData || effectiveType !== "4g";
}

// How fast the network brought what this worker has by now; 0 where all came from a cache.
function bytesPerSecond() {
  const files = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"))
    .filter(({transferSize, encodedBodySize}) => encodedBodySize && transferSize >= encodedBodySize);
  const bytes = files.reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0);
  const begin = Math.min(...files.map(({responseStart}) => responseStart));
  const end = Math.max(...files.map(({responseEnd}) => responseEnd));
  return files.length ? 1000 * bytes / (end - begin) : 0;
}

// Keeps the snapshot for the next visit, and drops older ones: at once if this visit `used` it, for the browser's
// cache has it then; else when the start is over, if the line is not to be spared.
/** @param {MemoryFile} file @param {boolean} used */
export function keepSnapshot(file, used) {
  if (!works || !globalThis.caches || spared()) return;
  setTimeout(async () => {
    try {
      const cache = await openCache(), url = self.siteURL(file.unpacked.path);
      await dropOthers(cache, file);
      if (await cache.match(url)) return;
      const how = /** @type {RequestInit} */ ({cache: "force-cache", integrity: file.integrity, priority: "low"});
      const answer = await fetch(self.siteURL(file.path), how);
      if (answer.ok && answer.body) {
        await cache.put(url, new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))));
      }
    } catch (error) { console.info(`No faster start next time: ${reason(error)}`); }
  }, used ? 0 : IDLE_SECONDS * 1000);
}

/** @param {Cache} cache @param {MemoryFile} file */
async function dropOthers(cache, {unpacked: {path}}) {
  const [folder] = path.split("python-");
  for (const {url} of await cache.keys()) {
    if (url.startsWith(self.siteURL(`${folder}python-`)) && url !== self.siteURL(path)) await cache.delete(url);
  }
}

// Forgets a snapshot that did not work.
/** @param {MemoryFile} file */
export async function dropSnapshot({unpacked}) {
  try { await (await openCache()).delete(self.siteURL(unpacked.path)); } catch { /* nothing is kept then */ }
}

/**
 * @typedef {object} Snapshot
 * @property {string[]} order paths of the shared libraries
 * @property {Record<string, number[]>} handles their addresses, see libraries.js
 * @property {Uint8Array} memory
 */

// Pyodide with the memory of a snapshot; `libraries` promises the archive that holds the shared libraries.
/**
 * @param {object} given
 * @param {Promise<import("./core.js").Loaded>} given.core
 * @param {Promise<Snapshot>} given.snapshot
 * @param {Promise<ArrayBuffer>} given.libraries
 * @param {Record<string, string>} given.environment
 */
export async function restore({core, snapshot, libraries, environment}) {
  const modules = Promise.all([snapshot, libraries]).then(([{order}, archive]) => compile(order, archive));
  const [{memory, handles}, compiled] = await Promise.all([snapshot, modules, core]);  // Pyodide's script has run
  return withLibraries(compiled, handles, () => startCore(core, environment, {
    _loadSnapshot: memory,
    // The one JavaScript object that Python holds without a name: Panel's converter of dictionaries.
    _snapshotDeserializer: () => (/** @type {[string, unknown][]} */ pairs) => Object.fromEntries(pairs.map(([key, value]) => [key, value ?? null])),
  }));
}

// A line of JSON {order, handles}, filled up with spaces to a multiple of eight, then the memory.
/**
 * @param {ArrayBuffer} buffer
 * @returns {Snapshot}
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
  const module = (/** @type {string} */ path) => compiledOnce(path, () => (
    WebAssembly.compile(/** @type {Uint8Array<ArrayBuffer>} */ (found.get(path)))));
  return Promise.all(order.map(async (path) => [path, await module(path)]));
}
