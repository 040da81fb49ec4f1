// Samples as points that glide to their new places; hover shows the sample, a loop drawn around some chooses them.
import {button as makeButton, h, onThemeChange, pen as penOf, setText, sheet, tellSight, themeTokens} from "./kit.js";
import {enterStage} from "./stage.js";
import {_} from "../page/words.js";

const STYLE = `
  .frame {position: relative; height: var(--scatter-height, 320px)}
  canvas {position: absolute; inset: 0; width: 100%; height: 100%; touch-action: pan-y; cursor: crosshair}
  .under {position: absolute; display: none; gap: var(--space-2); align-items: center; padding: 6px 8px; pointer-events: none;
          border: 1px solid var(--line); border-radius: 7px; background: var(--surface); box-shadow: var(--shadow);
          font-size: var(--fs-s); white-space: nowrap; z-index: 5}
  .under canvas {position: static; width: 56px; height: 56px; image-rendering: pixelated}
  .classes {display: flex; flex-wrap: wrap; gap: var(--space-1); margin-top: var(--space-2)}
  .classes button {min-height: 28px; padding: 1px 8px; font-size: var(--fs-s); border-left: 5px solid var(--hue)}
  .classes button[aria-pressed="true"] {border-color: var(--accent); border-left-color: var(--hue); font-weight: 600}
  @media (forced-colors: active) {
    .classes button {forced-color-adjust: none; border-color: ButtonBorder; border-left-color: var(--hue); background: ButtonFace; color: ButtonText}}
`;
/**
 * @template Parameters
 * @typedef {import("./panel.js").Component<Parameters>} Component
 */
/** @typedef {import("./panel.js").Bytes} Bytes */
/** @typedef {[number, number]} Place x and y, in CSS pixels unless said otherwise */
/**
 * @typedef {object} Scatter
 * @property {string} label
 * @property {string} words
 * @property {{labels?: number[], names?: string[], pictures?: Bytes}} samples pictures (n, height, width), or none
 * @property {{points?: Float32Array, predicted?: Uint8Array, limit?: number}} places points (n, 2), one after the other
 * @property {boolean} glides
 * @property {number[]} drawing its place, or empty
 * @property {number} chosen
 * @property {boolean} in_sight
 */

// Ten hues of middle lightness, for paper and slate alike; the number in each cluster says the same without colour.
const HUES = ["#4e79a7", "#e0882c", "#e15759", "#5fa8a1", "#4f9a49", "#b8952d", "#a8709a", "#e57f97", "#93705a", "#7d8794"];
const GLIDE = 400; // ms
const NEAR = 14; // CSS pixels from the pointer to a point
const NAME = 17; // CSS pixels, height of a cluster's name and least width
const RING = 9; // CSS pixels, radius of the ring that is the drawing
const still = matchMedia("(prefers-reduced-motion: reduce)");
/** @param {number} label */
const hue = (label) => HUES[label % HUES.length];

/**
 * Whether (x, y) is inside a polygon: how often a ray from it crosses the edge (even-odd rule).
 * @param {Place[]} loop
 * @param {number} x
 * @param {number} y
 */
