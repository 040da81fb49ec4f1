// Makes the site work offline after the first visit. page.py fills in the version and the list of files.
//   pages and loose files: from the network while there is one, so that an update shows at the next visit;
//   lib/: from the cache first, because a changed file has a changed address;
//   data/: kept when first used.
const VERSION = "{{version}}";
const FILES = JSON.parse('{{files}}');
const PREFIX = `nncore-lab ${self.registration.scope} `;  // other sites may share the origin
const CACHE = PREFIX + VERSION, DATA = PREFIX + "data";
const NETWORK_SECONDS = 4;

const path = (request) => request.url.slice(self.registration.scope.length);
const unchanging = (name) => name.startsWith("lib/");

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  for (const name of FILES) {
    const kept = unchanging(name) && await caches.match(name);
    await (kept ? cache.put(name, kept) : cache.add(name));
  }
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE && name !== DATA) await caches.delete(name);
  }
})()));

self.addEventListener("fetch", (event) => {
  const {request} = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  const name = path(request);
  if (name.startsWith("data/")) event.respondWith(cacheFirst(request, DATA));
  else if (unchanging(name)) event.respondWith(cacheFirst(request));
  else event.respondWith(networkFirst(request));
});

async function cacheFirst(request, keepIn) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (keepIn && answer.ok) {
    const copy = answer.clone();
    caches.open(keepIn).then((cache) => cache.put(request, copy)).catch(() => {});  // no room: go without
  }
  return answer;
}

// A network that neither works nor fails counts as none after a few seconds, if there is a copy to show.
async function networkFirst(request) {
  const kept = caches.match(request, {ignoreSearch: true});
  const network = fetch(request);
  const late = new Promise((done) => setTimeout(done, NETWORK_SECONDS * 1000));
  try {
    return await Promise.race([network, late.then(async () => (await kept) ?? network)]);
  } catch (error) {
    const copy = await kept;
    if (copy) return copy;
    throw error;
  }
}
