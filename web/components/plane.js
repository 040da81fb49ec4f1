// The plane of two features: what the network says all over it, the samples, and the place it is asked about.
import {h, onThemeChange, pen as penOf, setText, sheet} from "./kit.js";
import {css, readColours} from "./network_paint.js";
import {enterStage} from "./stage.js";
/** @import {Bytes, Component} from "./panel.js" */

/**
 * @typedef {object} Plane
 * @property {string} label
 * @property {{share?: Bytes}} field of the first class, 0 to 255, (h, w)
 * @property {{points?: Float32Array, labels?: Bytes, learnt?: number}} samples points (n, 2), one after the other
 * @property {number} reach
 * @property {number[]} spot
 * @property {string} words
 */

const STYLE = `
  canvas {display: block; width: 100%; aspect-ratio: 1; border: 1px solid var(--edge); border-radius: 8px; cursor: crosshair;
          touch-action: none}
  p {margin: var(--space-2) 0 0}
  @media (min-width: 360px) and (max-width: 560px) {
    :has(> canvas) {display: grid; grid-template-columns: minmax(0, 1fr) 118px; gap: var(--space-2)} p {margin: 0}
  }
`;
const PALE = 0.5;  // of the full colour where the network is sure: the samples stand out from it
const RADIUS = 3.2;  // CSS pixels
const STEP = 0.04;  // of the reach that an arrow key moves the place by
/** @type {Record<string, [number, number]>} */
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

/** @param {Component<Plane>} component */
export function render({model, el}) {
  const canvas = h("canvas", {role: "application", "aria-label": model.label, tabIndex: 0});
  const words = h("p", {className: "muted small"});
  el.append(sheet(STYLE), canvas, words);
  const pen = penOf(canvas);
  let colours = readColours(el);
  let request = 0;
  const later = () => (request ||= requestAnimationFrame(draw));

  function draw() {
    request = 0;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const unit = side / canvas.clientWidth;
    pen.fillStyle = css(colours.surface);
    pen.fillRect(0, 0, side, side);
    drawField(side);
    drawSamples(side, unit);
    drawSpot(side, unit);
  }

  /** @type {(value: number, side: number) => number} */
  const across = (value, side) => (value / model.reach + 1) / 2 * side;

  /** @param {number} side */
  function drawField(side) {
    const {share} = model.field;
    if (!share) return;
    const [height, width] = share.shape;
    const image = new ImageData(width, height);
    share.forEach((level, i) => {
      const sure = 2 * level / 255 - 1;
      const towards = sure > 0 ? colours.excite : colours.calm;
      const colour = colours.surface.map((value, k) => value + (towards[k] - value) * Math.abs(sure) * PALE);
      image.data.set([...colour, 255], 4 * i);
    });
    const small = new OffscreenCanvas(width, height);
    penOf(small).putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(small, 0, 0, side, side);
  }

  /** @param {number} side @param {number} unit */
  function drawSamples(side, unit) {
    const {points, labels, learnt = 0} = model.samples;
    if (!points || !labels) return;
    pen.lineWidth = 1.6 * unit;
    labels.forEach((label, i) => {
      const colour = css(label ? colours.calm : colours.excite);
      pen.beginPath();
      pen.arc(across(points[2 * i], side), side - across(points[2 * i + 1], side), RADIUS * unit * (i < learnt ? 1 : 0.75), 0, 7);
      pen.fillStyle = i < learnt ? colour : css(colours.surface);
      pen.strokeStyle = i < learnt ? css(colours.surface) : colour;
      pen.stroke();
      pen.fill();
    });
  }

  /** @param {number} side @param {number} unit */
  function drawSpot(side, unit) {
    if (!model.spot.length) return;
    const [x, y] = [across(model.spot[0], side), side - across(model.spot[1], side)];
    pen.beginPath();
    pen.arc(x, y, 9 * unit, 0, 7);
    Object.assign(pen, {strokeStyle: css(colours.surface), lineWidth: 6 * unit});
    pen.stroke();
    Object.assign(pen, {strokeStyle: css(colours.text), lineWidth: 2.5 * unit});
    pen.stroke();
  }

  // --- the pointer and the keyboard

  /** @param {number} x @param {number} y */
  function put(x, y) {
    const within = (/** @type {number} */ value) => Math.min(model.reach, Math.max(-model.reach, value));
    model.send_msg({x: within(x), y: within(y)});
  }
  let asked = 0;
  /** @param {PointerEvent} event */
  function follow(event) {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => {
      const box = canvas.getBoundingClientRect();
      const [right, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      put((2 * right - 1) * model.reach, (1 - 2 * down) * model.reach);
    });
  }
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  };
  canvas.onpointermove = (event) => { if (event.buttons) follow(event); };
  canvas.onkeydown = (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const [x = 0, y = 0] = model.spot, step = STEP * model.reach * (event.shiftKey ? 4 : 1);
    put(x + arrow[0] * step, y + arrow[1] * step);
  };

  // --- changes

  const observer = new ResizeObserver(later);
  observer.observe(canvas);
  onThemeChange(model, () => { colours = readColours(el); later(); });
  const leave = enterStage("plane", canvas);
  const tell = () => setText(words, model.words);
  model.on(["field", "samples", "reach", "spot"], later);
  model.on("words", tell);
  model.on("remove", () => {
    observer.disconnect();
    leave();
    cancelAnimationFrame(request);
  });
  tell();
  later();
}
