// What tests ask about the page that a visitor would notice; evaluated in it.
(() => {
  const everywhere = (root, visit) => {
    visit(root);
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) everywhere(node.shadowRoot, visit);
  };
  const LIVE = "[aria-live], [role=status], [role=alert]";

  window.probes = {
    // The accessible name of what has the focus, through all shadow roots; "" where nothing has it.
    focused() {
      let node = document.activeElement;
      while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
      if (!node || node === document.body) return "";
      return node.getAttribute("aria-label") ?? (node.labels?.[0] ?? node).textContent.trim();
    },

    // From now on note when each live region speaks: its text changes and nothing silences it.
    listen() {
      const spoken = new Map();
      const hear = (changes) => {
        for (const {target} of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          const region = element?.closest(LIVE);
          const silent = !region || region.getAttribute("aria-live") === "off" || !region.textContent.trim();
          if (silent) continue;
          const times = spoken.get(region) ?? [];
          const now = performance.now();
          if (now - (times.at(-1) ?? -Infinity) > 5) times.push(now);  // one change of several nodes
          spoken.set(region, times);
        }
      };
      const observe = (root) => {
        new MutationObserver(hear).observe(root, {subtree: true, childList: true, characterData: true});
      };
      everywhere(document, observe);
      // [[what it says now, [milliseconds, ...]], ...]
      window.probes.heard = () => [...spoken].map(([node, times]) => [node.textContent.trim(), times]);
    },

    // Space text as WCAG 1.4.12 asks for.
    spaceText() {
      const css = "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}";
      everywhere(document, (root) => {
        (root.head ?? root).append(Object.assign(document.createElement("style"), {textContent: css}));
      });
    },

    // Controls whose text is wider than they are, and what sticks out of the window without a way to scroll.
    outgrown() {
      const found = new Set();
      everywhere(document, (root) => {
        for (const node of root.querySelectorAll("*")) {
          const box = node.getBoundingClientRect();
          if (!box.width || node.closest(".scroll, .strip, .unseen, svg, [class^=bk-]")) continue;
          const narrow = node.matches("button, select, label") && node.scrollWidth > node.clientWidth + 1;
          const out = box.right > innerWidth + 1;
          if (narrow || out) found.add(`${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 40)}`);
        }
      });
      return [...found];
    },
  };
})();
