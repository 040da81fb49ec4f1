// Of the languages in which 404.html stands, shows the visitor's: chosen as in language.js. Without scripts all are shown.
(() => {
  const mains = [...document.querySelectorAll("main")];
  const kept = () => {
    try { return localStorage.getItem("nncore-language"); } catch { return null; }  // storage may be blocked
  };
  /** @param {string | null} tag */
  const nearest = (tag) => mains.find(({lang}) => lang === tag)
    ?? mains.find(({lang}) => lang.split("-")[0] === tag?.split("-")[0]);
  const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
  const chosen = [asked, kept(), ...navigator.languages].map(nearest).find(Boolean) ?? mains[0];
  for (const main of mains) main.hidden = main !== chosen;
  document.documentElement.lang = chosen.lang;
  document.title = `${chosen.querySelector("h1")?.textContent} · nncore lab`;
})();
