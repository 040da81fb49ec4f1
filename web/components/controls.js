// The strip that drives training: buttons, speed, where the run stands, what came of it.
import {announcer, button, h, setText, setUnavailable, sheet} from "./kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "./panel.js" */

const STYLE = `
  .strip {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-5); align-items: center}
  .buttons, .offers {display: flex; flex-wrap: wrap; gap: var(--space-2)}
  .primary {min-width: 92px}
  fieldset {display: flex; margin: 0; padding: 0; border: 0; min-width: 0}
  .speed label {position: relative; display: grid; place-items: center; min-height: 34px; padding: 0 10px; border: 1px solid var(--edge);
                margin-left: -1px; background: var(--surface-2); font-size: var(--fs-s); cursor: pointer; white-space: nowrap}
  .speed label:first-of-type {border-radius: 7px 0 0 7px; margin-left: 0}
  .speed label:last-of-type {border-radius: 0 7px 7px 0}
  .speed input {position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer}
  .speed label:has(:checked) {background: var(--surface); border-color: var(--accent); color: var(--accent); font-weight: 600; z-index: 1}
  .speed label:has(:focus-visible) {outline: 2px solid var(--accent); outline-offset: 1px}
  .where {flex: 1 1 300px; min-width: 0}
  .track {height: 4px; margin-bottom: 4px; border-radius: 2px; background: var(--surface-2); overflow: hidden}
  .track i {display: block; height: 100%; background: var(--train); transform-origin: left; transform: scaleX(0)}
  .track i.testing {background: var(--test)}
  .status {min-height: 2.8em; font-size: var(--fs-s); line-height: 1.4}
  dl, .status p {margin: 0}
  dl {display: flex; flex-wrap: wrap; gap: 0 var(--space-3); font-variant-numeric: tabular-nums}
  dl > div {display: flex; gap: 5px; white-space: nowrap}
  dt {color: var(--muted)} dd {margin: 0; font-weight: 550}
  .outcome {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-4); align-items: center; margin-block: var(--space-3) var(--space-2);
            padding-top: var(--space-3); border-top: 1px solid var(--line)}
  .outcome p {margin: 0; font-weight: 550; flex: 1 1 320px}
  .guess {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center; margin: 0 0 var(--space-2)}
  .guess input {width: 5.5em; text-align: right}
  .guess:empty {display: none}
  .error {margin: var(--space-2) 0 0; padding: var(--space-2) var(--space-3); border-left: 4px solid var(--bad);
          border-radius: 6px; background: var(--surface-2); overflow-wrap: anywhere}
  @media (pointer: coarse) {.speed label {min-height: 44px}}
  @media (max-width: 560px) {.buttons {display: grid; grid-template-columns: repeat(6, 1fr); width: 100%}
    .buttons > * {grid-column: span 2; padding-inline: 4px} .buttons > .half {grid-column: span 3}
    .speed {width: 100%} .speed label {flex: 1; padding: 0 4px}}
  @media (forced-colors: active) {
    .track {border: 1px solid CanvasText} .track i {forced-color-adjust: none; background: Highlight}
    .speed label:has(:checked) {forced-color-adjust: none; background: Highlight; color: HighlightText}}
  .error button {display: block; margin-top: var(--space-2)}
  .advice {margin: var(--space-2) 0 0; padding: var(--space-2) var(--space-3); border-left: 4px solid var(--test);
           border-radius: 6px; background: var(--surface-2); overflow-wrap: anywhere}
`;

const BUTTONS = [
  ["train", _("Train"), "half primary", _("Train to the last epoch")],
  ["pause", _("Pause"), "half", _("Stop after the present batch; Train goes on from there")],
  ["step", _("Step"), "", _("Train on one batch")],
  ["step_epoch", _("One epoch"), "", _("Go on to the end of the epoch, then see the test data")],
  ["reset", _("Reset"), "", _("Begin anew with fresh weights")],
];
const SECOND_LINE = "loss"; // the figure that begins it

/** @typedef {{parts: [name: string, figure: string][], fraction: number, testing: boolean}} Progress */
/** @typedef {{text?: string, whole?: boolean, offers?: [words: string, help: string][]}} Outcome */
/**
 * @typedef {{state: string, progress: Progress, idle: string, outcome: Outcome, guess: {open?: boolean, text?: string}, error: string, offer: string, advice: string, backend: string,
 *   speed: string, speeds: [name: string, words: string, help: string][]}} Controls
 */

