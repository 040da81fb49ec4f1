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

    // The backgrounds of all that match the one and the other selector of each pair.
    looks(pairs) {
      return pairs.map((pair) => pair.map((selector) => {
        const found = [];
        everywhere(document, (root) => {
          for (const node of root.querySelectorAll(selector)) found.push(getComputedStyle(node).backgroundColor);
        });
        return found;
      }));
    },

    // Whether what has the focus is ringed, itself or the box that it stands in.
    ringed() {
      let node = document.activeElement;
      while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
      for (; node && node !== document.body; node = node.parentElement ?? node.getRootNode().host) {
        const {outlineStyle, outlineWidth} = getComputedStyle(node);
        if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return true;
      }
      return false;
    },

    // Controls whose border stands out less than 3:1 from what is around them.
    faint() {
      const context = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
      const rgb = (colour) => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
      };
      const luminance = (parts) => parts.slice(0, 3).map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (node) => {
        for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
          const colour = rgb(getComputedStyle(at).backgroundColor);
          if (colour[3] === 255) return colour;
        }
        return [255, 255, 255];
      };
      const found = new Set();
      const CONTROLS = "button, select, textarea, input:not([type=checkbox], [type=radio], [type=range]), .speed label, [role=application]";
      everywhere(document, (root) => {
        for (const node of root.querySelectorAll(CONTROLS)) {
          const {borderTopStyle, borderTopWidth, borderTopColor} = getComputedStyle(node);
          const border = rgb(borderTopColor);
          if (!node.getClientRects().length || borderTopStyle === "none" || borderTopWidth === "0px" || border[3] < 255) continue;
          const [low, high] = [luminance(border), luminance(ground(node.parentElement ?? root.host))].sort((a, b) => a - b);
          const contrast = (high + 0.05) / (low + 0.05);
          if (contrast < 3) found.add(`${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 30)} ${contrast.toFixed(1)}:1`);
        }
      });
      return [...found];
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

    // Controls that a finger could miss: less than 24 pixels either way, with their label; the main ones less than `main`.
    small(main) {
      const found = new Set();
      everywhere(document, (root) => {
        for (const node of root.querySelectorAll("button, select, input, summary, header a, [role=tab], [role=slider]")) {
          const label = node.matches("input[type=checkbox], input[type=radio]") ? node.labels?.[0] : null;
          const {width, height} = (label ?? node).getBoundingClientRect();
          if (!width || node.closest(".unseen, [class^=bk-]") || getComputedStyle(node).visibility === "hidden") continue;
          const least = node.matches("button.primary") ? main : 24;
          if (Math.min(width, height) < least - 0.5) found.add(`${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 30)} ${width} x ${height}`);
        }
      });
      return [...found];
    },
  };
})();
