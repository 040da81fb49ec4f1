// Files of the site: each checked by its hash, named when it fails, and counted in bytes while it arrives.
import {compiledOnce} from "./compiled.js";

const SILENT_SECONDS = 20;

// A failure that carries what to tell the visitor: English words, and what stands in their {placeholders}.
export class LoadError extends Error {
  /** @param {string} words @param {Record<string, string>} values */
  constructor(words, values) {
    super(words.replace(/\{(\w+)\}/g, (_, name) => values[name]));
    this.words = words;
    this.values = values;
  }
}

// What is to be said of anything that was thrown.
/** @param {unknown} error */
export const reason = (error) => error instanceof Error ? error.message : String(error);

// -- what is on its way ----------------------------------------------------------------------------------
/** @typedef {(type: string, content: object) => void} Say */
/** @type {Set<SiteFile>} */
const waiting = new Set();
let received = 0, total = 0, told = 0, silence = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let watch;
let tell = /** @type {Say} */ (() => {});

// From now on `say(type, content)` is told what arrives ("bytes") and what does not ("stalled").
/** @param {Say} say */
export function reportTo(say) { tell = say; }

/** @param {SiteFile} file */
function expect(file) {
  waiting.add(file);
  total += file.size;
  watch ??= setInterval(() => {  // counts its own beats: nothing can arrive while Python computes
    if (++silence === SILENT_SECONDS) tell("stalled", {file: [...waiting][0].what});
  }, 1000);
}

/** @param {SiteFile} file @param {number} bytes */
function arrived(file, bytes) {
  if (silence >= SILENT_SECONDS) tell("stalled", {file: ""});
  silence = 0;
  received += bytes;
  const now = performance.now();
  if (now - told < 80 && received < total) return;  // a steady ten a second at most
  told = now;
  tell("bytes", {received, total, what: file.what});
}

/** @param {SiteFile} file */
function finished(file) {
  waiting.delete(file);
  if (waiting.size > 0) return;
  clearInterval(watch);
  watch = undefined;
}

// -- fetching --------------------------------------------------------------------------------------------
/** @param {{integrity: string}} file @param {ArrayBuffer} content */
export async function checkIntegrity(file, content) {
  const digest = await crypto.subtle.digest("SHA-256", content);
  const found = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
  if (found !== file.integrity) throw new Error("its content is not what this site was built with");
}

const subtle = globalThis.crypto?.subtle;  // not on insecure addresses: there the browser itself checks

// The body of a response as a stream, unpacked, which fails at its end where the content is not the file's.
/**
 * @param {SiteFile} file
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {(bytes: number) => void} count
 */
function checked(file, body, count) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
  const seen = body.pipeThrough(new TransformStream({
    transform(chunk, out) {
      count(chunk.byteLength);
      parts.push(chunk);
      out.enqueue(chunk);
    },
    flush: async () => subtle && checkIntegrity(file, await new Blob(parts).arrayBuffer()),
  }));
  return file.gzip ? seen.pipeThrough(new DecompressionStream("gzip")) : seen;
}

/** @param {SiteFile} file @param {RequestCache} cache @param {RequestPriority} priority */
const ask = (file, cache, priority) => (
  fetch(self.siteURL(file.path), {cache, priority, ...(subtle ? {} : {integrity: file.integrity})}));

/** @param {SiteFile} file @param {RequestCache} cache @param {RequestPriority} priority */
async function open(file, cache, priority) {
  const answer = await ask(file, cache, priority);
  if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
  return checked(file, answer.body, (bytes) => arrived(file, bytes));
}

// What the first of these ways to a file {path, what, size, integrity, gzip} that works out gives.
/**
 * @template T
 * @param {SiteFile} file
 * @param {(() => Promise<T>)[]} ways
 * @returns {Promise<T>}
 */
async function load(file, ways) {
  expect(file);
  try {
    return await ways.reduce((tried, way) => tried.catch(way), /** @type {Promise<T>} */ (Promise.reject()));
  } catch (error) {
    throw new LoadError("{what} ({path}) is missing, did not arrive, or arrived changed: {error}",
      {what: file.what, path: file.path, error: reason(error)});
  } finally {
    finished(file);
  }
}

// The ways of most files: what went wrong on the way, or in a cache, is fetched once more past the browser's cache.
/**
 * @template T
 * @param {SiteFile} file
 * @param {(stream: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<T>} use
 * @param {RequestPriority} priority
 */
const ways = (file, use, priority) => /** @type {RequestCache[]} */ (["default", "reload"]).map((cache) => (
  async () => use(await open(file, cache, priority))));

// The content of a file as an ArrayBuffer.
/** @param {SiteFile} file @param {RequestPriority} [priority] */
export const fetchBytes = (file, priority = "high") => (
  load(file, ways(file, (stream) => new Response(stream).arrayBuffer(), priority)));

// A WebAssembly module, compiled while it arrives, whatever content type the host gives it.
/** @param {ModuleFile} file */
export const fetchModule = (file) => compiledOnce(file.path, () => load(file, [
  () => compilePlain(file),
  ...ways(file, (stream) => (
    WebAssembly.compileStreaming(new Response(stream, {headers: {"Content-Type": "application/wasm"}}))), "high"),
]));

// Browsers keep the machine code that they make of a module with the file in their cache, and start from it at the next
// visit, but only if it is compiled just as the network gave it: not unpacked here, not from the service worker's cache.
// So the plain file is asked for first. It is as small as the packed one if the host compresses it, else this gives up.
/** @param {ModuleFile} file */
async function compilePlain(file) {
  const {plain} = file, answer = await ask(plain, "force-cache", "high"), copy = answer.clone();
  if (!copy.ok || !copy.body || !answer.headers.has("Content-Encoding")) {
    await Promise.all([answer.body?.cancel(), copy.body?.cancel()]);
    throw new Error("not compressed on the way");
  }
  const seen = checked(plain, copy.body, (bytes) => arrived(file, bytes * file.size / plain.size));
  const [module] = await Promise.all([WebAssembly.compileStreaming(answer), seen.pipeTo(new WritableStream())]);
  return module;
}

// A JavaScript module: checked first; then the browser takes the same copy from its cache, or what was unpacked.
/** @param {SiteFile} file */
export async function importScript(file) {
  const content = await fetchBytes(file);
  if (!file.gzip) return import(self.siteURL(file.path));
  const url = URL.createObjectURL(new Blob([content], {type: "text/javascript"}));
  return import(url).finally(() => URL.revokeObjectURL(url));
}
