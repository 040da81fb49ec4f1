// Bokeh makes the surface of every plot a tab stop without a name that does nothing by keys. What a plot shows
// stands below it in words and as a table, so Tab passes it by; its tool buttons stay.

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

/** Plots come and go: looked for whenever Tab is about to move the focus. */
export function passPlotsBy() {
  addEventListener("keydown", ({key}) => { if (key === "Tab") passBy(); }, true);
}

/**
 * Bokeh paints half a pixel off, and clears so too: the first row and column keep half of what was there, as thin lines
 * in the colours and places of before. To be called when Bokeh is there, before it draws.
 */
export function clearPlotsWholly() {
  const {prototype} = Bokeh.require("core/util/canvas").CanvasLayer;
  const {clear} = prototype;
  prototype.clear = function () {
    const {canvas} = this;
    if (canvas instanceof HTMLCanvasElement) {
      this.undo_transform((/** @type {CanvasRenderingContext2D} */ pen) => pen.clearRect(0, 0, canvas.width, canvas.height));
    } else {
      clear.call(this);
    }
  };
}
