// Bokeh makes the surface of every plot a tab stop without a name that does nothing by keys. What a plot shows
// stands below it in words and as a table, so Tab passes it by; its tool buttons stay.

/** @param {ParentNode} root */
function passBy(root) {
  for (const surface of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".bk-events"))) surface.tabIndex = -1;
  for (const node of root.querySelectorAll("*")) if (node.shadowRoot) passBy(node.shadowRoot);
}

/** Plots come and go: looked for whenever Tab is about to move the focus. */
export function skipPlots() {
  addEventListener("keydown", ({key}) => { if (key === "Tab") passBy(document); }, true);
}
