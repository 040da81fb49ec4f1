// Makes the site work offline after the first visit. page.py fills in the version and FILES: the address of every
// file of the site, a folder for its index.html, with the hash of its content.
//   pages and loose files: from the network while it answers, so that an update shows at the next visit;
//   lib/: from the cache first, because a changed file has a changed address;
//   data/: kept when first used;
//   Python's WebAssembly, of which there are two files: from the browser's cache first, which has its machine code.
// A page that is open while the site is updated goes on with the version it came from: the new worker waits until
// the last such page is closed before it drops what the old one keeps, and a first visit is in its care at once.
// Nothing is kept, and nothing of an older cache taken over, but what has the hash that the build gave it: a
// network's own login page, a half-finished deployment or a damaged disk cannot settle here.
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const VERSION = "{{version}}";
/** @type {Record<string, string>} */
const FILES = JSON.parse('{{files}}');
const SCOPE = worker.registration.scope;
const PREFIX = `nncore-lab ${SCOPE} `;  // other sites may share the origin; page/repair.js knows it too
const CACHE = PREFIX + VERSION, DATA = PREFIX + "data";
const NETWORK_SECONDS = 4;
// The same WebAssembly as it is and packed. A visit uses one of the two, see worker/files.js.
const PLAIN = Object.keys(FILES).find((name) => name.endsWith(".wasm")) ?? "";
const PACKED = Object.keys(FILES).find((name) => /\.wasm-\w+\.bin$/.test(name)) ?? "";

// The name in FILES of what an address of this site asks for.
/** @param {string} address */
function nameOf(address) {
  const path = address.slice(SCOPE.length).replace(/[?#].*/, "");
  return path.replace(/(^|\/)index\.html$/, "$1") || "./";
}

/** @param {Response} answer @param {string} name */
async function intact(answer, name) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer()));
  return FILES[name] === `sha256-${btoa(String.fromCharCode(...digest))}`;
}

// A file from the network, checked; past the browser's own cache where that holds something else.
/** @param {string} name */
async function fetchIntact(name) {
  const ask = (/** @type {RequestCache} */ cache) => fetch(name, {cache, integrity: FILES[name]});
  const answer = await ask("no-cache").catch(() => ask("reload"));
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
  // Rebuilt, for some hosts redirect on the way, and an answer that was redirected is refused to a page.
  return new Response(answer.body, {headers: answer.headers});
}

// A file that the browser's own cache holds, without asking the network.
/** @param {string} name */
const browsersOwn = (name) => fetch(name, {cache: "only-if-cached", mode: "same-origin"}).catch(() => undefined);

worker.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  const own = await browsersOwn(PLAIN), unused = own?.ok ? PACKED : PLAIN;
  for (const name of Object.keys(FILES)) {
    if (name.startsWith("data/") || name === unused) continue;
    // Asked for again, the plain file would be new to the browser, and its machine code void.
    const kept = name === PLAIN ? own : name.startsWith("lib/") && await ownMatch(name);
    await cache.put(name, kept && await intact(kept, name) ? kept : await fetchIntact(name));
  }
})()));

worker.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE && name !== DATA) await caches.delete(name);
  }
  const data = await caches.open(DATA);
  for (const request of await data.keys()) {
    const kept = await data.match(request);
    if (kept && !await intact(kept, nameOf(request.url))) await data.delete(request);
  }
  await worker.clients.claim();
})()));

worker.addEventListener("fetch", (event) => {
  const {request} = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  const name = nameOf(request.url);
  if (request.cache === "reload") {  // past what is kept: a repair, or a copy that was found damaged
    if (name.startsWith("lib/")) event.respondWith(renewed(request, name));
    return;
  }
  if (name.startsWith("data/") && FILES[name]) event.respondWith(dataFirstKept(name));
  else if (name === PLAIN) event.respondWith(plain(request));
  else if (name.startsWith("lib/")) event.respondWith(keptFirst(request, name));
  else event.respondWith(networkFirst(request, name));
});

// A copy in any cache of this site, of whatever version.
/** @param {string} name */
async function ownMatch(name) {
  for (const key of await caches.keys()) {
    const kept = key.startsWith(PREFIX) && await (await caches.open(key)).match(name);
    if (kept) return kept;
  }
}

/** @param {Request} request @param {string} name */
async function renewed(request, name) {
  const answer = await fetch(request);
  if (answer.ok && await intact(answer, name)) await (await caches.open(CACHE)).put(name, answer.clone());
  return answer;
}

/** @param {Request} request @param {string} name */
async function keptFirst(request, name) {
  return await ownMatch(name) ?? fetch(request);
}

// Where the packed file is kept, an answer that says as much as that the plain one is not compressed.
/** @param {Request} request */
async function plain(request) {
  const own = await browsersOwn(PLAIN);
  return own?.ok ? own : await ownMatch(PLAIN) ?? (await ownMatch(PACKED) ? new Response() : fetch(request));
}

/** @param {string} name */
async function dataFirstKept(name) {
  const kept = await ownMatch(name);
  if (kept) return kept;
  const answer = await fetchIntact(name);
  const copy = answer.clone();
  caches.open(DATA).then((cache) => cache.put(name, copy)).catch(() => {});  // no room: go without
  return answer;
}

// A network that neither works nor fails counts as none after a few seconds, and so does an answer that says the
// file is not to be had, if there is a copy to show.
/** @param {Request} request @param {string} name */
async function networkFirst(request, name) {
  const kept = ownMatch(name);
  const network = fetch(request);
  const late = new Promise((done) => setTimeout(done, NETWORK_SECONDS * 1000));
  try {
    const answer = await Promise.race([network, late.then(async () => (await kept) ?? network)]);
    return answer.ok ? answer : (await kept) ?? answer;
  } catch (error) {
    const copy = await kept;
    if (copy) return copy;
    throw error;
  }
}
