// The settings: one row per field, in groups. `fields` never changes; `values` are texts by name.
import {h, setText, sheet} from "./kit.js";
import {_} from "../page/words.js";
/** @import {Component, Model} from "./panel.js" */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} help
 * @property {string} group
 * @property {string} kind "choice", "bool", "widths", "int" or "float"
 * @property {[value: string, words: string][]} [choices]
 * @property {number} minimum
 * @property {number} maximum
 * @property {boolean} log whether its slider is logarithmic
 * @property {boolean} live whether it takes effect while training runs
 */
/**
 * @typedef {object} Form
 * @property {Field[]} fields
 * @property {Record<string, string>} values
 * @property {string[]} hidden
 * @property {Record<string, string>} problems
 * @property {string[]} first names of those in view before the others are unfolded
 * @property {string[]} unfolded
 */
/** @typedef {{parts: (HTMLInputElement | HTMLSelectElement)[], show: (text: string) => void}} Control */

const STYLE = `
  :host {container-type: inline-size}
  details {break-inside: avoid; border-top: 1px solid var(--line); padding: var(--space-2) 0}
  .groups > details:first-of-type {border-top: 0; padding-top: 0}
  .groups {padding-left: var(--space-2)}
  @container (min-width: 600px) {.groups {columns: 2; column-gap: var(--space-6)}}
  summary {font-weight: 600; cursor: pointer; min-height: 30px; align-content: center; border-radius: 6px}
  .field {display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 66px) 70px; gap: 2px var(--space-2);
          align-items: center; padding: 3px 0}
  .field .name {display: flex; align-items: center; gap: 2px; min-width: 0}
  .field label {cursor: pointer; min-height: 24px; align-content: center}
  .field select, .field input:not([type="checkbox"]) {width: 100%; min-width: 0}
  .field select, .field input.wide {grid-column: 2 / -1}
  .field select {font-size: var(--fs-s)}
  .field.long .name, .field.long select {grid-column: 1 / -1}
  .field input.number {text-align: right; font-variant-numeric: tabular-nums; grid-column: 3; grid-row: 1}
  .field input[type="checkbox"] {grid-column: 3; justify-self: end; margin: 9px 0}
  .field input[type="range"] {grid-column: 2; grid-row: 1; margin: 0; accent-color: var(--accent); height: 24px}
  .ask {min-height: 0; width: 24px; height: 24px; padding: 0; border: 0; border-radius: 50%; background: none; color: var(--muted);
        font-size: 12px; line-height: 22px; flex: none}
  .ask:hover, .ask[aria-expanded="true"] {background: var(--surface-2); color: var(--text)}
  .help, .problem {grid-column: 1 / -1; margin: 0 0 var(--space-1); font-size: var(--fs-s); color: var(--muted)}
  .problem {color: var(--bad)}
  .live {color: var(--muted); font-size: var(--fs-s)}
`;

const LONG = 18;  // letters: a choice with more gets a line of its own, where it can be read whole
const CUT = 32;  // letters of a choice that are surely in view
const DECADES = 6;  // a logarithmic slider spans so many powers of ten below the maximum; its left end is the minimum

/** @param {Field} field */
function slider(field) {
  const node = h("input", {type: "range", min: 0, max: 1000, step: 1, tabIndex: -1, "aria-hidden": "true"});
  const {minimum, maximum, log} = field;
  const value = () => {
    const share = Number(node.value) / 1000;
    if (!log) return minimum + share * (maximum - minimum);
    return share === 0 ? minimum : maximum * 10 ** (DECADES * (share - 1));
  };
  const place = (/** @type {number} */ x) => {
    const share = log ? (x > 0 ? 1 + Math.log10(x / maximum) / DECADES : 0) : (x - minimum) / (maximum - minimum);
    node.value = String(Math.round(1000 * Math.min(1, Math.max(0, share))));
  };
  return {node, place, text: () => (log ? Number(value().toPrecision(2)) : Number(value().toFixed(3))).toString()};
}

/**
 * @param {Field} field
 * @param {string} id
 * @param {(text: string) => void} send
 * @returns {Control}
 */
