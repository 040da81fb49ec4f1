// Bokeh makes the surface of every plot a tab stop without a name that does nothing by keys. What a plot shows
// stands below it in words and as a table, so Tab passes it by; its tool buttons stay.
//
// Bokeh paints half a pixel off, so that the first row and column keep half of what was there: after a change of theme
// that is a line in the old colour, unless it is wiped before.

/**
 * What matches a selector, through all shadow roots.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {Generator<Element>}
 */
function* everywhere(root, selector) {
  yield* root.querySelectorAll(selector);
  for (const {shadowRoot} of root.querySelectorAll("*")) if (shadowRoot) yield* everywhere(shadowRoot, selector);
}

function passBy() {
  for (const surface of everywhere(document, ".bk-events")) /** @type {HTMLElement} */ (surface).tabIndex = -1;
}

function wipeEdges() {
  for (const layer of everywhere(document, "canvas.bk-layer")) {
    const canvas = /** @type {HTMLCanvasElement} */ (layer), pen = canvas.getContext("2d");
    if (!pen) continue;
    pen.save();
    pen.resetTransform();
    pen.clearRect(0, 0, canvas.width, Math.ceil(devicePixelRatio));
    pen.clearRect(0, 0, Math.ceil(devicePixelRatio), canvas.height);
    pen.restore();
  }
}

/** Plots come and go: looked for whenever Tab is about to move the focus, and when the theme changes. */
export function mendPlots() {
  document.documentElement.addEventListener("themechange", wipeEdges);
  addEventListener("keydown", ({key}) => { if (key === "Tab") passBy(); }, true);
}
