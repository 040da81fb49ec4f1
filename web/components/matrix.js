// A confusion matrix as a real table.
import {announcer, h, scrollable, setText, sheet} from "./kit.js";
import {rove} from "./roving.js";
import {_} from "../page/words.js";
/** @import {Component} from "./panel.js" */

/**
 * @typedef {object} Content ratios are NaN where there is nothing to divide by
 * @property {string[]} classes
 * @property {number[][]} counts
 * @property {number[]} recall
 * @property {number[]} precision
 * @property {number[]} f1
 */

const STYLE = `
  .scroll {padding: 2px; margin: -2px}
  table {border-collapse: separate; border-spacing: 2px; font-size: var(--fs-s); line-height: 1;
         font-variant-numeric: tabular-nums}
  p {margin: 0 0 var(--space-2); color: var(--muted); font-size: var(--fs-s)}
  th {font-weight: 600; padding: 4px 6px; color: var(--muted)}
  th.figure, td.figure {font-weight: 400; text-align: right; padding: 0 4px 0 8px; white-space: nowrap}
  tr:last-child > * {padding-top: 6px}
  td {padding: 0; text-align: center}
  td.precision {padding-inline: 3px; text-align: center}
  button {width: 100%; min-width: 33px; min-height: 28px; padding: 0 2px; border-radius: 4px;
          border: 1px solid transparent; background: color-mix(in srgb, var(--hue) var(--depth), var(--surface-2))}
  button.right {--hue: var(--good-fill); border-color: var(--line)}
  button.wrong {--hue: var(--bad-fill)}
  button.none {color: var(--muted); background: none}
  button[aria-pressed="true"] {border: 2px solid var(--accent)}
`;
const WORDS = _("Row: what it is. Column: what the network read. Press a cell to see what lies in it.");
const RECALL = _("of all in this row, the share that was read rightly");
const PRECISION = _("of all that was read as this column, the share that was");
const F1 = _("harmonic mean of recall and precision");

const percent = (/** @type {number} */ ratio, unit = "%") => (Number.isFinite(ratio) ? `${(100 * ratio).toFixed(1)}${unit}` : "–");

/** @param {Component<{content: Partial<Content>, pressed: number[]}>} component */
export function render({model, el}) {
  const table = h("table", {"aria-label": _("Confusion matrix")});
  const words = h("p", {}, WORDS);
  const {node: said, say} = announcer();
  let chosen = false;  // by pressing a cell here: then what follows is said
  const settle = rove(table, () => model.content.classes?.length ?? 0);

  const build = (/** @type {string[]} */ classes) => {
    /** @type {(row: number, column: number) => HTMLElement} */
    const cell = (row, column) => {
      const button = h("button", {type: "button", tabIndex: -1, className: row === column ? "right" : "wrong"});
      button.onclick = () => {
        chosen = true;
        model.send_msg([row, column]);
      };
      return h("td", {}, button);
    };
    table.replaceChildren(
      h("tr", {}, h("td"), ...classes.map((name) => h("th", {scope: "col"}, name)),
        h("th", {scope: "col", className: "figure", title: RECALL}, _("Recall")),
        h("th", {scope: "col", className: "figure", title: F1}, "F1")),
      ...classes.map((name, row) => h("tr", {}, h("th", {scope: "row"}, name),
        ...classes.map((_, column) => cell(row, column)),
        h("td", {className: "figure recall"}), h("td", {className: "figure f1"}))),
      h("tr", {}, h("th", {scope: "row", className: "figure", title: PRECISION}, _("Precision")),
        ...classes.map(() => h("td", {className: "figure precision"})), h("td"), h("td")),
    );
  };
  const fill = () => {
    const {classes = [], counts = [], recall = [], precision = [], f1 = []} = model.content;
    words.hidden = !classes.length;
    if (table.querySelectorAll("button").length !== classes.length ** 2) build(classes);
    const worst = Math.max(1, ...classes.flatMap((_, r) => counts[r].filter((_, c) => c !== r)));
    table.querySelectorAll("button").forEach((button, i) => {
      const [row, column] = [Math.floor(i / classes.length), i % classes.length];
      const count = counts[row][column];
      // The square root lets the rare confusions be seen beside the commonest one.
      const depth = row === column ? 0.45 * (recall[row] || 0) : 0.12 + 0.48 * Math.sqrt(count / worst);
      setText(button, count ? String(count) : "·");
      button.classList.toggle("none", count === 0);
      button.style.setProperty("--depth", `${(100 * depth).toFixed(0)}%`);
      button.title = _("{name} read as {other}: {count}", {name: classes[row], other: classes[column], count});
      button.setAttribute("aria-label", button.title);
    });
    /** @type {(selector: string, values: string[]) => void} */
    const write = (selector, values) =>
      table.querySelectorAll(selector).forEach((node, i) => setText(node, values[i]));
    write(".recall", recall.map((ratio) => percent(ratio)));
    write(".f1", f1.map((ratio) => percent(ratio)));
    write(".precision", precision.map((ratio) => percent(ratio, "")));
    press();
    settle();
  };
  const press = () => {
    const [row, column] = model.pressed;
    table.querySelectorAll("button").forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === row * (model.content.classes?.length ?? 0) + column));
    });
    if (!chosen) return;
    const cell = table.querySelector("[aria-pressed=true]");
    say(cell ? _("{cell}. Its pictures follow the table.", {cell: cell.getAttribute("aria-label")}) : _("All mistakes are shown again."));
  };

  model.on("content", fill);
  model.on("pressed", press);
  fill();
  el.append(sheet(STYLE), words, scrollable(_("Confusion matrix"), table), said);
}
