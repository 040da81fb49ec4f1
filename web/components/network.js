// The picture of a network: input, units as tiles, contributions as lines, the answer. Everything is painted on
// one canvas; over it lie invisible buttons, one for each tile, for pointer, keyboard and screen reader.
//
import {h, onThemeChange, pen as penOf, saveBlob, setText, sheet, tellSight, themeTokens} from "./kit.js";
import {arrange} from "./network_layout.js";
import {paint, readColours, sheetOf} from "./network_paint.js";
import {rove} from "./roving.js";
import {enterStage} from "./stage.js";
import {_} from "../page/words.js";
/** @import {Bytes, Component} from "./panel.js" */
/** @import {Box, Layout} from "./network_layout.js" */
/** @import {Place, Sheet} from "./network_paint.js" */

/**
 * @typedef {object} Column a hidden layer
 * @property {string} name
 * @property {string} noun what one of its units is called
 * @property {number[]} units those shown, best first
 * @property {number[]} order each one's place from the top
 */
/**
 * @typedef {object} Signal what one input sets off
 * @property {Bytes} [input]
 * @property {number[][]} [activity] by column, outputs as shares of the layer's largest
 * @property {(Bytes | null)[]} [maps] by column
 * @property {number[][][]} [links] by pair of columns: rows of source, target, share
 * @property {number[][]} [answers] probabilities by network; empty where it has none
 */
/**
 * @typedef {object} Network
 * @property {string} label
 * @property {string} caption
 * @property {string} words
 * @property {{input: string, classes: string[], stages: Column[]}} plan
 * @property {{stages?: Bytes[]}} pictures what the units look for
 * @property {Signal} signal
 * @property {number} saved
 * @property {number[]} pressed column and unit
 * @property {boolean} in_sight
 */

const STYLE = `
  .caption {margin: 0 0 var(--space-2); color: var(--muted); font-size: var(--fs-s); line-height: 1.3; min-height: 1.3em}
  .frame {position: relative; height: var(--network-height, 400px)}
  .stage {position: absolute; inset: 0}
  canvas {display: block; width: 100%; height: 100%}
  .tiles button {position: absolute; left: 0; top: 0; min-height: 0; padding: 0; border: 0; border-radius: 6px; background: none;
                 -webkit-tap-highlight-color: transparent}
  .tiles button:focus-visible {outline: 3px solid var(--accent); outline-offset: 1px}
`;

const MOVE = 450; // ms that a tile takes to its new place
const FLOW = 380; // ms that the signal takes from one layer to the next
const MARGIN = 16; // CSS pixels around the picture where it is saved
const REST = 500; // ms between two signals at least, so that the picture stays calm while training
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @type {(t: number) => number} */
const ease = (t) => 1 - (1 - t) ** 3;

