// The panel that every failed start ends in, and the word about what hangs. It stands in index.html itself, for
// any other file may be what is missing; modules reach it as `nncoreFailure`.
(() => {
  const {_, ready} = window.nncoreLanguage;
  const SILENT_SECONDS = 20;
  /** @param {string} selector @returns {HTMLElement} */
  const $ = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
  /** @type {Promise<void>} */
  const parsed = new Promise((done) => {  // this runs in the head, before there is a body
    document.addEventListener("readystatechange", () => done(), {once: true});
  });
  let failed = false;

  // What to do where the page is shown in a place that lets it load nothing; undefined where it is not.
  function placed() {
    if (location.protocol === "file:") {
      return _("A browser lets no page load its parts from a disk. Serve the site, for example with python3 build.py serve.");
    }
    if (self.origin === "null") {
      return _("The page around this one forbids it to load its parts. Its frame needs sandbox=\"allow-scripts "
        + "allow-same-origin\"; or open this page by itself.");
    }
  }

  // For those who look for the cause. Not every browser's `stack` begins with the error itself.
  /** @param {unknown} error */
  function trace(error) {
    const stack = error instanceof Error && error.stack || "";
    return stack.startsWith(String(error)) ? stack : `${error}\n${stack}`.trim();
  }

  /** @type {Window["nncoreFailure"]["show"]} */
  // Shows the panel, once. It takes the place of the dashboard, unless that was there already and can be read.
  async function show({what, details = "", advice, title}) {
    if (failed) return;
    failed = true;
    const keep = document.body?.dataset.state === "ready";
    await Promise.all([parsed, ready]);
    if (!keep && await window.nncoreRepair.byItself()) return;  // all of it is loaded afresh
    document.body.dataset.state = keep ? "stopped" : "error";
    document.dispatchEvent(new Event("nncore-failed"));
    $("#stages [data-stage=now]")?.setAttribute("data-stage", "failed");
    $("#boot").hidden = true;
    if (!keep) $("main").replaceChildren($("#failure"));
    $("#failure h1").textContent = title ?? (keep ? _("Python stopped") : _("The dashboard could not start"));
    $("#failure-what").textContent = what;
    $("#failure-do").textContent = placed() ?? (navigator.onLine === false
      ? _("This device is offline. Connect it and reload the page.")
      : advice ?? _("Reload the page. If that does not help, the copy of this site is incomplete or the browser is too "
        + "old: try a current Chrome, Edge, Firefox or Safari, or build and deploy the site again."));
    $("#failure-details").textContent = trace(details);
    $("#failure").hidden = false;
    $("#failure h1").focus();
    $("main").removeAttribute("aria-busy");
  }

  /** @param {string} what */
  // Tells under the progress bar what is being waited for, and offers another try; "" takes it back.
  async function stalled(what) {
    await parsed;
    $("#stalled").hidden = !what;
    $("#stalled-what").textContent = what && _("{what} It may still come; or try again.", {what});
  }

  // The page's scripts: one that is missing or altered is named at once, one that hangs after a while.
  /** @param {string} url */
  const name = (url) => url.split("/").pop();
  addEventListener("error", ({target, error}) => {
    if (target instanceof Element) {
      const url = target instanceof HTMLScriptElement ? target.src
        : target instanceof HTMLLinkElement && target.rel === "modulepreload" ? target.href : "";
      if (url) {
        show({what: _("A part of the page did not load: {name}.", {name: name(url)}),
          details: _("{url} is missing from this site, did not arrive, or arrived changed.", {url})});
      }
    } else if (error && document.body?.dataset.state !== "ready") {  // without one, the browser only remarks on something
      show({what: _("A script of the page stopped with an error."), details: error});
    }
  }, true);
  const timer = setTimeout(() => {
    const arrived = new Set(performance.getEntriesByType("resource").map((entry) => entry.name));
    const late = [...document.scripts].map(({src}) => src).filter((url) => url && !arrived.has(url));
    stalled(_("Waiting for {what}.", {what: late.map(name).join(", ") || _("a part of the page")}));
  }, SILENT_SECONDS * 1000);
  document.addEventListener("DOMContentLoaded", () => {  // every script has run
    clearTimeout(timer);
    stalled("");
  });

  document.addEventListener("click", ({target}) => {
    if (target instanceof Element && target.closest("[data-reload]")) location.reload();
  });

  window.nncoreFailure = {show, stalled};
})();
