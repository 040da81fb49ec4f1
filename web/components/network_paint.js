// Paints the network's picture on a canvas. Blue excites or is positive, orange calms or is negative; negative
// lines are dashed, so that the sign can be told without colour.
import {pen as penOf} from "./kit.js";
import {between} from "./network_layout.js";
/** @import {Bytes} from "./panel.js" */
/** @import {Box, Layout} from "./network_layout.js" */

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {number[]} Colour red, green, blue */
/** @typedef {number[]} Curve x and y of the two ends and, between them, of the two handles */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{canvas: OffscreenCanvas, width: number, height: number}} Sheet pictures side by side, and the size of one */
/** @typedef {{stage: number, unit: number}} Place a tile: the column and the index in its units */
/** @typedef {ReturnType<typeof readColours>} Colours */
/**
 * @typedef {object} Scene
 * @property {Colours} colours
 * @property {Layout} layout
 * @property {(Box | null)[][]} boxes where the tiles are now
 * @property {{name: string}[]} stages
 * @property {Sheet[]} sheets what the units look for
 * @property {(Sheet | null)[]} maps
 * @property {Sheet | null} input
 * @property {Place | null} lit
 * @property {Place | null} pressed
 * @property {number | null} flow where the signal is, 0 at the input to 1 at the answer; null when it has arrived
 * @property {boolean} fresh whether it is of a new input: then the answers arrive with it
 * @property {{activity: number[][], links: number[][][]}} signal
 * @property {number[][]} answers
 * @property {string[]} names
 * @property {string} inputName
 * @property {(stage: number, unit: number) => boolean} near whether a tile is tied to the lit one
 */

const LEVELS = 127; // of each sign, see web/insight/pictures.py

/** @type {(a: Colour, b: Colour, share: number) => Colour} */
const mix = (a, b, share) => a.map((value, i) => Math.round(value + (b[i] - value) * share));
/** @type {(colour: Colour, alpha?: number) => string} */
export const css = ([red, green, blue], alpha = 1) => `rgb(${red} ${green} ${blue} / ${alpha})`;

/**
 * The theme's colours as numbers.
 * @param {Element} element
 */
export function readColours(element) {
  const style = getComputedStyle(element);
  const pen = penOf(new OffscreenCanvas(1, 1), {willReadFrequently: true});
  const colour = (/** @type {string} */ token) => {
    pen.fillStyle = style.getPropertyValue(token).trim();
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
  };
  const colours = {
    text: colour("--text"), muted: colour("--muted"), line: colour("--line"), surface: colour("--surface"),
    raised: colour("--surface-2"), accent: colour("--accent"), accentText: colour("--accent-text"),
    excite: colour("--excite"), calm: colour("--calm"),
  };
  const signed = Array.from({length: 256}, (_, level) => {
    const share = Math.min(1, Math.abs(level - 128) / LEVELS);
    return mix(colours.surface, level < 128 ? colours.calm : colours.excite, share);
  });
  const ink = Array.from({length: 256}, (_, level) => mix(colours.surface, colours.text, level / 255));
  return {...colours, palettes: {signed: packed(signed), ink: packed(ink)}, font: style.fontFamily};
}

/** @type {(colours: Colour[]) => Uint32Array} */
const packed = (colours) => new Uint32Array(Uint8ClampedArray.from(
  colours.flatMap((colour) => [...colour, 255])).buffer);

/**
 * Pictures beside each other on one canvas.
 * @param {Bytes} pixels (count, h, w), or (h, w)
 * @param {Uint32Array} palette
 * @returns {Sheet}
 */
export function sheetOf(pixels, palette) {
  const [height, width] = pixels.shape.slice(-2);
  const count = pixels.shape.length === 3 ? pixels.shape[0] : 1;
  const canvas = new OffscreenCanvas(Math.max(1, width * count), height);
  const image = new ImageData(canvas.width, height);
  const out = new Uint32Array(image.data.buffer);
  for (let i = 0, p = 0; i < count; i++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, p++) out[y * canvas.width + i * width + x] = palette[pixels[p]];
    }
  }
  penOf(canvas).putImageData(image, 0, 0);
  return {canvas, width, height};
}

/** @type {(pen: Pen, sheet: Sheet, i: number, x: number, y: number, size: number) => void} */
function drawPicture(pen, sheet, i, x, y, size) {
  const scale = size / Math.max(sheet.width, sheet.height);
  const width = sheet.width * scale;
  const height = sheet.height * scale;
  pen.drawImage(sheet.canvas, i * sheet.width, 0, sheet.width, sheet.height,
    x + (size - width) / 2, y + (size - height) / 2, width, height);
}

/**
 * A line from the right edge of one part to the left edge of another, level at both ends.
 * @type {(from: Point, to: Point) => Curve}
 */
function curve(from, to) {
  const lean = Math.max(18, (to.x - from.x) * 0.45);
  return [from.x, from.y, from.x + lean, from.y, to.x - lean, to.y, to.x, to.y];
}

