// The slider through a run. Python says by `shown` which moment the page shows; only then the next is asked for.
import {film, filmType} from "./film.js";
import {h, setText, sheet} from "./kit.js";

const STYLE = `
  .strip {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center}
  .track {display: flex; flex: 1 1 220px; gap: var(--space-2); align-items: center; min-width: 0}
  .track > span {color: var(--muted); font-size: var(--fs-s)}
  input[type="range"] {flex: 1; min-width: 0; height: 34px; margin: 0; accent-color: var(--accent)}
  output {min-width: 15em; font-size: var(--fs-s); font-variant-numeric: tabular-nums; color: var(--muted)}
  output.past {color: var(--accent); font-weight: 550}
`;
const FRAME = 110; // ms that each moment stays at least
const LAST = 900; // ms that the end of a film stays
const PATIENCE = 2000; // ms until a moment that does not come is passed over

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
/** Two frames: what Python sent has been painted by then. */
const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/**
 * @typedef {{length: number, shown: number, words: string, note: string,
 *   on(name: string | string[], changed: () => void): void, send_msg(data: unknown): void}} Model
 * @param {{model: Model, el: HTMLElement}} props
 */
export function render({model, el}) {
  const slider = h("input", {type: "range", min: "0", step: "1", "aria-label": "Replay"});
  const play = h("button", {type: "button"}, "Play");
  const now = h("button", {type: "button", title: "Back to the network as it is now"}, "Now");
  const save = h("button", {type: "button", title: "Play it, and keep that as a film (WebM) of the pictures on the page"}, "Save film");
  const words = h("output", {"aria-live": "off"});
  const note = h("p", {className: "muted small", style: "margin: 0"});
  const strip = h("div", {className: "strip"}, h("div", {className: "track"}, h("span", {}, "Replay"), slider), words, play, now, save);
  el.append(sheet(STYLE), strip, note);

  let playing = false;
  let wanted = null; // the position that was asked for last
  let arrived = () => {};

  const ask = (position) => {
    wanted = position;
    model.send_msg(position);
  };
  /** Go to a moment; done when the page shows it. */
  const go = (position) => new Promise((done) => {
    if (model.shown === position) { done(); return; }
    arrived = () => { if (model.shown === position) { arrived = () => {}; done(); } };
    setTimeout(done, PATIENCE);
    ask(position);
  });
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
    save.disabled = true;
    try {
      const blob = await film(run);
      const link = h("a", {href: URL.createObjectURL(blob), download: `nncore-replay.${blob.type.includes("mp4") ? "mp4" : "webm"}`});
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } finally {
      save.disabled = false;
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
    setText(play, playing ? "Stop" : "Play");
    strip.hidden = length < 1;
    slider.disabled = play.disabled = length < 2 && !playing;
    now.disabled = !past || playing;
    save.hidden = !filmType();
    save.disabled = playing || length < 2;
    setText(note, model.note);
    note.hidden = !model.note;
    arrived();
  };
  slider.oninput = () => { playing = false; ask(slider.valueAsNumber); };
  play.onclick = () => { if (playing) playing = false; else run(); };
  now.onclick = () => ask(model.length);
  save.onclick = record;
  model.on(["length", "shown", "words", "note"], show);
  model.on("remove", () => { playing = false; });
  show();
}
