// A row of commands. `items`: [{kind: "button" | "select" | "number", name, label, …}], see toolbar.py.
import {h, setText, sheet} from "./kit.js";

const STYLE = `
  .row {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center}
  label {display: inline-flex; align-items: center; gap: 6px; color: var(--muted); font-size: var(--fs-s)}
  label > * {font-size: var(--fs-m)}
  input {width: 6em; text-align: right; font-variant-numeric: tabular-nums}
  .status {color: var(--muted); font-variant-numeric: tabular-nums}
`;

const MAKERS = {
  button({name, label, help, value, primary, disabled, pressed}, send) {
    const node = h("button", {type: "button", className: primary ? "primary" : "", title: help ?? "", disabled: !!disabled}, label);
    if (pressed !== undefined) node.setAttribute("aria-pressed", String(pressed));
    node.onclick = () => send(name, value ?? null);
    return [node, node];
  },
  select({name, label, help, options, value, disabled}, send) {
    const node = h("select", {disabled: !!disabled, title: help ?? "", "aria-label": label},
      ...options.map(([key, words]) => h("option", {value: key, selected: key === value}, words)));
    node.onchange = () => send(name, node.value);
    return [h("label", {}, label, node), node];
  },
  number({name, label, help, minimum, maximum, value}, send) {
    const node = h("input", {type: "number", min: minimum, max: maximum, step: 1, value, title: help ?? "", "aria-label": label});
    node.onchange = () => {
      node.value = Math.min(maximum, Math.max(minimum, Math.round(node.valueAsNumber || 0)));
      send(name, node.valueAsNumber);
    };
    return [h("label", {}, label, node), node];
  },
};

export function render({model, el}) {
  const row = h("div", {className: "row", role: "group", "aria-label": model.label});
  const status = h("span", {className: "status", role: "status"});
  let controls = [];
  const send = (name, value) => model.send_msg({name, value});

  const build = () => {
    const focused = controls.indexOf(el.getRootNode().activeElement);
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
