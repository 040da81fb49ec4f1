// Runs Python: starts it, lays out the archives, starts the dashboard, passes messages on.
import {unpack} from "./archive.js";
import {compiled} from "./compiled.js";
import {loadCore, startCore} from "./core.js";
import {LoadError, fetchBytes, reportTo} from "./files.js";
import {mountSaved, syncSaved, takePlace} from "./saved.js";
import {dropSnapshot, findSnapshot, keepSnapshot, restore} from "./snapshot.js";

/**
 * @param {string} type
 * @param {object} [content]
 * @param {Transferable[]} [transfer]
 */
const say = (type, content = {}, transfer = []) => self.postMessage({type, ...content}, transfer);

// For those who look for the cause. Not every browser's `stack` begins with the error itself.
/** @param {unknown} error */
const trace = (error) => {
  const stack = error instanceof Error && error.stack || "";
  return stack.startsWith(String(error)) ? stack : `${error}\n${stack}`.trim();
};

// -- for web/browser/bridge.py ---------------------------------------------------------------------------
self.syncSaved = syncSaved;
// The body of a response as an ArrayBuffer, unpacked on the way if asked.
self.readBody = async (answer, gunzip, report = () => {}) => {
  const total = Number(answer.headers.get("Content-Length")) || 0;
  let received = 0, last = 0;
  const count = new TransformStream({
    transform(chunk, out) {
      received += chunk.byteLength;
      const now = performance.now();
      if (now - last > 80) { last = now; report(received, total); }  // a steady ten a second at most
      out.enqueue(chunk);
    },
  });
  /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
  let body = (answer.body ?? new Blob().stream()).pipeThrough(count);
  if (gunzip) body = body.pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(body).arrayBuffer();
  report(received, total || received);
  return buffer;
};

// -- the start -------------------------------------------------------------------------------------------
/** @type {any} */
let boot;           // web.browser.boot once Python runs
/** @type {any} */
let bridge;         // web.browser.bridge
let linked = false;  // the page has Python's document, and all that changed since
let afterwards = () => {};  // to be done when the start is over, so that it takes nothing from it
/** @typedef {any} Message with its `type`, one of the handlers below */
/** @type {Message[]} */
const early = [];   // what the page said too early

/** @typedef {{ordinary: boolean, place?: number, compiled?: typeof compiled}} How as launch.js has it */
/** @param {{site: Site, how: How, language: string, theme: string}} message */
async function start({site, how, language, theme}) {
  self.siteURL = (path) => new URL(path, site.base).href;
  self.siteData = JSON.stringify(site.data);  // for web/browser/bridge.py, as is the next
  self.fetchSource = () => fetchBytes(site.source);
  how.compiled?.forEach((module, path) => compiled.set(path, module));
  holdLock();
  reportTo(say);
  say("stage", {name: "python"});
  takePlace(how.place);
  const files = request(site, language), {memory, ahead} = site.languages[language];
  const snapshot = how.ordinary ? undefined : await findSnapshot(memory, files.core);
  say("begins", {from: snapshot ? "snapshot" : "ordinary"});
  afterwards = () => keepSnapshot(memory, Boolean(snapshot));
  try {
    await run(files, snapshot?.(), snapshot && fetchBytes(ahead[theme]).then((content) => new TextDecoder().decode(content)));
  } catch (error) {
    if (!snapshot) throw error;
    await dropSnapshot(memory);
    say("stopped", {details: `The snapshot of Python did not work: ${trace(error)}`});
  }
}

// Asks for what is needed soon, in this order; a failure is reported where a file is awaited, an archive's at once.
/** @param {Site} site @param {string} language */
function request(site, language) {
  const core = loadCore(site.core);
  const archives = Object.values(site.archives).map((file) => fetchBytes(file, "low"));
  for (const content of [core, ...archives]) content.catch(() => {});
  return {core, archives, catalogue: site.languages[language].python, language, panel: site.panel};
}

// Runs Python, from a snapshot if there is one; `page` is then what the snapshot's Python has made already.
/**
 * @param {ReturnType<typeof request>} files
 * @param {Promise<import("./snapshot.js").Snapshot>} [snapshot]
 * @param {Promise<string>} [page]
 */
async function run({core, archives, catalogue, language, panel}, snapshot, page) {
  const words = catalogue && !snapshot ? fetchBytes(catalogue) : undefined;  // a snapshot knows them
  words?.catch(() => {});  // a failure of this and the next is seen below
  page?.then((page) => say("prepared", {page}), () => {});
  const environment = {HOME: "/home/pyodide", PANEL_CDN_ROOT: panel, TORNADO_EXTENSION: "0"};
  const pyodide = await Promise.race([
    snapshot ? restore({core, snapshot, libraries: archives[0], environment}) : startCore(core, environment),
    Promise.all(archives).then(() => /** @type {Promise<never>} */ (new Promise(() => {}))),
  ]);
  self.pyodide = pyodide;
  pyodide._api.on_fatal = (error) => say("stopped", {details: trace(error)});
  // Nothing made while starting is garbage: boot.link switches collection on when that is over.
  pyodide.runPython("import gc; gc.disable()");
  const saved = mountSaved(pyodide);
  say("stage", {name: "libraries"});
  const folder = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const content of archives) unpack(pyodide.FS, folder, await content);
  pyodide.runPython("import importlib; importlib.invalidate_caches()");
  await saved;
  say("stage", {name: "dashboard"});
  // Before anything that has words.
  if (words) pyodide.pyimport("web.words").use(language, pyodide.toPy(await words).tobytes());
  pyodide.pyimport("web.browser.late_modules").install();
  boot = pyodide.pyimport("web.browser.boot");
  bridge = pyodide.pyimport("web.browser.bridge");
  if (snapshot) boot.awaken();
  early.splice(0).forEach(handle);
  say("render", {page: boot.start() ?? await page});
}

// Held as long as this worker lives: the page sees its death by it, where the browser has locks.
function holdLock() {
  const lock = `nncore-worker-${Date.now()}-${Math.random()}`;
  navigator.locks?.request(lock, () => {
    say("lock", {lock});
    return new Promise(() => {});
  }).catch(() => {});  // refused where nothing may be kept: the page then sees a dead worker as a silent one
}

// -- messages from the page ------------------------------------------------------------------------------
/** @type {Record<string, (message: Message) => unknown>} */
const handlers = {
  start: (message) => start(message).catch((error) => say("failed", {
    ...(error instanceof LoadError ? {what: error.words, values: error.values} : {what: ""}),  // else Python's own error
    details: trace(error),
  })),
  ping: ({id}) => say("pong", {id}),
  rendered() {
    boot.link((/** @type {unknown} */ patch, /** @type {unknown} */ buffers) => say("patch", {patch, buffers}));
    linked = true;
    early.splice(0).forEach(handle);
    say("ready", {place: self.savedPlace, compiled});
    afterwards();
  },
  patch({patch}) {
    boot.receive(patch);
    say("applied");
  },
  fact: ({topic, value}) => bridge._receive(topic, value),
};
const anytime = new Set(["start", "ping"]);
/** @param {Message} message */
function handle(message) {
  const tooEarly = message.type === "patch" ? !linked : !boot && !anytime.has(message.type);
  if (tooEarly) early.push(message);
  else handlers[message.type](message);
}
self.onmessage = (event) => handle(event.data);
