// A row of commands.
import {h, setText, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

/**
 * @typedef {object} Item see toolbar.py
 * @property {keyof MAKERS} kind
 * @property {string} name
 * @property {string} label
 * @property {string} [help]
 * @property {any} [value]
 * @property {boolean} [primary]
 * @property {boolean} [disabled]
 * @property {boolean} [pressed]
 * @property {[value: string, words: string][]} [options]
 * @property {number} [minimum]
 * @property {number} [maximum]
 */
/** @typedef {{items: Item[], status: string, label: string}} Toolbar */
/** @typedef {(name: string, value: unknown) => void} Send */
/** @typedef {[outer: HTMLElement, control: HTMLElement]} Made */

const STYLE = `
  .row {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center}
  label {display: inline-flex; align-items: center; gap: 6px; color: var(--muted); font-size: var(--fs-s)}
  label > * {font-size: var(--fs-m)}
  input {width: 6em; text-align: right; font-variant-numeric: tabular-nums}
  .status {color: var(--muted); font-variant-numeric: tabular-nums}
`;

const MAKERS = {
  /** @type {(item: Item, send: Send) => Made} */
  button({name, label, help, value, primary, disabled, pressed}, send) {
    const node = h("button", {type: "button", className: primary ? "primary" : "", title: help ?? "", disabled: !!disabled}, label);
    if (pressed !== undefined) node.setAttribute("aria-pressed", String(pressed));
    node.onclick = () => send(name, value ?? null);
    return [node, node];
  },
  /** @type {(item: Item, send: Send) => Made} */
  select({name, label, help, options, value, disabled}, send) {
    const node = h("select", {disabled: !!disabled, title: help ?? "", "aria-label": label},
      ...(options ?? []).map(([key, words]) => h("option", {value: key, selected: key === value}, words)));
    node.onchange = () => send(name, node.value);
    return [h("label", {}, label, node), node];
  },
  /** @type {(item: Item, send: Send) => Made} */
  number({name, label, help, minimum = 0, maximum = Infinity, value}, send) {
    const node = h("input", {type: "number", min: minimum, max: maximum, step: 1, value, title: help ?? "", "aria-label": label});
    node.onchange = () => {
      node.value = String(Math.min(maximum, Math.max(minimum, Math.round(node.valueAsNumber || 0))));
      send(name, node.valueAsNumber);
    };
    return [h("label", {}, label, node), node];
  },
};

/** @param {Component<Toolbar>} component */
export function render({model, el}) {
  const row = h("div", {className: "row", role: "group", "aria-label": model.label});
  const status = h("span", {className: "status", role: "status"});
  /** @type {HTMLElement[]} */
  let controls = [];
  /** @type {Send} */
  const send = (name, value) => model.send_msg({name, value});

  const build = () => {
    const {activeElement} = /** @type {ShadowRoot} */ (el.getRootNode());
    const focused = controls.findIndex((control) => control === activeElement);
    const nodes = model.items.map((item) => MAKERS[item.kind](item, send));
    controls = nodes.map(([, control]) => control);
    row.replaceChildren(...nodes.map(([outer]) => outer), status);
    controls[focused]?.focus();
  };
  const tell = () => setText(status, model.status);

  model.on("items", build);
  model.on("status", tell);
  build();
  tell();
  el.append(sheet(STYLE), row);
}
