// Curves in words: a sentence, a table on demand, and a tone.
import {announcer, h, scrollable, setText, sheet} from "./kit.js";
import {Tone} from "./tone.js";
import {_} from "../page/words.js";
/** @import {Component} from "./panel.js" */

/**
 * @typedef {object} CurveText
 * @property {string} text
 * @property {string[]} columns
 * @property {string[][]} rows
 * @property {boolean} unfolded to Python
 * @property {boolean} audible to Python
 * @property {number} octaves height of the tone above where the curve began
 * @property {boolean} sounding
 */

const STYLE = `
  .text {margin: 0; color: var(--muted); font-size: var(--fs-s); max-width: 80ch}
  .more {display: flex; flex-wrap: wrap; gap: 0 var(--space-4); align-items: start; font-size: var(--fs-s)}
  summary {cursor: pointer; color: var(--muted); align-content: center}
  label {display: inline-flex; align-items: center; gap: 6px; color: var(--muted); cursor: pointer}
  .scroll {max-height: 260px; overflow-y: auto}
  table {border-collapse: collapse; font-variant-numeric: tabular-nums}
  th, td {padding: 3px var(--space-4) 3px 0; text-align: right}
  th {font-weight: 500; color: var(--muted); border-bottom: 1px solid var(--line)}
`;

/** @param {Component<CurveText>} component */
export function render({model, el}) {
  const text = h("p", {className: "text"});
  const {node: said, say} = announcer();
  const body = h("tbody");
  const details = h("details", {}, h("summary", {}, _("The curves as a table")), scrollable(_("The curves as a table"), h("table", {},
    h("thead", {}, h("tr", {}, ...model.columns.map((label) => h("th", {scope: "col"}, label)))), body)));
  details.ontoggle = () => { model.unfolded = details.open; };
  const wish = h("input", {type: "checkbox"});
  el.append(sheet(STYLE), text, said, h("div", {className: "more"}, details,
    h("label", {title: _("While the network trains, a tone falls as the loss falls")}, wish, _("Sound"))));

  const tell = () => {
    setText(text, model.text);
    say(model.text);
  };
  const fill = () => body.replaceChildren(...model.rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell)))));
  /** @type {Tone | null} */
  let tone = null;
  const follow = () => tone?.follow(model.octaves, model.sounding);
  wish.onchange = () => {
    model.audible = wish.checked;
    tone?.end();
    tone = wish.checked ? new Tone() : null;
    follow();
  };
  model.on("text", tell);
  model.on("rows", fill);
  model.on(["octaves", "sounding"], follow);
  model.on("remove", () => tone?.end());
  tell();
  fill();
}
