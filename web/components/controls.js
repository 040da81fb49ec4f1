// Train, Pause, Step, One epoch, Reset; the progress line below them.
import {announcer, button, h, setText, setUnavailable, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

/** @typedef {{parts: [name: string, figure: string][], fraction: number, testing: boolean}} Progress */
/** @typedef {{state: string, progress: Progress, idle: string, error: string, offer: string, advice: string, backend: string}} Controls */

const STYLE = `
  .buttons {display: grid; grid-template-columns: repeat(6, 1fr); gap: var(--space-2)}
  .buttons > * {grid-column: span 2; padding-inline: 4px}
  .buttons > .wide {grid-column: span 3}
  .track {height: 5px; margin: var(--space-3) 0 var(--space-2); border-radius: 3px; background: var(--surface-2); overflow: hidden}
  .track i {display: block; height: 100%; background: var(--train); transform-origin: left; transform: scaleX(0)}
  .track i.testing {background: var(--test)}
  dl {display: grid; grid-template-columns: 1fr 1fr; gap: 2px var(--space-4); margin: 0; min-height: 5.9em;
      font-variant-numeric: tabular-nums; align-content: start}
  .idle {margin: 0; min-height: 5.9em}
  dl > div {display: flex; justify-content: space-between; gap: var(--space-2)}
  dt {color: var(--muted)} dd {margin: 0; font-weight: 550; overflow-wrap: anywhere}
  .error {margin: var(--space-2) 0 0; padding: var(--space-2) var(--space-3); border-left: 4px solid var(--bad);
          border-radius: 6px; background: var(--surface-2); overflow-wrap: anywhere}
  @media (forced-colors: active) {
    .track {border: 1px solid CanvasText} .track i {forced-color-adjust: none; background: Highlight}}
  .error button {display: block; margin-top: var(--space-2)}
  .advice {margin: var(--space-2) 0 0; padding: var(--space-2) var(--space-3); border-left: 4px solid var(--test);
           border-radius: 6px; background: var(--surface-2); overflow-wrap: anywhere}
  .backend {margin: var(--space-2) 0 0; color: var(--muted); font-size: var(--fs-s)}
`;

const BUTTONS = [
  ["train", "Train", "wide primary", "Train to the last epoch"],
  ["pause", "Pause", "wide", "Stop after the present batch; Train goes on from there"],
  ["step", "Step", "", "Train on one batch"],
  ["step_epoch", "One epoch", "", "Go on to the end of the epoch, then see the test data"],
  ["reset", "Reset", "", "Begin anew with fresh weights"],
];

/** @param {Component<Controls>} component */
export function render({model, el}) {
  /** @type {Record<string, HTMLButtonElement>} */
  const buttons = {};
  for (const [command, text, className, title] of BUTTONS) {
    buttons[command] = button(text, () => model.send_msg(command), {className, title});
  }
  const fill = h("i");
  // Read out when training rests, not ten figures a second.
  const status = h("div", {role: "status", "aria-live": "off", "aria-label": "Training progress"});
  const {node: said, say} = announcer();
  const error = h("span"), offer = button("", () => model.send_msg("go_on_slower"));
  const errorBox = h("div", {className: "error", role: "alert", hidden: true}, error, offer);
  const advice = h("p", {className: "advice", role: "status", "aria-label": "Diagnosis", hidden: true});
  const backend = h("p", {className: "backend"});
  el.append(
    sheet(STYLE), h("div", {className: "buttons"}, ...Object.values(buttons)),
    h("div", {className: "track", "aria-hidden": "true"}, fill), status, said, errorBox, advice, backend,
  );

  const tell = () => say(model.state === "running" ? "Training" : status.textContent || model.idle);
  const showState = () => {
    const running = model.state === "running";
    setUnavailable(buttons.pause, !running);
    for (const name of ["train", "step", "step_epoch"]) setUnavailable(buttons[name], running);
    tell();
  };
  /** @type {Map<string, HTMLElement>} */
  const figures = new Map();
  const list = h("dl");
  const showProgress = () => {
    const {parts, fraction, testing} = model.progress;
    fill.style.transform = `scaleX(${fraction})`;
    fill.classList.toggle("testing", testing);
    if (!parts.length) {
      figures.clear();
      status.replaceChildren(h("p", {className: "muted idle"}, model.idle));
      tell();
      return;
    }
    if (parts.some(([name], i) => [...figures.keys()][i] !== name) || figures.size !== parts.length) {
      figures.clear();
      list.replaceChildren(...parts.map(([name]) => {
        const figure = h("dd");
        figures.set(name, figure);
        return h("div", {}, h("dt", {}, name), " ", figure, " ");
      }));
      status.replaceChildren(list);
    }
    parts.forEach(([, text], i) => setText([...figures.values()][i], text));
    tell();
  };
  const showError = () => {
    setText(error, model.error);
    setText(offer, model.offer);
    errorBox.hidden = !model.error;
    offer.hidden = !model.offer;
  };
  const showAdvice = () => { setText(advice, model.advice); advice.hidden = !model.advice; };
  const showBackend = () => setText(backend, model.backend);
  model.on("state", showState);
  model.on(["progress", "idle"], showProgress);
  model.on(["error", "offer"], showError);
  model.on("advice", showAdvice);
  model.on("backend", showBackend);
  for (const show of [showState, showProgress, showError, showAdvice, showBackend]) show();
}
