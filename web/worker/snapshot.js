// Starts Python from a snapshot of its memory in which NumPy, Bokeh, Panel and the dashboard's modules are imported
// already. The build makes it (web/site/snapshot.mjs); an idle moment of the first visit fetches it; what is kept
// on the device starts the next visit. Whatever goes wrong with it, the ordinary start takes its place.
import {entries} from "./archive.js";
import {loadCore, startCore} from "./core.js";
import {checked} from "./files.js";
import {withLibraries} from "./libraries.js";

const IDLE_SECONDS = 4;  // after the start

// The service worker's cache for what is kept when first used (web/site/sw.js).
const openCache = () => caches.open(`nncore-lab ${self.siteURL("./")} data`);

// The snapshot `file` of this very build as it is kept on this device; undefined where it is not.
export async function keptSnapshot(file) {
  try {
    return await (await openCache()).match(self.siteURL(file.path));
  } catch { return undefined; }  // an insecure address, or storage refused
}

// Fetches the snapshot when the start is over, if the visitor's line is not to be spared; drops older ones.
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
    } catch (error) { console.info(`No faster start next time: ${error.message}`); }
  }, IDLE_SECONDS * 1000);
}

async function dropOthers(cache, file) {
  const [folder] = file.path.split("python-");
  for (const {url} of await cache.keys()) {
    if (url.startsWith(self.siteURL(`${folder}python-`)) && url !== self.siteURL(file.path)) await cache.delete(url);
  }
}

// Forgets a snapshot that did not work.
export async function dropSnapshot(file) {
  try { await (await openCache()).delete(self.siteURL(file.path)); } catch { /* nothing is kept then */ }
}

// Pyodide with the memory of the snapshot `file`, kept as the response `kept`. `libraries` promises the archive that
// holds the shared libraries.
export async function restore({core, file, kept, libraries, environment}) {
  const loaded = loadCore(core);
  const parts = new Response(checked(file, kept)).arrayBuffer().then(parse);
  const modules = Promise.all([parts, libraries]).then(([{order}, archive]) => compile(order, archive));
  const [{memory, handles}, compiled] = await Promise.all([parts, modules, loaded]);  // Pyodide's script has run
  return withLibraries(compiled, handles, () => startCore(loaded, environment, {
    _loadSnapshot: memory,
    // The one JavaScript object that Python holds without a name: Panel's converter of dictionaries.
    _snapshotDeserializer: () => (pairs) => Object.fromEntries(pairs.map(([key, value]) => [key, value ?? null])),
  }));
}

// A line of JSON {order, handles}, filled up with spaces to a multiple of eight, then the memory.
function parse(buffer) {
  const bytes = new Uint8Array(buffer), end = bytes.indexOf(10) + 1;
  return {...JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))), memory: bytes.subarray(end)};
}

async function compile(order, archive) {
  const found = new Map(entries(archive).map(([path, content]) => [`/lib/python3.13/site-packages/${path}`, content]));
  return Promise.all(order.map(async (path) => [path, await WebAssembly.compile(found.get(path))]));
}
