// The page's half: shows the loading stages, draws the dashboard, keeps its document in step with Python's.
import {Outbox} from "./outbox.js";

(() => {
  const worker = window.nncoreWorker;
  const $ = (selector) => document.querySelector(selector);
  const tell = (type, content = {}) => worker.postMessage({type, ...content});
  performance.mark("nncore-page");

  // -- first view ------------------------------------------------------------------------------------
  for (const slot of document.querySelectorAll("[data-slot]")) {
    const lines = Array.from({length: Number(slot.dataset.skeleton)}, () => document.createElement("i"));
    const skeleton = Object.assign(document.createElement("div"), {className: "skeleton"});
    skeleton.append(...lines);
    slot.append(skeleton);
  }
  $("#theme").addEventListener("click", () => window.nncoreTheme.toggle());

  const stages = [...document.querySelectorAll("#stages li")];
  function showStage(name) {
    performance.mark(`nncore-${name}`);
    const current = stages.findIndex((item) => item.dataset.name === name);
    stages.forEach((item, i) => { item.dataset.stage = i < current ? "done" : i === current ? "now" : ""; });
    const share = stages.slice(0, current).reduce((sum, item) => sum + Number(item.dataset.share), 0);
    $(".track i").style.setProperty("--done", share + 0.04);
    $(".track").setAttribute("aria-valuenow", Math.round(100 * share));
  }

  const FAULT = "Reload the page. If it happens again, it is a fault of the page: please report it with the technical "
    + "details below.";
  function fail(what, details, advice = $("#failure-do").textContent) {
    if (document.body.dataset.state === "error") return;
    document.body.dataset.state = "error";
    document.querySelector("#stages [data-stage=now]")?.setAttribute("data-stage", "failed");
    document.querySelectorAll(".skeleton").forEach((skeleton) => skeleton.remove());
    $("#failure-what").textContent = what;
    $("#failure-do").textContent = navigator.onLine === false
      ? "This device is offline. Connect it and reload the page."
      : advice;
    $("#failure-details").textContent = details;
    $("main").removeAttribute("aria-busy");
    worker.terminate();
  }

  // Deferred scripts run in order after this one, so their failures are all seen here.
  const scriptsRun = new Promise((done) => addEventListener("DOMContentLoaded", done, {once: true}));
  addEventListener("error", ({target}) => {
    if (target instanceof HTMLScriptElement) {
      fail("A part of the page did not load.", `${target.src} is missing from this site or did not arrive.`);
    }
  }, true);
  // Panel loads its JavaScript components through this polyfill's interface; today's browsers need no polyfill.
  window.importShim = Object.assign((url) => import(url).catch((error) => {
    fail("A part of the page did not load.", String(error));
    throw error;
  }), {addImportMap() {}});

  // -- page to Python --------------------------------------------------------------------------------
  let jsdoc = null, applying = 0;
  const outbox = new Outbox((changes) => tell("patch", {patch: jsdoc.create_json_patch(changes)}));
  function changed(event) {
    if (applying === 0 && event.setter_id !== "py") outbox.post(event);
  }

  const fact = (topic, value) => tell("fact", {topic, value});
  const hash = () => location.hash.replace(/^#/, "");
  document.documentElement.addEventListener("themechange", (event) => fact("theme", event.detail));
  addEventListener("hashchange", () => fact("hash", hash()));

  // -- Python to page --------------------------------------------------------------------------------
  async function render(page) {
    showStage("drawing");
    await scriptsRun;
    const {docs, items, roots} = JSON.parse(page);
    const places = {};
    for (const slot of document.querySelectorAll("[data-slot]")) {
      const name = slot.dataset.slot;
      if (name in roots) {
        slot.id = `slot-${name}`;
        slot.replaceChildren();
        places[roots[name]] = slot.id;
      } else {
        (slot.closest(".card") ?? slot).remove();
      }
    }
    const missing = Object.keys(roots).filter((name) => !document.getElementById(`slot-${name}`));
    if (missing.length) throw new Error(`layout.html has no place for: ${missing.join(", ")}`);
    items[0].roots = places;
    items[0].root_ids = Object.values(roots);
    const [views] = await Bokeh.embed.embed_items(docs, items);
    jsdoc = [...views.roots.values()][0].model.document;
    jsdoc.on_change(changed, false);
    tell("rendered");
  }

  function notice({text, kind}) {
    const box = Object.assign(document.createElement("div"), {className: "notice"});
    box.dataset.kind = kind;
    const close = Object.assign(document.createElement("button"), {type: "button", textContent: "Dismiss"});
    close.onclick = () => box.remove();
    box.append(Object.assign(document.createElement("span"), {textContent: text}), close);
    $("#notices").replaceChildren(...[...$("#notices").children].slice(-2), box);
    if (kind !== "error") setTimeout(() => box.remove(), 6000);
  }

  async function copy({text}) {
    try {
      await navigator.clipboard.writeText(text);
      notice({text: "Copied.", kind: "info"});
    } catch {  // not a secure address, or permission refused
      const dialog = $("#copy-dialog"), area = dialog.querySelector("textarea");
      area.value = text;
      dialog.showModal();
      area.select();
    }
  }

  function download({name, data, mime}) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data], {type: mime}));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  const handlers = {
    stage: ({name}) => showStage(name),
    render: ({page}) => render(page).catch((error) => fail("The dashboard could not be drawn.", String(error.stack), FAULT)),
    ready() {
      performance.mark("nncore-ready");
      document.body.dataset.state = "ready";
      $("main").removeAttribute("aria-busy");
      // Last, so that keeping the files for offline use takes nothing from the start.
      navigator.serviceWorker?.register("sw.js").catch((error) => console.info(`No offline use: ${error.message}`));
    },
    patch({patch, buffers}) {
      applying++;
      try { jsdoc.apply_json_patch(patch, buffers); } finally { applying--; }
      jsdoc._new_models.clear(); // Python made them: they must not go back in full with the first event
    },
    applied: () => outbox.acknowledged(),
    failed: ({what, details}) => what ? fail(what, details)
      : fail("The dashboard's Python stopped with an error.", details, FAULT),
    hash: ({value}) => history.replaceState(null, "", value ? `#${value}` : location.pathname + location.search),
    notice, copy, download,
  };
  worker.onmessage = ({data}) => handlers[data.type](data);
  worker.onerror = (event) => fail("The Python worker could not be started.", event.message || "worker.js did not load");

  for (const event of worker.early.splice(0)) (event.type === "message" ? worker.onmessage : worker.onerror)(event);
  fact("theme", document.documentElement.dataset.theme);
  fact("hash", hash());
})();