/** @type {(pen: Pen, curve: Curve) => void} */
function trace(pen, [x0, y0, x1, y1, x2, y2, x3, y3]) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.bezierCurveTo(x1, y1, x2, y2, x3, y3);
  pen.stroke();
}

/** @type {(curve: Curve, t: number) => [number, number]} */
function pointOn([x0, y0, x1, y1, x2, y2, x3, y3], t) {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return [a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3];
}

/** @type {(box: Box) => Point} */
const rightOf = ({x, y, size}) => ({x: x + size, y: y + size / 2});
/** @type {(output: {x: number, y: number, radius: number}) => Point} */
const inputOf = ({x, y, radius}) => ({x: x - radius, y});
/** @type {(box: Box) => Point} */
const leftOf = ({x, y, size}) => ({x, y: y + size / 2});

/** @type {(pen: Pen, scene: Scene) => void} */
export function paint(pen, scene) {
  pen.lineCap = "round";
  paintFan(pen, scene);
  paintLinks(pen, scene);
  scene.boxes.forEach((boxes, stage) => paintTiles(pen, scene, stage, boxes));
  paintInput(pen, scene);
  paintOutputs(pen, scene);
  paintHeadings(pen, scene);
}

/**
 * How far the signal has come in part `part` of all parts of its way, 0 to 1.
 * @type {(scene: Scene, part: number) => number}
 */
function arrived(scene, part) {
  if (scene.flow === null) return 1;
  const parts = scene.boxes.length + 1;
  return between(0, scene.flow * parts - part, 1);
}

/** @type {(scene: Scene, part: number) => number | null} */
const dotOn = (scene, part) => {
  const share = arrived(scene, part);
  return scene.flow !== null && share > 0 && share < 1 ? share : null;
};

/** @type {(pen: Pen, scene: Scene) => void} */
function paintFan(pen, scene) {
  const {colours, layout} = scene;
  if (!layout.stages.length) return;  // layers all the visitor's own: there is none to be drawn
  const {grid} = layout.stages[0];
  const start = rightOf(layout.input);
  const dot = dotOn(scene, 0);
  for (let row = 0; row < grid.rows; row++) {
    const line = curve(start, {x: grid.x, y: grid.y + (row + 0.5) * grid.pitch});
    pen.strokeStyle = css(colours.line);
    pen.lineWidth = 1;
    trace(pen, line);
    if (dot !== null && scene.input) paintDot(pen, pointOn(line, dot), css(colours.muted), 2.2);
  }
}

/** @type {(pen: Pen, scene: Scene) => void} */
function paintLinks(pen, scene) {
  const {colours, boxes, layout, signal, lit} = scene;
  signal.links.forEach((links, stage) => {
    const last = stage + 1 === boxes.length;
    const dot = dotOn(scene, stage + 1);
    const shown = arrived(scene, stage);
    for (const [from, to, share] of links) {
      const start = boxes[stage][from];
      const end = last ? inputOf(layout.outputs[to]) : boxes[stage + 1][to] && leftOf(/** @type {Box} */ (boxes[stage + 1][to]));
      if (!start || !end) continue;
      const line = curve(rightOf(start), end);
      const chosen = !lit || (lit.stage === stage && lit.unit === from) || (lit.stage === stage + 1 && lit.unit === to);
      const size = Math.abs(share);
      const colour = share > 0 ? colours.excite : colours.calm;
      pen.strokeStyle = css(colour, (chosen ? 0.2 + 0.55 * size : 0.06) * (0.35 + 0.65 * shown));
      pen.lineWidth = 0.8 + 2.4 * size;
      pen.setLineDash(share > 0 ? [] : [5, 5]);
      trace(pen, line);
      pen.setLineDash([]);
      if (dot !== null && chosen) paintDot(pen, pointOn(line, dot), css(colour), 1.4 + 2.2 * size);
    }
  });
}

/** @type {(pen: Pen, place: [number, number], colour: string, radius: number) => void} */
function paintDot(pen, [x, y], colour, radius) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

