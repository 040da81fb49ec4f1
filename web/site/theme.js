// Sets <html data-theme> (and data-embed, where the address asks for it) before the first paint: the reader's saved choice, else the system's, followed live.
(() => {
  const root = document.documentElement;
  if (/[#&]embed=1(&|$)/.test(location.hash)) root.dataset.embed = "";  // for layout.css
  const system = matchMedia("(prefers-color-scheme: dark)");
  const saved = () => {
    try { return localStorage.getItem("nncore-theme"); } catch { return null; }  // storage may be blocked
  };
  const apply = () => {
    const choice = saved();
    const theme = choice === "light" || choice === "dark" ? choice : system.matches ? "dark" : "light";
    if (root.dataset.theme === theme) return;
    root.dataset.theme = theme;
    root.dispatchEvent(new CustomEvent("themechange", {detail: theme, bubbles: true}));
  };
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  window.nncoreTheme = {
    toggle() {
      const next = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("nncore-theme", next); } catch { /* the choice then lasts for this visit */ }
      root.dataset.theme = next;
      root.dispatchEvent(new CustomEvent("themechange", {detail: next, bubbles: true}));
    },
  };
  apply();
})();
