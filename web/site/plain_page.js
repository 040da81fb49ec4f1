// Of the languages in which a plain page stands, shows the visitor's: chosen as in language.js. Without scripts all are
// shown. Old browsers come here: no syntax that is newer than 2018.
(() => {
  const mains = Array.from(document.querySelectorAll("main"));
  const kept = () => {
    try { return localStorage.getItem("nncore-language"); } catch { return null; }  // storage may be blocked
  };
  const said = new URLSearchParams(location.hash.slice(1));
  /** @param {string | null} tag */
  const nearest = (tag) => tag && (mains.find(({lang}) => lang === tag) || mains.find(({lang}) => lang.split("-")[0] === tag.split("-")[0]));
  const chosen = [said.get("lang"), kept()].concat(navigator.languages).map(nearest).find(Boolean) || mains[0];
  for (const main of mains) main.hidden = main !== chosen;
  document.documentElement.lang = chosen.lang;
  document.title = `${chosen.getElementsByTagName("h1")[0].textContent} · nncore lab`;
  const missing = chosen.querySelector("code");  // what support.js did not find
  if (missing) missing.textContent = said.get("missing");
})();
