// Runs Python: loads Pyodide and the archives side by side, starts the dashboard, passes messages on.
let base;  // the page's address
self.siteURL = (path) => new URL(path, base).href;
const say = (type, content = {}, transfer = []) => self.postMessage({type, ...content}, transfer);

// A failure that carries what to tell the visitor.
class LoadError extends Error {}

async function fetchFile({path, integrity}, what) {
  let answer;
  try {
    answer = await fetch(self.siteURL(path), {integrity});
  } catch (error) {
    throw new LoadError(`${what} (${path}) did not arrive, or arrived changed: ${error.message}`);
  }
  if (!answer.ok) throw new LoadError(`${what} (${path}) is missing from this site: HTTP ${answer.status}.`);
  return answer;
}

// Pyodide waits for ever when a file of its core is missing or damaged: reject in its place. It also insists
// on the content type application/wasm, which not every static host knows.
async function failingLoudly(load) {
  const {fetch} = self, {instantiateStreaming} = WebAssembly;
  let reject;
  const broken = new Promise((_, fail) => { reject = fail; });
  self.fetch = async (...request) => {
    const answer = await fetch(...request);
    if (!answer.ok) reject(new Error(`${answer.url} is missing from this site: HTTP ${answer.status}.`));
    return answer;
  };
  WebAssembly.instantiateStreaming = async (response, imports) => {
    try {
      const answer = await response;
      if (answer.headers.get("Content-Type")?.startsWith("application/wasm")) {
        return await instantiateStreaming(answer, imports);
      }
      return await WebAssembly.instantiate(await answer.arrayBuffer(), imports);
    } catch (error) {
      reject(error);
      throw error;
    }
  };
  try {
    return await Promise.race([load(), broken]);
  } finally {
    Object.assign(self, {fetch});
    Object.assign(WebAssembly, {instantiateStreaming});
  }
}

// Used by web/browser/bridge.py: the body of a response as an ArrayBuffer, unpacked on the way if asked.
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
  let body = answer.body.pipeThrough(count);
  if (gunzip) body = body.pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(body).arrayBuffer();
  report(received, total || received);
  return buffer;
};

// Lays out a solid archive: a line of JSON, [[path, size], ...], then the files' bytes in that order.
function unpack(FS, folder, bytes) {
  let offset = bytes.indexOf(10) + 1;
  const made = new Set();
  for (const [path, size] of JSON.parse(new TextDecoder().decode(bytes.subarray(0, offset)))) {
    const target = `${folder}/${path}`, parent = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(parent)) FS.mkdirTree(parent);
    made.add(parent);
    FS.writeFile(target, bytes.subarray(offset, offset += size), {canOwn: true});
  }
}

// What is written under /saved survives a reload, where the browser allows it.
self.savedMounted = false;
self.syncSaved = (fromStorage) => new Promise((done) => {
  if (!self.savedMounted) return done(false);
  self.pyodide.FS.syncfs(fromStorage, (error) => done(!error));
});
async function mountSaved(pyodide) {
  pyodide.FS.mkdirTree("/saved");
  try {
    pyodide.FS.mount(pyodide.FS.filesystems.IDBFS, {}, "/saved");
    self.savedMounted = true;
    self.savedMounted = await self.syncSaved(true);
  } catch { self.savedMounted = false; }
}

let boot, bridge;  // web.browser.boot and .bridge once Python runs
const early = [];   // what the page said before

async function start(site, pageAddress) {
  base = pageAddress;
  self.siteData = site.data;  // for web/browser/bridge.py, as is the next
  self.siteSource = site.source;
  const stage = (name) => say("stage", {name});
  stage("python");
  // Requested now, needed later; a failure is reported where it is awaited.
  const archives = site.archives.map((file) => {
    const answer = fetchFile(file, file.what).then((response) => readBody(response, file.path.endsWith(".bin")));
    answer.catch(() => {});
    return {file, answer};
  });
  let pyodide;
  try {
    const {loadPyodide} = await import(self.siteURL(site.pyodide + "pyodide.mjs"));
    pyodide = await failingLoudly(() => loadPyodide({
      indexURL: self.siteURL(site.pyodide),
      env: {HOME: "/home/pyodide", PANEL_CDN_ROOT: self.siteURL(site.panel), TORNADO_EXTENSION: "0"},
      stdout: (line) => console.log(line),
      stderr: (line) => console.error(line),
    }));
  } catch (error) {
    throw new LoadError(`Python (${site.pyodide}) could not be loaded: ${error.message}`);
  }
  self.pyodide = pyodide;
  // Nothing made while starting is garbage: boot.link switches collection on when that is over.
  pyodide.runPython("import gc; gc.disable()");
  const saved = mountSaved(pyodide);
  stage("libraries");
  const folder = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const {file, answer} of archives) {
    if (file.path.endsWith(".whl")) pyodide.unpackArchive(await answer, "wheel");
    else unpack(pyodide.FS, folder, new Uint8Array(await answer));
  }
  pyodide.runPython("import importlib; importlib.invalidate_caches()");
  await saved;
  stage("dashboard");
  boot = pyodide.pyimport("web.browser.boot");
  bridge = pyodide.pyimport("web.browser.bridge");
  early.splice(0).forEach(handle);
  say("render", {page: boot.start()});
}

const handlers = {
  start: ({site, base}) => start(site, base).catch((error) => say("failed", {
    what: error instanceof LoadError ? error.message : "",  // else Python's own error
    details: String(error.stack || error),
  })),
  rendered() {
    boot.link((patch, buffers) => say("patch", {patch, buffers}));
    say("ready");
  },
  patch({patch}) {
    boot.receive(patch);
    say("applied");
  },
  fact: ({topic, value}) => bridge._receive(topic, value),
};
function handle(message) {
  if (message.type !== "start" && !boot) return early.push(message);
  handlers[message.type](message);
}
self.onmessage = (event) => handle(event.data);
