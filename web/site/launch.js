// Starts Python's worker before anything else of the page is fetched: it decides how long the wait is. Stands in
// index.html itself, after language.js and theme.js. What the worker says before python.js listens is
// kept in `early`. In place of a worker that is no more another takes over what that one told of itself, see globals.d.ts.
(() => {
  const site = {...window.nncoreSite, base: new URL("./", location.href).href};
  window.nncoreLaunch = (how = {ordinary: false}) => {
    /** @type {EarlyWorker} */
    const worker = Object.assign(new Worker(site.base + site.modules + "worker/main.js", {type: "module", name: "Python"}), {early: []});
    worker.onmessage = (event) => worker.early.push(event);
    worker.onerror = (event) => worker.early.push(event);
    const {theme} = document.documentElement.dataset;
    worker.postMessage({type: "start", site, how, theme, language: window.nncoreLanguage.tag});
    return worker;
  };
  window.nncoreWorker = window.nncoreLaunch();
  // No attribute checks the scripts of a worker: this looks at the copies that it got.
  for (const [name, integrity] of Object.entries(site.worker)) {
    fetch(site.base + site.modules + name, {integrity, cache: "force-cache"}).then((answer) => {
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    }).catch((error) => window.nncoreFailure.show({
      what: window.nncoreLanguage._("A part of the Python worker ({name}) did not load.", {name}),
      details: window.nncoreLanguage._("It is missing from this site, did not arrive, or arrived changed: {error}",
        {error: error.message}),
    }));
  }
})();
