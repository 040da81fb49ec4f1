// A network from left to right, layer by layer.
import {button, h, sheet} from "./kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "./panel.js" */

/**
 * @typedef {object} Layer
 * @property {string} kind the class's name
 * @property {boolean} readable whether it has code to be read
 * @property {string} options
 * @property {number[]} shape of its output
 * @property {string} size in words
 * @property {string} parameters in words, empty if it has none
 * @property {string} formula
 */

const STYLE = `
  ol {display: flex; flex-wrap: wrap; gap: var(--space-4) 0; margin: 0; padding: 0; list-style: none}
  li {display: flex; align-items: center}
  li + li::before {content: "→"; color: var(--muted); padding-inline: var(--space-1)}
  .layer {display: grid; justify-items: center; gap: 2px; min-width: 92px; height: 100%; padding: var(--space-2);
          align-content: end; border: 1px solid var(--line); border-radius: 8px; background: var(--surface)}
  .layer.trained {border-color: var(--accent)}
  .kind {font-weight: 600}
  button.kind {min-height: 24px; padding: 0 4px; color: var(--accent); text-decoration: underline; text-underline-offset: 3px}
  .figures {color: var(--muted); font-size: var(--fs-s); font-variant-numeric: tabular-nums; white-space: nowrap}
  svg {display: block; fill: var(--surface-2); stroke: var(--muted)}
  .trained svg {stroke: var(--accent)}
`;
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 56;

// Maps stand behind each other as squares, a vector is a column of units; sizes grow with the square root.
/** @param {number[]} shape */
function glyph(shape) {
  const svg = document.createElementNS(SVG, "svg");
  /** @type {(x: number, y: number, width: number, height: number) => void} */
  const box = (x, y, width, height) => {
    const rect = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({x, y, width, height, rx: 1.5})) rect.setAttribute(name, String(value));
    svg.append(rect);
  };
  let width = 14;
  if (shape.length === 3) {
    const [maps, side] = shape;
    const copies = Math.min(maps, 5);
    const edge = Math.min(38, 7 + 6 * Math.sqrt(side));
    width = edge + 3 * (copies - 1) + 2;
    for (let i = copies - 1; i >= 0; i--) box(1 + 3 * i, HEIGHT - edge - 1 - 3 * (copies - 1 - i), edge, edge);
  } else {
    const units = Math.min(shape[0], 8);
    const step = Math.min(HEIGHT, 12 + 1.6 * Math.sqrt(shape[0])) / units;
    for (let i = 0; i < units; i++) box(2, HEIGHT - (i + 1) * step + 0.5, 10, step - 1);
  }
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(HEIGHT));
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/** @param {Component<{layers: Layer[], label: string}>} component */
export function render({model, el}) {
  const list = h("ol", {"aria-label": model.label});
  const code = (/** @type {string} */ kind) => button(kind, () => model.send_msg({kind}),
    {className: "kind plain", title: _("Read its code"), "aria-label": _("{kind}: read its code", {kind})});
  const build = () => {
    list.replaceChildren(...model.layers.map(({kind, readable, options, shape, size, parameters, formula}) => h("li", {},
      h("div", {className: parameters ? "layer trained" : "layer", title: [options, formula].filter(Boolean).join("\n")},
        glyph(shape), readable ? code(kind) : h("span", {className: "kind"}, kind), h("span", {className: "figures"}, size),
        h("span", {className: "figures"}, parameters || "\u00a0")))));
  };
  model.on("layers", build);
  build();
  el.append(sheet(STYLE), list);
}