function control(field, id, send) {
  if (field.kind === "choice") {
    const node = h("select", {id}, ...(field.choices ?? []).map(([value, text]) => h("option", {value}, text)));
    node.onchange = () => send(node.value);
    return {parts: [node], show: (text) => { node.value = text; }};
  }
  if (field.kind === "bool") {
    const node = h("input", {id, type: "checkbox"});
    node.onchange = () => send(String(node.checked));
    return {parts: [node], show: (text) => { node.checked = text === "true"; }};
  }
  const node = h("input", {id, type: "text", className: field.kind === "widths" ? "wide" : "number",
    inputMode: field.kind === "widths" ? "text" : "decimal", autocomplete: "off", spellcheck: false});
  node.onchange = () => send(node.value);
  if (field.kind !== "float") return {parts: [node], show: (text) => { node.value = text; }};
  const slide = slider(field);
  slide.node.oninput = () => { node.value = slide.text(); if (field.live) send(node.value); };
  slide.node.onchange = () => send(node.value);
  const show = (/** @type {string} */ text) => { node.value = text; slide.place(Number(text)); };
  return {parts: [node, slide.node], show};
}

/**
 * @param {Field} field
 * @param {Model<Form>} model
 */
function row(field, model) {
  const id = `setting-${field.name}`;
  const {parts, show} = control(field, id, (text) => model.send_msg({name: field.name, text}));
  const help = h("p", {className: "help", id: `${id}-help`, hidden: true}, field.help,
    field.live ? "" : _(" A change begins the run anew."));
  const problem = h("p", {className: "problem", id: `${id}-problem`, role: "alert", hidden: true});
  const ask = h("button", {type: "button", className: "ask", title: field.help, "aria-label": _("About {label}", {label: field.label}),
    "aria-expanded": "false", "aria-controls": help.id}, "?");
  ask.onclick = () => {
    help.hidden = !help.hidden;
    ask.setAttribute("aria-expanded", String(!help.hidden));
  };
  parts[0].setAttribute("aria-describedby", problem.id);
  let busy = false;  // between the first keystroke, or the grip on the slider, and the entry of the value
  for (const part of parts) {
    part.addEventListener("input", () => { busy = true; });
    part.addEventListener("change", () => { busy = false; });
  }
  const label = h("label", {htmlFor: id, title: field.help}, field.label);
  const long = field.choices?.some(([, text]) => text.length > LONG);
  const whole = h("p", {className: "help", "aria-hidden": "true", hidden: true});  // of a choice that is cut off
  const node = h("div", {className: long ? "field long" : "field"}, h("span", {className: "name"}, label, ask), ...parts, whole, help, problem);
  return {
    node,
    update() {
      node.hidden = model.hidden.includes(field.name);
      const message = model.problems[field.name] ?? "";
      setText(problem, message);
      problem.hidden = !message;
      parts[0].setAttribute("aria-invalid", String(Boolean(message)));
      // What the visitor is typing or dragging, or got wrong, is left alone.
      if (!message && !busy) show(model.values[field.name]);
      const words = field.choices?.find(([value]) => value === model.values[field.name])?.[1] ?? "";
      whole.hidden = words.length <= CUT;
      setText(whole, words);
    },
  };
}

/** @param {Component<Form>} component */
export function render({model, el}) {
  const first = h("div", {className: "first"});
  const sections = h("div", {className: "groups"});
  const rest = h("details", {className: "all"}, h("summary", {}, _("All settings")), sections);
  el.append(sheet(STYLE), first, rest);
  /** @type {ReturnType<typeof row>[]} */
  const rows = [];
  const groups = new Map();
  const roomy = matchMedia("(min-width: 720px)").matches;  // on a phone the cards below shall not be far away
  for (const field of model.fields) {
    if (model.first.includes(field.name)) {
      const made = row(field, model);
      rows.push(made);
      first.append(made.node);
      continue;
    }
    if (!groups.has(field.group)) {
      const group = h("details", {open: roomy && model.unfolded.includes(field.group)}, h("summary", {}, field.group));
      groups.set(field.group, group);
      sections.append(group);
    }
    const made = row(field, model);
    rows.push(made);
    groups.get(field.group)?.append(made.node);
  }
  const update = () => {
    for (const made of rows) made.update();
    for (const group of groups.values()) group.hidden = !group.querySelector(".field:not([hidden])");
    rest.hidden = !sections.querySelector(".field:not([hidden])");
  };
  model.on(["values", "hidden", "problems"], update);
  update();
}
