// Bokeh makes the surface of every plot a tab stop without a name that does nothing by keys. What a plot shows
// stands below it in words and as a table, so Tab passes it by; its tool buttons stay.
//
// Bokeh paints half a pixel off, so that the first row and column keep half of what was there: after a change of theme
// that is a line in the old colour, unless it is wiped before.

/** @param {ParentNode} root */
function passBy(root) {
  for (const surface of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".bk-events"))) surface.tabIndex = -1;
  for (const node of root.querySelectorAll("*")) if (node.shadowRoot) passBy(node.shadowRoot);
}

/** @param {ParentNode} root */
function wipeEdges(root) {
  for (const canvas of /** @type {NodeListOf<HTMLCanvasElement>} */ (root.querySelectorAll("canvas.bk-layer"))) {
    const pen = canvas.getContext("2d");
    if (!pen) continue;
    pen.save();
    pen.resetTransform();
    pen.clearRect(0, 0, canvas.width, Math.ceil(devicePixelRatio));
    pen.clearRect(0, 0, Math.ceil(devicePixelRatio), canvas.height);
    pen.restore();
  }
  for (const node of root.querySelectorAll("*")) if (node.shadowRoot) wipeEdges(node.shadowRoot);
}

/** Plots come and go: looked for whenever Tab is about to move the focus, and when the theme changes. */
export function skipPlots() {
  document.documentElement.addEventListener("themechange", () => wipeEdges(document));
  addEventListener("keydown", ({key}) => { if (key === "Tab") passBy(document); }, true);
}