/** @param {Component<Network>} component */
export function render({model, el}) {
  const canvas = h("canvas", {"aria-hidden": "true"});
  const tiles = h("div", {className: "tiles", role: "group", "aria-label": _("Units")});
  const words = h("p", {className: "unseen", id: "words"});
  const frame = h("div", {className: "frame", role: "figure", "aria-label": model.label, "aria-describedby": "words"},
    h("div", {className: "stage"}, canvas), tiles, words);
  const caption = h("p", {className: "caption"});
  el.append(sheet(STYLE), caption, frame);
  const pen = penOf(canvas);

  let colours = readColours(el);
  /** @type {Layout & {width: number, height: number} | null} */
  let layout = null;
  /** @type {(Box | null)[][]} per column, where each tile stands now */
  let boxes = [];
  /** @type {Sheet[]} */
  let sheets = [];
  /** @type {(Sheet | null)[]} */
  let maps = [];
  /** @type {Sheet | null} */
  let input = null;
  /** @type {Bytes | undefined} what it was made of */
  let pixels;
  /** @type {{from: Map<number, Box>[], start: number} | null} tiles on their way */
  let moves = null;
  /** @type {number | null} when the signal under way set out */
  let flow = null;
  let lastFlow = 0;
  let fresh = false; // whether that signal is of another input than the one before: then the answers arrive with it
  /** @type {Place | null} the tile under the pointer or with the focus */
  let lit = null;
  let request = 0;
  /** @type {number[][]} per column, the units as they were last placed */
  let unitsBefore = [];

  // --- time

  const later = () => { request ||= requestAnimationFrame(next); };
  /** @param {number} now */
  function next(now) {
    request = 0;
    if (!layout) return;
    const way = moves;
    const moved = way ? Math.min(1, Math.max(0, now - way.start) / MOVE) : 1;
    boxes = layout.stages.map(({tiles: targets}, stage) => targets.map((target, i) => {
      if (!target || moved === 1) return target;
      const from = way?.from[stage]?.get(model.plan.stages[stage].units[i]);
      const share = ease(moved);
      if (!from) return {...target, alpha: share};
      const mid = (/** @type {"x" | "y" | "size"} */ name) => from[name] + (target[name] - from[name]) * share;
      return {x: mid("x"), y: mid("y"), size: mid("size")};
    }));
    if (moved === 1) moves = null;
    const length = FLOW * (boxes.length + 1);
    const gone = flow === null ? 1 : (now - flow) / length;
    if (gone >= 1) {
      flow = null;
      fresh = false;
    }
    draw(flow === null ? null : Math.max(0, gone));
    if (moves || flow !== null) later();
  }

  /** @param {number | null} place of the signal on its way */
  function draw(place) {
    if (!layout) return;
    const density = canvas.width / layout.width;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, layout.width, layout.height);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    const {plan, signal, pressed} = model;
    const links = signal.links ?? [];
    paint(pen, {
      colours, layout, boxes, stages: plan.stages, sheets, maps, input, lit, flow: place, fresh,
      signal: {activity: signal.activity ?? [], links},
      pressed: pressed.length ? {stage: pressed[0], unit: plan.stages[pressed[0]].units.indexOf(pressed[1])} : null,
      answers: signal.answers ?? [],
      names: plan.classes, inputName: plan.input,
      near: (stage, i) => links.some((part, from) => part.some(([a, b]) => lit
        && ((from === stage && a === i && lit.stage === stage + 1 && lit.unit === b)
          || (from + 1 === stage && b === i && lit.stage === from && lit.unit === a)))),
    });
  }

  // --- what is shown

  function lay() {
    const {clientWidth: width, clientHeight: height} = frame;
    if (!width || !model.plan.stages) return;
    const density = devicePixelRatio;
    const [w, hgt] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== w || canvas.height !== hgt) Object.assign(canvas, {width: w, height: hgt});
    layout = {...arrange(width, height, model.plan.stages, model.plan.classes.length), width, height};
    placeButtons();
    later();
  }

  function replan() {
    const before = boxes.map((column, s) => {
      /** @type {Map<number, Box>} */
      const known = new Map();
      column.forEach((box, i) => { if (box) known.set(unitsBefore[s][i], box); });
      return known;
    });
    unitsBefore = model.plan.stages?.map(({units}) => units) ?? [];
    lay();
    if (layout && before.length && !still.matches) moves = {from: before, start: performance.now()};
    repaintPictures();
  }
  function repaintPictures() {
    sheets = (model.pictures.stages ?? []).map((pixels) => sheetOf(pixels, colours.palettes.signed));
    later();
  }

  function receive() {
    const {signal} = model;
    const same = pixels !== undefined && signal.input?.length === pixels.length && signal.input.every((value, i) => value === pixels?.[i]);
    pixels = signal.input;
    if (!same) fresh = true;
    input = signal.input ? sheetOf(signal.input, colours.palettes.ink) : null;
    maps = (signal.maps ?? []).map((pixels) => pixels && sheetOf(pixels, colours.palettes.signed));
    const now = performance.now();
    if (signal.input && !still.matches && flow === null && now - lastFlow > REST + FLOW * (boxes.length + 1)) flow = lastFlow = now;
    name();
    later();
  }

  // --- buttons over the tiles

  const columns = () => layout?.stages[lit?.stage ?? 0]?.grid.columns ?? 1;
  const settle = rove(tiles, columns);
  const buttons = () => [...tiles.querySelectorAll("button")];

  function placeButtons() {
    if (!layout) return;
    const wanted = layout.stages.flatMap(({tiles: targets}, stage) =>
      targets.flatMap((box, i) => (box ? [{stage, i, box}] : [])));
    wanted.sort((a, b) => a.stage - b.stage || a.box.y - b.box.y || a.box.x - b.box.x);
    while (tiles.children.length > wanted.length) tiles.lastElementChild?.remove();
    while (tiles.children.length < wanted.length) tiles.append(makeButton());
    wanted.forEach(({stage, i, box}, at) => {
      const button = buttons()[at];
      Object.assign(button.dataset, {stage, unit: i});
      button.style.transform = `translate(${box.x}px, ${box.y}px)`;
      button.style.width = button.style.height = `${box.size}px`;
    });
    settle();
    name();
  }

  function makeButton() {
    const button = h("button", {type: "button", tabIndex: -1});
    const place = () => ({stage: Number(button.dataset.stage), unit: Number(button.dataset.unit)});
    button.onclick = () => {
      const {stage, unit} = place();
      model.send_msg({stage, unit: model.plan.stages[stage].units[unit]});
    };
    const light = () => { lit = place(); later(); };
    const dark = () => { lit = null; later(); };
    button.onpointerenter = (event) => { if (event.pointerType === "mouse") light(); };
    button.onpointerleave = dark;
    button.onfocus = () => { if (button.matches(":focus-visible")) light(); };
    button.onblur = dark;
    return button;
  }

  // Names change with every signal: only what has the focus or the pointer must be right at once.
  function name() {
    const {plan, signal, pressed} = model;
    for (const button of buttons()) {
      const stage = Number(button.dataset.stage), i = Number(button.dataset.unit);
      const unit = plan.stages[stage]?.units[i];
      const value = signal.activity?.[stage]?.[i];
      const names = {noun: plan.stages[stage]?.noun, unit};
      const text = value === undefined ? _("{noun} {unit}", names) : _("{noun} {unit}, output {value} of the layer's largest",
        {...names, value: `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`});
      if (button.title !== text) {
        button.title = text;
        button.setAttribute("aria-label", text);
      }
      const chosen = pressed[0] === stage && pressed[1] === unit;
      if (pressed.length) button.setAttribute("aria-pressed", String(chosen));
      else button.removeAttribute("aria-pressed");
    }
  }

  // --- changes

  const observer = new ResizeObserver(lay);
  observer.observe(frame);
  tellSight(model, frame);
  addEventListener("resize", lay); // zooming changes the density, not always the size
  const recolour = () => {
    colours = readColours(el);
    repaintPictures();
    receive();
  };
  onThemeChange(model, recolour);
  model.on("plan", replan);
  model.on("pictures", repaintPictures);
  model.on("signal", receive);
  model.on("pressed", () => { name(); later(); });
  // As it is now, on the card's background with a margin, in the screen's density.
  const save = () => {
    const margin = Math.round(MARGIN * devicePixelRatio);
    const copy = h("canvas", {width: canvas.width + 2 * margin, height: canvas.height + 2 * margin});
    const context = penOf(copy);
    context.fillStyle = themeTokens()("--surface");
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, margin, margin);
    copy.toBlob((blob) => saveBlob(blob, "nncore-network.png"));
  };
  model.on("saved", save);
  const tell = () => {
    setText(words, model.words);
    setText(caption, model.caption);
  };
  model.on(["words", "caption"], tell);
  const leave = enterStage("network", canvas);
  model.on("remove", () => {
    leave();
    observer.disconnect();
    cancelAnimationFrame(request);
    removeEventListener("resize", lay);
  });
  tell();
  replan();
  receive();
}