/** @type {(pen: Pen, scene: Scene, stage: number, boxes: (Box | null)[]) => void} */
function paintTiles(pen, scene, stage, boxes) {
  const {colours, sheets, maps, signal, lit, pressed} = scene;
  const sheet = sheets[stage];
  const shown = arrived(scene, stage);
  boxes.forEach((box, i) => {
    if (!box) return;
    const {x, y, size} = box;
    const dimmed = lit && !(lit.stage === stage && lit.unit === i) && !scene.near(stage, i);
    pen.globalAlpha = (box.alpha ?? 1) * (dimmed ? 0.35 : 1);
    pen.fillStyle = css(colours.surface);
    pen.beginPath();
    pen.roundRect(x, y, size, size, 5);
    pen.fill();
    pen.save();
    pen.clip();
    const map = maps[stage];
    if (map) {
      drawPicture(pen, map, i, x, y, size);
      const inset = size * 0.36;
      pen.fillStyle = css(colours.surface);
      pen.fillRect(x + size - inset - 3, y + size - inset - 3, inset + 3, inset + 3);
      if (sheet) drawPicture(pen, sheet, i, x + size - inset - 1, y + size - inset - 1, inset - 1);
    } else if (sheet) {
      drawPicture(pen, sheet, i, x, y, size);
    }
    pen.restore();
    const value = (signal.activity[stage]?.[i] ?? 0) * shown;
    const strength = Math.min(1, Math.abs(value));
    pen.strokeStyle = css(mix(colours.line, value < 0 ? colours.calm : colours.excite, strength ** 0.7));
    pen.lineWidth = 1.2 + 2.3 * strength;
    pen.stroke();
    if (pressed && pressed.stage === stage && pressed.unit === i) {
      pen.strokeStyle = css(colours.text);
      pen.lineWidth = 2;
      pen.beginPath();
      pen.roundRect(x - 3, y - 3, size + 6, size + 6, 7);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  });
}

/** @type {(pen: Pen, scene: Scene) => void} */
function paintInput(pen, scene) {
  const {colours, layout, input} = scene;
  const {x, y, size} = layout.input;
  pen.fillStyle = css(colours.surface);
  pen.strokeStyle = css(colours.line);
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.roundRect(x + 0.6, y, size - 1.2, size, 5);
  pen.fill();
  if (input) {
    pen.save();
    pen.clip();
    pen.imageSmoothingEnabled = false;
    drawPicture(pen, input, 0, x, y, size);
    pen.imageSmoothingEnabled = true;
    pen.restore();
  }
  pen.stroke();
}

/** @type {(pen: Pen, scene: Scene) => void} */
function paintOutputs(pen, scene) {
  const {colours, layout, answers, names} = scene;
  const [yours, others] = answers;
  const best = yours?.length ? yours.indexOf(Math.max(...yours)) : -1;
  const shown = scene.fresh ? arrived(scene, scene.boxes.length) : 1;
  pen.textBaseline = "middle";
  layout.outputs.forEach(({x, y, radius}, k) => {
    const top = k === best;
    pen.fillStyle = css(top ? mix(colours.raised, colours.accent, shown) : colours.raised);
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fill();
    pen.fillStyle = css(top && shown > 0.5 ? colours.accentText : colours.text);
    pen.font = `600 ${Math.round(radius * 1.15)}px ${colours.font}`;
    pen.textAlign = "center";
    pen.fillText(names[k].length > 2 ? String(k) : names[k], x, y + 0.5);
    const {x: left, width} = layout.bars;
    const thickness = Math.min(9, radius * 0.75);
    if (yours?.length) {
      pen.fillStyle = css(colours.accent);
      pen.fillRect(left, y - thickness / 2 - 1, Math.max(1.5, width * yours[k] * shown), thickness);
    }
    if (others?.[k] >= 0.005) {
      pen.fillStyle = css(colours.muted, 0.75);
      pen.fillRect(left, y + thickness / 2 + 3, Math.max(1, width * others[k]), Math.max(2, thickness * 0.35));
    }
    const named = names[k].length > 2;
    if (yours?.[k] >= 0.01 || (named && yours?.length)) {
      pen.fillStyle = css(top ? colours.text : colours.muted);
      pen.font = `${top ? 600 : 400} 12px ${colours.font}`;
      pen.textAlign = "left";
      pen.fillText(named ? names[k] : `${Math.round(100 * yours[k])}%`, left + 5 + width * yours[k] * shown, y);
    }
  });
}

/** @type {(pen: Pen, scene: Scene) => void} */
function paintHeadings(pen, scene) {
  const {colours, layout, stages} = scene;
  pen.fillStyle = css(colours.muted);
  pen.font = `12px ${colours.font}`;
  pen.textBaseline = "top";
  pen.textAlign = "left";
  const number = (/** @type {string} */ name) => name.match(/[\d.,]+/)?.[0] ?? name;
  // Where columns stand too close for "64 units" above each, the number alone is there.
  const first = layout.stages[0]?.grid.x ?? Infinity;
  const room = layout.input.x + pen.measureText(scene.inputName).width + 6 <= first;
  pen.fillText(room ? scene.inputName : number(scene.inputName), layout.input.x, layout.input.y - 17);
  const middle = (/** @type {number} */ i) => layout.stages[i].grid.x + layout.stages[i].grid.width / 2;
  const tight = stages.some(({name}, i) => i > 0 && pen.measureText(name).width + 6 > middle(i) - middle(i - 1));
  stages.forEach(({name}, i) => {
    const {grid} = layout.stages[i];
    pen.textAlign = "center";
    pen.fillText(tight ? number(name) : name, grid.x + grid.width / 2, Math.max(0, grid.y - 18));
  });
}
