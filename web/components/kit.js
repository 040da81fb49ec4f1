// What the dashboard's own components share: their look, made of the theme's tokens, and a way to make nodes.
const KIT = `
  :host {color: var(--text); font: var(--fs-m)/1.45 var(--font)}
  *, *::before, *::after {box-sizing: border-box}
  button, select, input, textarea, summary {font: inherit; color: inherit}
  button, select, input:not([type="checkbox"], [type="range"], [type="file"]) {
    min-height: 34px; padding: 5px 10px; border: 1px solid var(--edge); border-radius: 7px; background: var(--surface)}
  select, input {max-width: 100%}
  button {background: var(--surface-2); cursor: pointer}
  button:hover, select:hover {border-color: var(--accent)}
  [aria-disabled="true"] {color: var(--muted); border-color: var(--edge) !important; cursor: default; opacity: .6}
  button.primary {background: var(--accent); border-color: var(--accent); color: var(--accent-text); font-weight: 600}
  button.plain {background: none; border-color: transparent}
  .toggle[aria-pressed="true"] {background: var(--accent); border-color: var(--accent); color: var(--accent-text)}
  input[type="checkbox"] {width: 16px; height: 16px; margin: 0; accent-color: var(--accent)}
  summary, label:has(input[type="checkbox"]) {min-height: 24px}
  :focus-visible {outline: 2px solid var(--accent); outline-offset: 1px}
  .scroll {position: relative; overflow-x: auto; scrollbar-width: thin; scrollbar-color: var(--edge) transparent}
  @media (pointer: coarse) {button, select, input:not([type="checkbox"], [type="range"]), summary {min-height: 44px}}
  @media (forced-colors: active) {
    [aria-pressed="true"], [aria-selected="true"] {
      forced-color-adjust: none; background: Highlight !important; color: HighlightText !important}
    [aria-disabled="true"] {color: GrayText; border-color: GrayText !important; opacity: 1}
  }
  [hidden] {display: none !important}
  .muted {color: var(--muted)}
  .small {font-size: var(--fs-s)}
  .bad {color: var(--bad)}
  .unseen {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap}
`;

const SETTLED = 800;  // ms without a change after which a text is said

/**
 * A node: h("button", {type: "button", onclick, "aria-label": "…"}, "text", child).
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties] of the node, or else attributes; null and undefined are left out
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && !name.includes("-")) Reflect.set(node, name, value);
    else if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * A button that calls `act` when it is pressed, unless `setUnavailable` says that it cannot act now.
 * @param {string} label
 * @param {() => void} act
 * @param {Record<string, unknown>} [properties] as of `h`
 */
export function button(label, act, properties = {}) {
  const node = h("button", {type: "button", ...properties}, label);
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-disabled") !== "true") act();
  });
  return node;
}

/**
 * Say whether a button can act now. One that cannot still takes the focus: it must not fall to the page's top
 * because something ended.
 * @param {HTMLElement} node
 * @param {boolean} unavailable
 */
export function setUnavailable(node, unavailable) {
  node.setAttribute("aria-disabled", String(unavailable));
}

/**
 * Tell the page that the visitor stops something, after Python was told: where Python is too busy to hear of it, the
 * page starts it again (page/main.js).
 * @param {string} what "code" or "course"
 */
export function mustStop(what) {
  dispatchEvent(new CustomEvent("nncore-stop", {detail: what}));
}

/**
 * Text in which what stands between backquotes is code.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function marked(text) {
  return text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));
}

/**
 * Text for the ears: said when it has settled, so that what changes many times a second is not read out as often.
 * @returns {{node: HTMLElement, say: (text: string) => void}} `node` is to be put anywhere beside what is seen
 */
export function announcer() {
  const node = h("p", {className: "unseen", "aria-live": "polite"});
  let latest = "", later = 0;
  return {
    node,
    say(text) {
      if (text === latest) return;
      latest = text;
      clearTimeout(later);
      later = window.setTimeout(() => setText(node, text), SETTLED);
    },
  };
}

/**
 * A table that may be wider than its card: it can be scrolled, by the keyboard too.
 * @param {string} label
 * @param {HTMLElement} table
 */
export function scrollable(label, table) {
  const box = h("div", {className: "scroll", role: "group", "aria-label": label}, table);
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);
  return box;
}

/**
 * The common look and a component's own rules.
 * @param {string} css
 */
export const sheet = (css) => h("style", {textContent: KIT + css});

/**
 * Change a node's text only if it is another one: unchanged text is not read out again.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Call `repaint` whenever the theme changes, as long as the component is there.
 * @param {import("./panel.js").Model<{}>} model
 * @param {() => void} repaint
 */
export function onThemeChange(model, repaint) {
  const root = document.documentElement;
  root.addEventListener("themechange", repaint);
  model.on("remove", () => root.removeEventListener("themechange", repaint));
}

/**
 * Keep `model.in_sight` true while the node is on the screen or nearly, so that Python need not draw in vain.
 * @param {import("./panel.js").Model<{in_sight: boolean}>} model
 * @param {Element} node
 */
export function tellSight(model, node) {
  const observer = new IntersectionObserver((entries) => {
    model.in_sight = entries[entries.length - 1].isIntersecting;
  }, {rootMargin: "200px"});
  observer.observe(node);
  model.on("remove", () => observer.disconnect());
}

/**
 * Reads the theme's tokens as they are now, for what is painted.
 * @returns {(token: string) => string}
 */
export function themeTokens() {
  const style = getComputedStyle(document.documentElement);
  return (token) => style.getPropertyValue(token).trim();
}

/**
 * Hand the visitor a file that was made in the page.
 * @param {Blob | null} blob nothing happens where the browser could make none
 * @param {string} name
 */
export function saveBlob(blob, name) {
  if (!blob) return;
  const link = h("a", {href: URL.createObjectURL(blob), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * What draws on a canvas. (It is missing only where another kind of context was asked for before.)
 * @template {HTMLCanvasElement | OffscreenCanvas} Canvas
 * @param {Canvas} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function pen(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  return /** @type {Canvas extends OffscreenCanvas ? OffscreenCanvasRenderingContext2D : CanvasRenderingContext2D} */ (context);
}
