// A row of commands.
import {announcer, button, h, mustStop, setText, setUnavailable, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

/**
 * @typedef {object} Item see toolbar.py
 * @property {"button" | "select" | "number"} kind
 * @property {string} name
 * @property {string} label
 * @property {string} [help]
 * @property {any} [value]
 * @property {boolean} [primary]
 * @property {boolean} [disabled]
 * @property {boolean} [pressed]
 * @property {string} [stops]
 * @property {[value: string, words: string][]} [options]
 * @property {number} [minimum]
 * @property {number} [maximum]
 */
/** @typedef {{items: Item[], status: string, label: string, fills: boolean}} Toolbar */
/** @typedef {(name: string, value: unknown) => void} Send */
/** @typedef {{node: HTMLElement, update: (item: Item) => void}} Made `update` brings it up to date in place */

const STYLE = `
  .row {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center}
  label {display: inline-flex; align-items: center; gap: 6px; max-width: 100%; color: var(--muted); font-size: var(--fs-s)}
  label > * {min-width: 0; font-size: var(--fs-m)}
  input {width: 6em; text-align: right; font-variant-numeric: tabular-nums}
  .status {color: var(--muted); font-variant-numeric: tabular-nums}
  [aria-pressed="true"] {border-color: var(--accent); color: var(--accent); font-weight: 600}
  .fills > * {flex-basis: 100%; min-width: 0}
  .fills > label {display: grid; grid-template-columns: 3.5em minmax(0, 1fr)}
  .fills select {padding-inline: 5px}
  .fills .status {font-size: var(--fs-s); line-height: 1.35}
`;

/** @type {Record<Item["kind"], (first: Item, send: Send) => Made>} */
const MAKERS = {
  button(first, send) {
    let item = first;
    const node = button(first.label, () => {
      send(item.name, item.value ?? null);
      if (item.stops) mustStop(item.stops);
    }, {title: first.help ?? ""});
    return {
      node,
      update(next) {
        item = next;
        setText(node, item.label);
        setUnavailable(node, item.disabled ?? false);
        node.className = item.primary ? "primary" : "toggle";
        if (item.pressed === undefined) node.removeAttribute("aria-pressed");
        else node.setAttribute("aria-pressed", String(item.pressed));
      },
    };
  },
  select({name, label, help}, send) {
    const node = h("select", {title: help ?? "", "aria-label": label});
    node.onchange = () => send(name, node.value);
    let shown = "";
    return {
      node: h("label", {}, label, node),
      update({options = [], value, disabled = false}) {
        if (shown !== JSON.stringify(options)) {
          shown = JSON.stringify(options);
          node.replaceChildren(...options.map(([key, words]) => h("option", {value: key}, words)));
        }
        node.value = value;
        node.disabled = disabled;
      },
    };
  },
  number({name, label, help, minimum = 0}, send) {
    const node = h("input", {type: "number", min: minimum, step: 1, title: help ?? "", "aria-label": label});
    let typing = false;
    node.oninput = () => { typing = true; };
    node.onchange = () => {
      typing = false;
      node.value = String(Math.min(Number(node.max), Math.max(minimum, Math.round(node.valueAsNumber || 0))));
      send(name, node.valueAsNumber);
    };
    return {
      node: h("label", {}, label, node),
      update({maximum = Infinity, value}) {
        node.max = String(maximum);
        if (!typing) node.value = value;
      },
    };
  },
};

/** @param {Component<Toolbar>} component */
export function render({model, el}) {
  const row = h("div", {className: model.fills ? "row fills" : "row", role: "group", "aria-label": model.label});
  // Progress changes many times a second: what is seen is not read out, what it settles at is.
  const status = h("span", {className: "status", role: "status", "aria-live": "off"});
  const {node: said, say} = announcer();
  /** @type {Map<string, Made>} */
  let made = new Map();
  /** @type {Send} */
  const send = (name, value) => model.send_msg({name, value});

  const build = () => {
    const hadFocus = row.contains(/** @type {ShadowRoot} */ (row.getRootNode()).activeElement);
    const before = [...made.keys()];
    made = new Map(model.items.map((item) => {
      const key = JSON.stringify([item.kind, item.name, item.kind === "button" ? item.value : null]);
      const control = made.get(key) ?? MAKERS[item.kind](item, send);
      control.update(item);
      return [key, control];
    }));
    if (before.join() === [...made.keys()].join()) return;
    row.replaceChildren(...[...made.values()].map(({node}) => node), status);
    // What had the focus is gone: the first command of those that came is next.
    if (hadFocus) row.querySelector("button")?.focus();
  };
  const tell = () => {
    setText(status, model.status);
    say(model.status);
  };

  model.on("items", build);
  model.on("status", tell);
  build();
  row.append(status);
  tell();
  el.append(sheet(STYLE), row, said);
}
