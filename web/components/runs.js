// The kept runs: one row each, with what one can do with it.
import {button, h, scrollable, setText, sheet} from "./kit.js";
import {lineSample} from "./line_sample.js";
import {_} from "../page/words.js";
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
  table {width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums}
  th {padding: 4px var(--space-2); color: var(--muted); font-size: var(--fs-s); font-weight: 500; text-align: left; white-space: nowrap}
  td {padding: 3px var(--space-2); border-top: 1px solid var(--line); white-space: nowrap}
  .number {text-align: right}
  .about {white-space: normal; min-width: 150px; color: var(--muted); font-size: var(--fs-s); line-height: 1.3}
  .best {font-weight: 650}
  input.name {width: 7em; background: none; padding-inline: 4px}
  .shown {display: flex; align-items: center; gap: 6px}
  svg {display: block}
  .actions {text-align: right}
  button {min-height: 30px; padding: 2px 8px; font-size: var(--fs-s)}
  .foot {display: flex; justify-content: space-between; gap: var(--space-3); align-items: center; margin-top: var(--space-2)}
`;

const HEAD = [[_("Shown"), ""], [_("Name"), ""], [_("Settings"), ""], [_("Epochs"), "number"], [_("Best test"), "number"], [_("Time"), "number"], ["", "actions"]];

/** @param {Component<{runs: Run[]}>} component */
export function render({model, el}) {
  /** @type {(command: string, id?: number, value?: unknown) => void} */
  const send = (command, id = 0, value = null) => model.send_msg({command, id, value});
  const body = h("tbody");
  const table = scrollable(_("Runs"), h("table", {"aria-label": _("Runs")},
    h("thead", {}, h("tr", {}, ...HEAD.map(([text, className]) =>
      h("th", {className, scope: "col"}, text || h("span", {className: "unseen"}, _("What can be done")))))), body));
  const empty = h("p", {className: "muted", style: "margin: 0", tabIndex: -1},
    _("Finished runs are kept here, to be compared. Change a setting, train again, and see both curves."));
  const foot = h("div", {className: "foot"}, h("span", {className: "muted small"}, _("The last 24 runs are kept.")),
    button(_("Save as CSV"), () => send("csv")));
  el.append(sheet(STYLE), empty, table, foot);

  // A row is made once and brought up to date: nothing that somebody is typing is ever replaced.
  const row = (/** @type {number} */ id) => {
    const shown = h("input", {type: "checkbox"});
    shown.onchange = () => send("show", id, shown.checked);
    const name = h("input", {className: "name", maxLength: 60, autocomplete: "off"});
    let typing = false;
    name.oninput = () => { typing = true; };
    name.onchange = () => {
      typing = false;
      send("rename", id, name.value);
    };
    const race = button(_("Race"), () => send("race", id), {title: _("Train these settings beside your run")});
    const restore = button(_("Restore"), () => send("restore", id), {title: _("Use this run's settings")});
    const remove = button(_("Delete"), () => {
      const next = node.nextElementSibling ?? node.previousElementSibling;
      /** @type {HTMLElement | null | undefined} */ (next?.querySelector(".delete"))?.focus();
      send("delete", id);
    }, {className: "delete"});
    const swatch = h("span");
    const mark = h("label", {className: "shown"}, shown, swatch);
    const [about, epochs, best, time] = ["about", "number", "number best", "number"].map((className) => h("td", {className}));
    const node = h("tr", {}, h("td", {}, mark), h("td", {}, name), about, epochs, best, time,
      h("td", {className: "actions"}, race, " ", restore, " ", remove));
    return {
      node,
      update(/** @type {Run} */ run) {
        shown.checked = run.visible;
        race.setAttribute("aria-label", _("Race against {name}", {name: run.name}));
        swatch.replaceChildren(lineSample(run));
        if (!typing) name.value = run.name;
        setText(about, run.about);
        setText(epochs, run.epochs);
        setText(best, run.best);
        setText(time, run.time);
        shown.setAttribute("aria-label", _("Show {name} in the plots", {name: run.name}));
        name.setAttribute("aria-label", _("Name of {name}", {name: run.name}));
        restore.setAttribute("aria-label", _("Restore {name}", {name: run.name}));
        remove.setAttribute("aria-label", _("Delete {name}", {name: run.name}));
      },
    };
  };
  /** @type {Map<number, ReturnType<typeof row>>} */
  let rows = new Map();
  const draw = () => {
    const before = rows;
    const emptied = body.contains(/** @type {ShadowRoot} */ (body.getRootNode()).activeElement) && !model.runs.length;
    rows = new Map(model.runs.map((run) => [run.id, rows.get(run.id) ?? row(run.id)]));
    for (const run of model.runs) rows.get(run.id)?.update(run);
    for (const [id, {node}] of before) if (!rows.has(id)) node.remove();
    [...rows.values()].forEach(({node}, i) => {
      if (body.children[i] !== node) body.insertBefore(node, body.children[i] ?? null);
    });
    empty.hidden = model.runs.length > 0;
    table.hidden = foot.hidden = !model.runs.length;
    if (emptied) empty.focus();
  };
  model.on("runs", draw);
  draw();
}
