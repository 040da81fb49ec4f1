// Run, stop, start over; below them what the checker says.
import {button, h, marked, mustStop, setUnavailable, sheet} from "../components/kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "../components/panel.js" */

const STYLE = `
  .row {display: flex; flex-wrap: wrap; gap: var(--space-2)}
  .check {margin-top: var(--space-3); padding: var(--space-3); border-left: 4px solid var(--line); border-radius: 4px;
          background: var(--surface-2); overflow-wrap: anywhere; max-width: 80ch}
  .check:empty {display: none}
  .right {border-color: var(--good)}
  .wrong {border-color: var(--bad)}
  .check strong {color: var(--good)}
  .wrong strong {color: var(--bad)}
  code {padding: 1px 4px; border-radius: 4px; background: var(--surface); font: .93em var(--mono)}
  .stranger {margin-bottom: var(--space-3); padding: var(--space-3); border: 1px solid var(--warn); border-radius: 7px}
  .stranger p {margin: 0 0 var(--space-2)}
  pre {max-height: 40vh; overflow: auto; padding: var(--space-3); border-radius: 7px; background: var(--surface-2);
       font: var(--fs-s)/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere}
  summary {cursor: pointer; min-height: 32px; align-content: center}
`;

/** @typedef {{verdict: "" | "right" | "wrong", text: string, checking: boolean, last: boolean, network: boolean, source: string}} CheckPane */

/** @param {Component<CheckPane>} component */
export function render({model, el}) {
  const command = (/** @type {string} */ text, /** @type {string} */ name, className = "") =>
    button(text, () => model.send_msg({command: name}), {className});
  const run = command(_("Run code"), "run", "primary");
  const stop = button(_("Stop code"), () => {
    model.send_msg({command: "stop"});
    mustStop("course");
  });
  const restart = command(_("Start over"), "restart");
  const next = command(_("Next exercise"), "next", "primary");
  const train = command(_("Train it"), "train", "primary");
  train.title = _("Your layers, loss and optimiser take the place of nncore's");
  const check = h("div", {className: "check", role: "status", "aria-label": _("Check")});

  const source = h("pre", {tabIndex: 0, "aria-label": _("The exercises' text")});
  const stranger = h("section", {className: "stranger", "aria-label": _("Exercises of somebody else")},
    h("p", {}, _("These exercises are not this page's own. They contain Python, which checks your answers and can do whatever a "
      + "script of this page can. Nothing of it has run.")),
    h("details", {}, h("summary", {}, _("Read it")), source),
    h("div", {className: "row"}, command(_("I trust these exercises"), "trust")));

  const show = () => {
    const was = stranger.matches(":focus-within");
    stranger.hidden = !model.source;
    source.textContent = model.source;
    setUnavailable(run, model.checking || Boolean(model.source));
    if (was && stranger.hidden) run.focus();  // what was pressed is gone
    setUnavailable(stop, !model.checking);
    next.hidden = model.verdict !== "right" || model.last;
    train.hidden = !model.network;
    check.className = `check ${model.verdict}`;
    const word = {"": "", right: _("Right."), wrong: _("Wrong.")}[model.verdict];
    check.replaceChildren(...(word ? [h("strong", {}, word), " "] : []), ...marked(model.text));
  };
  model.on(["verdict", "text", "checking", "last", "network", "source"], show);
  show();
  el.append(sheet(STYLE), stranger, h("div", {className: "row"}, run, stop, next, train, restart), check);
}