function inside(loop, x, y) {
  let odd = false;
  for (let i = 0, j = loop.length - 1; i < loop.length; j = i++) {
    const [[ax, ay], [bx, by]] = [loop[i], loop[j]];
    if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** @typedef {{x: number, y: number, width: number, height: number, fixed?: boolean}} Oval about its middle */

/**
 * Push ovals out of each other, all but the fixed ones. It is smooth: what glides past another does not jump.
 * @param {Oval[]} ovals are moved
 */
function part(ovals) {
  for (let pass = 0; pass < 8; pass++) {
    ovals.forEach((a, i) => ovals.slice(0, i).forEach((b) => {
      const [dx, dy] = [a.x - b.x || 0.01, a.y - b.y];
      const apart = 2 * Math.hypot(dx / (a.width + b.width), dy / (a.height + b.height));
      if (apart >= 1) return;
      const push = (1 / apart - 1) / (a.fixed || b.fixed ? 1 : 2);
      if (!a.fixed) Object.assign(a, {x: a.x + dx * push, y: a.y + dy * push});
      if (!b.fixed) Object.assign(b, {x: b.x - dx * push, y: b.y - dy * push});
    }));
  }
}

/** @param {Component<Scatter>} component */
export function render({model, el}) {
  const canvas = h("canvas", {role: "figure", "aria-label": model.label});
  const picture = h("canvas");
  const says = h("span");
  const under = h("div", {className: "under", "aria-hidden": "true"}, picture, says);
  const words = h("p", {className: "muted small", style: "margin: 0 0 4px"});
  const frame = h("div", {className: "frame"}, canvas, under);
  const classes = h("div", {className: "classes", role: "group", "aria-label": _("Choose a cluster")});
  el.append(sheet(STYLE), words, frame, classes);
  const pen = penOf(canvas);

  /** @type {Float32Array} */
  let now = new Float32Array(0);
  let from = now, to = now;
  let limit = 1, start = 0, request = 0, hovered = -1;
  /** @type {Place[] | null} in the units of the points, so that it stays around them when the frame changes */
  let loop = null;

  const count = () => model.samples.labels?.length ?? 0;
  // Where the units of the points lie in the frame as it is now. Asked once for many points: the frame's size is slow
  // to ask for. A wide frame is used: the axes have no unit that would be distorted by it.
  const scale = () => {
    const {clientWidth: width, clientHeight: height} = frame;
    const up = Math.min(width, height) / (2.1 * limit), right = up * Math.min(1.7, Math.max(1, width / height));
    return {
      /** @type {(x: number, y: number) => Place} */
      place: (x, y) => [width / 2 + x * right, height / 2 - y * up],
      /** @type {(place: Place) => Place} */
      units: ([x, y]) => [(x - width / 2) / right, (height / 2 - y) / up],
    };
  };

  const later = () => (request ||= requestAnimationFrame(next));
  /** @param {number} time */
  function next(time) {
    request = 0;
    const share = Math.min(1, (time - start) / GLIDE);
    const eased = 1 - (1 - share) ** 3;
    if (now.length !== to.length) now = new Float32Array(to.length);
    for (let i = 0; i < to.length; i++) now[i] = from[i] + (to[i] - from[i]) * eased;
    draw();
    if (share < 1) later();
  }

  function draw() {
    const density = devicePixelRatio;
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    if (!width) return;
    const size = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, width, height);
    const token = themeTokens();
    const [text, surface, accent] = [token("--text"), token("--surface"), token("--accent")];
    const {labels = [], names = []} = model.samples;
    const {predicted = new Uint8Array()} = model.places;
    /** @type {Map<number, [number, number, number]>} */
    const sums = new Map();
    const radius = count() > 600 ? 2.6 : 3.4;
    const {place} = scale();
    for (let i = 0; i < labels.length && 2 * i < now.length; i++) {
      const [x, y] = place(now[2 * i], now[2 * i + 1]);
      const sum = sums.get(labels[i]) ?? [0, 0, 0];
      sums.set(labels[i], [sum[0] + x, sum[1] + y, sum[2] + 1]);
      pen.globalAlpha = model.chosen >= 0 && model.chosen !== labels[i] ? 0.15 : 0.75;
      pen.fillStyle = hue(labels[i]);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 7);
      pen.fill();
      if (predicted[i] !== labels[i]) { // a mistake wears the colour of what it was taken for
        pen.strokeStyle = hue(predicted[i]);
        pen.lineWidth = 1.5;
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    pen.font = `700 15px ${token("--font")}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 4;
    pen.strokeStyle = surface;
    pen.fillStyle = text;
    const named = [...sums].map(([label, [x, y, n]]) => ({
      name: names[label], x: x / n, y: y / n, width: Math.max(NAME, pen.measureText(names[label]).width + 6), height: NAME,
    }));
    const [ring] = model.drawing.length ? [place(model.drawing[0], model.drawing[1])] : [];
    part(ring ? [...named, {x: ring[0], y: ring[1], width: 2 * RING + 4, height: 2 * RING + 4, fixed: true}] : named);
    for (const {name, x, y} of named) {
      pen.strokeText(name, x, y);
      pen.fillText(name, x, y);
    }
    if (ring) {
      pen.beginPath();
      pen.arc(...ring, RING, 0, 7);
      Object.assign(pen, {strokeStyle: surface, lineWidth: 6});
      pen.stroke();
      Object.assign(pen, {strokeStyle: text, lineWidth: 2.5});
      pen.stroke();
    }
    if (loop) {
      pen.strokeStyle = accent;
      pen.lineWidth = 1.5;
      pen.setLineDash([5, 4]);
      pen.beginPath();
      for (const [x, y] of loop) pen.lineTo(...place(x, y));
      pen.closePath();
      pen.stroke();
      pen.setLineDash([]);
    }
  }

  // --- the pointer

  /**
   * @param {PointerEvent} event
   * @returns {Place}
   */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  /** @param {Place} place */
  function hover([x, y]) {
    let nearest = -1, best = NEAR ** 2;
    const {place} = scale();
    for (let i = 0; i < count() && 2 * i < now.length; i++) {
      const [px, py] = place(now[2 * i], now[2 * i + 1]);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < best) [nearest, best] = [i, distance];
    }
    if (nearest !== hovered) {
      hovered = nearest;
      under.style.display = nearest < 0 ? "none" : "flex";
      if (nearest >= 0) show(nearest);
    }
    if (nearest >= 0) {
      const left = x + 14 + under.offsetWidth > frame.clientWidth ? x - 14 - under.offsetWidth : x + 14;
      under.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, y - 40)}px)`;
    }
  }
  /** @param {number} i */
  function show(i) {
    const {labels = [], names = [], pictures} = model.samples;
    const [, height, width] = pictures?.shape ?? [0, 0, 0];
    picture.hidden = !height;
    if (height && pictures) {
      Object.assign(picture, {width, height});
      const image = new ImageData(width, height);
      for (let p = 0; p < width * height; p++) {
        const level = 255 - pictures[i * width * height + p];
        image.data.set([level, level, level, 255], 4 * p);
      }
      penOf(picture).putImageData(image, 0, 0);
    }
    const taken = model.places.predicted?.[i] ?? labels[i];
    setText(says, taken === labels[i] ? names[taken] : _("{name}, taken for {other}", {name: names[labels[i]], other: names[taken]}));
  }
  canvas.onpointerdown = (event) => {
    if (event.pointerType === "touch" && !event.isPrimary) return;
    loop = [scale().units(at(event))];
    canvas.setPointerCapture(event.pointerId);
  };
  canvas.onpointermove = (event) => {
    hover(at(event));
    if (loop && event.buttons) {
      loop.push(scale().units(at(event)));
      later();
    }
  };
  canvas.onpointerup = () => {
    if (loop && loop.length > 5) {
      const found = [];
      for (let i = 0; i < count(); i++) {
        if (inside(loop, now[2 * i], now[2 * i + 1])) found.push(i);
      }
      model.send_msg({inside: found});
    } else {
      loop = null;
      if (hovered >= 0) model.send_msg({picked: hovered});
    }
    later();
  };
  canvas.onpointercancel = () => { loop = null; later(); };
  canvas.onpointerleave = () => { hovered = -1; under.style.display = "none"; };

  // --- changes

  function samplesChanged() {
    loop = null;
    classes.replaceChildren(...(model.samples.names ?? []).map((name, label) => {
      const choose = () => {
        loop = null;
        model.send_msg({label});
      };
      const button = makeButton(name, choose, {title: _("Choose the points of {name}", {name})});
      button.style.setProperty("--hue", hue(label));
      return button;
    }));
    press();
  }
  const press = () => {
    [...classes.children].forEach((button, i) => button.setAttribute("aria-pressed", String(i === model.chosen)));
    later();
  };
  function moved() {
    const {points, limit: wanted = 1} = model.places;
    if (!points) return;
    from = now.length === points.length ? now.slice() : points;
    to = points;
    limit = wanted;
    start = still.matches || !model.glides ? -GLIDE : performance.now();
    later();
  }
  const tell = () => setText(words, model.words);
  const observer = new ResizeObserver(later);
  observer.observe(frame);
  tellSight(model, frame);
  onThemeChange(model, later);
  const leave = enterStage("projection", canvas);
  model.on("samples", samplesChanged);
  model.on("places", moved);
  model.on("drawing", later);
  model.on("chosen", press);
  model.on("words", tell);
  model.on("remove", () => {
    observer.disconnect();
    leave();
    cancelAnimationFrame(request);
  });
  samplesChanged();
  moved();
  tell();
}
