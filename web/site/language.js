// Chooses the language of the page before anything is drawn: the address's `lang=`, else what the visitor chose on
// this page, else the browser's. English stands in the page and needs nothing; another language's words are fetched,
// and the page shows itself when they are there. Stands in index.html itself; modules use page/words.js.
(() => {
  const KEPT = "nncore-language";
  const {languages} = window.nncoreSite;
  const root = document.documentElement;

  /** @param {string | null} tag @returns {string | undefined} the language of the site that is nearest to it */
  const nearest = (tag) => {
    const [family] = (tag ?? "").split("-");
    return Object.keys(languages).find((known) => known === tag) ?? Object.keys(languages).find((known) => known.split("-")[0] === family);
  };
  const asked = () => new URLSearchParams(location.hash.slice(1)).get("lang") ?? new URLSearchParams(location.search).get("lang");
  const kept = () => {
    try { return localStorage.getItem(KEPT); } catch { return null; }  // storage may be blocked
  };
  const tag = [asked(), kept(), ...navigator.languages].map(nearest).find(Boolean) ?? "en";
  const {forms = {one: 0, other: 1}, page} = languages[tag];
  const lessons = page ? `lessons/${tag}/` : "lessons/";
  const plural = new Intl.PluralRules(tag);
  /** @type {Record<string, string[]>} English words to those of this language, in gettext's order of plural forms */
  let words = {};

  /** @param {string} text @param {Record<string, unknown>} values */
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

  /**
   * Words in the visitor's language, with named placeholders filled in: _("{done} of {all}", {done, all}).
   * @param {string} message
   * @param {Record<string, unknown>} [values]
   */
  const _ = (message, values = {}) => fill(words[message]?.[0] ?? message, values);

  /**
   * Words for a number, which fills {n}: ngettext("{n} run", "{n} runs", count).
   * @param {string} one
   * @param {string} many
   * @param {number} n
   * @param {Record<string, unknown>} [values]
   */
  const ngettext = (one, many, n, values = {}) =>
    fill(words[one]?.[forms[plural.select(n)] ?? 0] ?? (n === 1 ? one : many), {n, ...values});

  // What stands in index.html itself.
  function translatePage() {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const text = node.nodeValue ?? "", core = text.trim();
      if (core in words) node.nodeValue = text.replace(core, () => _(core));
    }
    for (const name of ["aria-label", "title", "content"]) {
      for (const node of document.querySelectorAll(`[${name}]`)) node.setAttribute(name, _(String(node.getAttribute(name))));
    }
  }

  // The documents beside the page, as far as they are there in this language.
  function translateLinks() {
    for (const link of document.querySelectorAll('a[href="lessons/index.html"]')) link.setAttribute("href", `${lessons}index.html`);
  }

  async function load() {
    if (!page) return;
    root.dataset.words = "waiting";
    try {
      const answer = await fetch(page.path, {integrity: page.integrity});
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      words = await answer.json();
      if (document.readyState === "loading") {
        await new Promise((done) => document.addEventListener("readystatechange", done, {once: true}));
      }
      translatePage();
      translateLinks();
    } catch (error) {
      console.warn(`The page stays in English: ${error}`);
    }
    delete root.dataset.words;
  }

  const link = () => `${location.href.split("#")[0]}#${asked() ?? kept() ? `lang=${tag}&` : ""}`;

  // In another language from now on; the page has to be loaded again.
  /** @param {string} other */
  function choose(other) {
    try { localStorage.setItem(KEPT, other); } catch { /* the address then has to say it */ }
    const {pathname, search, hash} = location;
    const [query, rest] = [search, hash].map((part) => part.slice(1).split("&").filter((one) => one && !one.startsWith("lang=")).join("&"));
    const said = kept() === other ? rest : `lang=${other}${rest && `&${rest}`}`;
    history.replaceState(null, "", pathname + (query && `?${query}`) + (said && `#${said}`));
    location.reload();
  }

  root.lang = tag;
  window.nncoreLanguage = {tag, asked, nearest, choose, link, lessons, ready: load(), _, ngettext};
})();
