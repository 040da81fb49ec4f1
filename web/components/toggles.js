// A row of small switches.
import {h, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

/** @typedef {{label: string, options: Option[], value: Record<string, boolean>}} Toggles */
/** @typedef {{name: string, label: string, help: string}} Option */

const STYLE = `
  .row {display: flex; flex-wrap: wrap; gap: var(--space-1) var(--space-4)}
  label {display: inline-flex; align-items: center; gap: 6px; color: var(--muted); font-size: var(--fs-s); cursor: pointer;
         min-height: 28px}
  label:has(:checked) {color: var(--text)}
`;

/** @param {Component<Toggles>} component */
export function render({model, el}) {
  const row = h("div", {className: "row", role: "group", "aria-label": model.label});
  for (const {name, label, help} of model.options) {
    const box = h("input", {type: "checkbox", checked: model.value[name]});
    box.onchange = () => { model.value = {...model.value, [name]: box.checked}; };
    row.append(h("label", {title: help}, box, label));
  }
  el.append(sheet(STYLE), row);
}
