// Loads the site afresh past everything that this browser keeps of it. What the visitor made stays: it lies in
// another storage. Stands in index.html itself, for any other file may be what is damaged; failure.js asks it.
(() => {
  const SCOPE = new URL("./", location.href).href;
  const PREFIX = `nncore-lab ${SCOPE} `;  // of the service worker's caches, see sw.js
  const {_} = window.nncoreLanguage;
  const MARK = "nncore-repaired";
  /** @param {string} id @param {string} text */
  const say = (id, text) => { /** @type {HTMLElement} */ (document.getElementById(id)).textContent = text; };

  // Nothing is thrown away before the network has shown that it has this site, and not a login page of its own.
  async function repair() {
    const files = await (await fetch("files.json", {cache: "reload"})).json();
    sessionStorage.setItem(MARK, "yes");
    say("boot-note", _("What this browser keeps of the site seems to be damaged. All of it is loaded afresh …"));
    for (const name of await self.caches?.keys() ?? []) {
      if (name.startsWith(PREFIX)) await caches.delete(name);
    }
    for (const registration of await navigator.serviceWorker?.getRegistrations() ?? []) {
      if (registration.scope === SCOPE) await registration.unregister();
    }
    const wanted = Object.keys(files).filter((name) => !name.startsWith("data/"));
    await Promise.allSettled(wanted.map((name) => fetch(name, {cache: "reload"})));
    location.reload();
  }

  // Repairs without being asked, once in a tab's life, if there is a kept copy to be suspected; says whether.
  async function byItself() {
    try {
      const kept = (await self.caches?.keys() ?? []).some((name) => name.startsWith(PREFIX));
      if (!kept || sessionStorage.getItem(MARK)) return false;
      await repair();
      return true;
    } catch {  // no network, or no storage: the panel tells what failed
      return false;
    }
  }

  document.addEventListener("click", ({target}) => {
    const button = target instanceof Element && target.closest("[data-repair]");
    if (!(button instanceof HTMLButtonElement)) return;
    button.disabled = true;
    repair().catch((error) => {
      button.disabled = false;
      say("failure-do", _("The site could not be fetched again: {error}. Nothing was thrown away: try again "
        + "when connected.", {error: error.message}));
    });
  });

  window.nncoreRepair = {byItself};
})();
