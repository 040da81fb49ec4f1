// The kept runs: one row each, with what one can do with it.
import {h, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

/**
 * @typedef {object} Run
 * @property {number} id
 * @property {string} name
 * @property {boolean} visible
 * @property {string} colour
 * @property {string} dash
 * @property {string} about
 * @property {string} epochs
 * @property {string} best
 * @property {string} time
 */

const STYLE = `
  .scroll {overflow-x: auto}
  table {width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums}
  th {padding: 4px var(--space-2); color: var(--muted); font-size: var(--fs-s); font-weight: 500; text-align: left; white-space: nowrap}
  td {padding: 3px var(--space-2); border-top: 1px solid var(--line); white-space: nowrap}
  .number {text-align: right}
  .about {white-space: normal; min-width: 150px; color: var(--muted); font-size: var(--fs-s); line-height: 1.3}
  .best {font-weight: 650}
  input.name {width: 7em; background: none; border-color: transparent; padding-inline: 4px}
  input.name:hover, input.name:focus {border-color: var(--line)}
  .shown {display: flex; align-items: center; gap: 6px}
  svg {display: block; width: 26px; height: 10px}
  .actions {min-width: 74px; text-align: right; white-space: normal}
  button {min-height: 30px; padding: 2px 8px; font-size: var(--fs-s)}
  .foot {display: flex; justify-content: space-between; gap: var(--space-3); align-items: center; margin-top: var(--space-2)}
`;

const HEAD = [["Shown", ""], ["Name", ""], ["Settings", ""], ["Epochs", "number"], ["Best test", "number"], ["Time", "number"], ["", ""]];

/** @param {Run} run */
function line({colour, dash}) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = `<line x1="0" y1="5" x2="26" y2="5" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/>`;
  return svg;
}

/** @param {Component<{runs: Run[]}>} component */
export function render({model, el}) {
  /** @type {(command: string, id?: number, value?: unknown) => void} */
  const send = (command, id = 0, value = null) => model.send_msg({command, id, value});
  const body = h("tbody");
  const table = h("div", {className: "scroll"}, h("table", {"aria-label": "Runs"},
    h("thead", {}, h("tr", {}, ...HEAD.map(([text, className]) => h("th", {className, scope: "col"}, text)))), body));
  const empty = h("p", {className: "muted", style: "margin: 0"},
    "Finished runs are kept here, to be compared. Change a setting, train again, and see both curves.");
  const csv = h("button", {type: "button"}, "Save as CSV");
  csv.onclick = () => send("csv");
  const foot = h("div", {className: "foot"}, h("span", {className: "muted small"}, "The last 24 runs are kept."), csv);
  el.append(sheet(STYLE), empty, table, foot);

  const row = (/** @type {Run} */ run) => {
    const shown = h("input", {type: "checkbox", checked: run.visible, "aria-label": `Show ${run.name} in the plots`});
    shown.onchange = () => send("show", run.id, shown.checked);
    const name = h("input", {className: "name", value: run.name, "aria-label": "Name of the run", maxLength: 60});
    name.onchange = () => send("rename", run.id, name.value);
    const restore = h("button", {type: "button", title: "Use this run's settings"}, "Restore");
    restore.onclick = () => send("restore", run.id);
    const remove = h("button", {type: "button", "aria-label": `Delete ${run.name}`}, "Delete");
    remove.onclick = () => send("delete", run.id);
    /** @type {(className: string, ...content: (Node | string)[]) => HTMLElement} */
    const cell = (className, ...content) => h("td", {className}, ...content);
    return h("tr", {}, cell("", h("label", {className: "shown"}, shown, line(run))), cell("", name), cell("about", run.about),
      cell("number", run.epochs), cell("number best", run.best), cell("number", run.time), cell("actions", restore, " ", remove));
  };
  const draw = () => {
    body.replaceChildren(...model.runs.map(row));
    empty.hidden = model.runs.length > 0;
    table.hidden = foot.hidden = !model.runs.length;
  };
  model.on("runs", draw);
  draw();
}
