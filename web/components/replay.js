// The slider through a run. Python says by `shown` which moment the page shows; only then the next is asked for.
import {film, filmType} from "./film.js";
import {button, h, saveBlob, setText, setUnavailable, sheet} from "./kit.js";
import {painted} from "../page/painted.js";
import {_} from "../page/words.js";

const STYLE = `
  .strip {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center}
  .track {display: flex; flex: 1 1 220px; gap: var(--space-2); align-items: center; min-width: 0}
  .track > span {color: var(--muted); font-size: var(--fs-s)}
  input[type="range"] {flex: 1; min-width: 0; height: 34px; margin: 0; accent-color: var(--accent)}
  output {min-width: 15em; font-size: var(--fs-s); font-variant-numeric: tabular-nums; color: var(--muted)}
  output.past {color: var(--accent); font-weight: 550}
  @media (max-width: 560px) {.strip > button {flex: 1; padding-inline: 4px} output {flex: 1 0 100%}}
`;
const FRAME = 110; // ms that each moment stays at least
const LAST = 900; // ms that the end of a film stays
const PATIENCE = 2000; // ms until a moment that does not come is passed over

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * @template Parameters
 * @typedef {import("./panel.js").Component<Parameters>} Component
 */
/**
 * @typedef {object} Replay
 * @property {number} length how many moments there are; this position is the present
 * @property {number} shown
 * @property {string} words what moment is shown
 * @property {string} note
 */

/** @param {Component<Replay>} component */
export function render({model, el}) {
  const slider = h("input", {type: "range", min: "0", step: "1", "aria-label": _("Replay")});
  const play = button(_("Play"), () => { if (playing) playing = false; else void run(); });
  const now = button(_("Now"), () => ask(model.length), {title: _("Back to the network as it is now")});
  const save = button(_("Save film"), () => void record(), {title: _("Play it, and keep that as a film of the pictures on the page")});
  const words = h("output", {"aria-live": "off"});
  const note = h("p", {className: "muted small", style: "margin: 0"});
  const strip = h("div", {className: "strip"}, h("div", {className: "track"}, h("span", {}, _("Replay")), slider), words, play, now, save);
  el.append(sheet(STYLE), strip, note);

  let playing = false;
  /** @type {number | null} */
  let wanted = null; // the position that was asked for last
  let arrived = () => {};

  /** @param {number} position */
  const ask = (position) => {
    wanted = position;
    model.send_msg(position);
  };
  /**
   * Go to a moment; done when the page shows it.
   * @param {number} position
   * @returns {Promise<void>}
   */
  const go = (position) => new Promise((done) => {
    if (model.shown === position) { done(); return; }
    arrived = () => { if (model.shown === position) { arrived = () => {}; done(); } };
    setTimeout(done, PATIENCE);
    ask(position);
  });
  /** @param {(words: string) => void} [frame] called when a moment has been painted */
  const run = async (frame) => {
    playing = true;
    show();
    const last = model.length;
    const start = model.shown >= last || frame ? 0 : model.shown;
    for (let position = start; position <= last && playing; position++) {
      await go(position);
      await painted();
      frame?.(model.words);
      await pause(position === last && frame ? LAST : FRAME);
    }
    playing = false;
    show();
  };
  const record = async () => {
    setUnavailable(save, true);
    try {
      const blob = await film(run);
      saveBlob(blob, `nncore-replay.${blob.type.includes("mp4") ? "mp4" : "webm"}`);
    } finally {
      show();
    }
  };

  const show = () => {
    const {length, shown} = model;
    const past = shown < length;
    slider.max = String(length);
    if (wanted === null || wanted === shown || playing) {
      slider.value = String(shown);
      wanted = null;
    }
    slider.setAttribute("aria-valuetext", model.words);
    setText(words, model.words);
    words.classList.toggle("past", past);
    setText(play, playing ? _("Stop") : _("Play"));
    strip.hidden = length < 1;
    slider.disabled = length < 2;
    setUnavailable(play, length < 2 && !playing);
    setUnavailable(now, !past || playing);
    save.hidden = !filmType();
    setUnavailable(save, playing || length < 2);
    setText(note, model.note);
    note.hidden = !model.note;
    arrived();
  };
  slider.oninput = () => { playing = false; ask(slider.valueAsNumber); };
  model.on(["length", "shown", "words", "note"], show);
  model.on("remove", () => { playing = false; });
  show();
}
