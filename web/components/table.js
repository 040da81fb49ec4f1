// A table of words and figures.
import {h, scrollable, sheet} from "./kit.js";
import {lineSample} from "./line_sample.js";
import {_} from "../page/words.js";
/** @import {LineStyle} from "./line_sample.js" */
/** @import {Component} from "./panel.js" */

/** @typedef {{columns: {label: string, figure: boolean}[], rows: string[][], strong: number[], curves: LineStyle[]}} Table */

const STYLE = `
  table {border-collapse: collapse; font-variant-numeric: tabular-nums}
  th, td {padding: 3px var(--space-4) 3px 0; text-align: left; white-space: nowrap}
  th {font-weight: 500; color: var(--muted); font-size: var(--fs-s); border-bottom: 1px solid var(--line)}
  .figure {text-align: right}
  svg {margin-right: 6px}
  th:last-child, td:last-child {padding-right: 0}
  @media (max-width: 480px) { table {font-size: var(--fs-s)} th, td {padding-right: var(--space-2)} }
  tr.strong > td {font-weight: 650; border-top: 1px solid var(--line)}
`;

/** @param {Component<Table>} component */
export function render({model, el}) {
  const table = h("table");
  const build = () => {
    const className = (/** @type {number} */ i) => (model.columns[i].figure ? "figure" : "");
    table.replaceChildren(
      h("thead", {}, h("tr", {}, ...model.columns.map(({label}, i) => h("th", {scope: "col", className: className(i)}, label)))),
      h("tbody", {}, ...model.rows.map((cells, r) => h("tr", {className: model.strong.includes(r) ? "strong" : ""},
        ...cells.map((text, i) => h("td", {className: className(i)}, ...(i === 0 && model.curves[r] ? [lineSample(model.curves[r])] : []), text))))),
    );
    table.hidden = !model.rows.length;
  };
  model.on("rows", build);
  build();
  el.append(sheet(STYLE), scrollable(_("Table"), table));
}