/** @param {Component<Controls>} component */
export function render({model, el}) {
  /** @type {(command: string, value?: unknown) => void} */
  const send = (command, value = null) => model.send_msg({command, value});
  /** @type {Record<string, HTMLButtonElement>} */
  const buttons = {};
  for (const [command, text, className, title] of BUTTONS) {
    buttons[command] = button(text, () => send(command), {className, title});
  }
  buttons.pause.addEventListener("click", () => dispatchEvent(new Event("nncore-pause")));  // see page/main.js
  const speeds = model.speeds.map(([value, text, title]) => {
    const input = h("input", {type: "radio", name: "speed", value, "aria-label": text, onchange: () => send("speed", value)});
    return {input, label: h("label", {title}, input, text)};
  });
  const fill = h("i");
  // Read out when training rests, not ten figures a second.
  const status = h("div", {className: "status", role: "status", "aria-live": "off", "aria-label": _("Training progress")});
  const {node: said, say} = announcer();
  const outcome = h("div", {className: "outcome", hidden: true});
  const sentence = h("p", {role: "status", "aria-label": _("Outcome")});
  const offers = h("div", {className: "offers"});
  outcome.append(sentence, offers);
  const percent = h("input", {type: "number", min: 0, max: 100, step: 0.1, required: true, "aria-label": _("Expected test accuracy in per cent")});
  const question = h("form", {className: "guess", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    send("guess", percent.valueAsNumber / 100);
  }}, h("label", {}, _("First guess: which test accuracy will it reach? "), percent, " %"), h("button", {className: "primary"}, _("That is my guess")));
  const guessed = h("p", {className: "guess muted", role: "status", "aria-label": _("Your guess")});
  const error = h("span"), offer = button("", () => send("go_on_slower"));
  const errorBox = h("div", {className: "error", role: "alert", hidden: true}, error, offer);
  const advice = h("p", {className: "advice", role: "status", "aria-label": _("Diagnosis"), hidden: true});
  el.append(
    sheet(STYLE), question, guessed,
    h("div", {className: "strip"},
      h("div", {className: "buttons"}, ...Object.values(buttons)),
      h("fieldset", {className: "speed"}, h("legend", {className: "unseen"}, _("Speed")), ...speeds.map(({label}) => label)),
      h("div", {className: "where"}, h("div", {className: "track", "aria-hidden": "true"}, fill), status)),
    outcome, said, errorBox, advice,
  );

  const tell = () => say(model.state === "running" ? _("Training") : status.textContent || model.idle);
  const showState = () => {
    const running = model.state === "running";
    setUnavailable(buttons.pause, !running);
    const open = model.guess.open ?? false;
    for (const name of ["train", "step", "step_epoch"]) setUnavailable(buttons[name], running || open);
    question.hidden = !open;
    setText(guessed, model.guess.text ?? "");
    tell();
  };
  const showSpeed = () => { for (const {input} of speeds) input.checked = input.value === model.speed; };
  /** @type {Map<string, HTMLElement>} */
  const figures = new Map();
  const lines = [h("dl"), h("dl")];
  const showProgress = () => {
    const {parts, fraction, testing} = model.progress;
    fill.style.transform = `scaleX(${fraction})`;
    fill.classList.toggle("testing", testing);
    if (!parts.length) {
      figures.clear();
      status.replaceChildren(h("p", {className: "muted"}, model.idle));
      tell();
      return;
    }
    if (parts.some(([name], i) => [...figures.keys()][i] !== name) || figures.size !== parts.length) {
      figures.clear();
      let line = 0;
      for (const each of lines) each.replaceChildren();
      for (const [name] of parts) {
        const figure = h("dd");
        figures.set(name, figure);
        if (name === SECOND_LINE) line = 1;
        lines[line].append(h("div", {}, h("dt", {}, name), " ", figure, " "));
      }
      status.replaceChildren(...lines);
    }
    parts.forEach(([, text], i) => setText([...figures.values()][i], text));
    tell();
  };
  const showOutcome = () => {
    const {text = "", whole = false, offers: offered = []} = model.outcome;
    outcome.hidden = !text;
    sentence.ariaLive = whole ? "polite" : "off";  // read out once, not again when the comparison has come
    setText(sentence, text);
    offers.replaceChildren(...offered.map(([words, title]) => (
      button(words, () => send("try", words), {title}))));
  };
  const showError = () => {
    setText(error, model.error);
    setText(offer, model.offer);
    errorBox.hidden = !model.error;
    offer.hidden = !model.offer;
  };
  const showAdvice = () => { setText(advice, model.advice); advice.hidden = !model.advice; };
  model.on(["state", "guess"], showState);
  model.on("speed", showSpeed);
  model.on(["progress", "idle"], showProgress);
  model.on("outcome", showOutcome);
  model.on(["error", "offer"], showError);
  model.on("advice", showAdvice);
  model.on("backend", () => { status.title = model.backend; });
  for (const show of [showState, showSpeed, showProgress, showOutcome, showError, showAdvice]) show();
  status.title = model.backend;
}
