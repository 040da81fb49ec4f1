// The ink on the pad: strokes in pad units (0..1 both ways, y down), an optional picture below them, and
// how both are painted. nncore/preprocess/strokes.py draws the same curve.

import {h, pen} from "../components/kit.js";
import {base64} from "./encoding.js";
import {tinted} from "./picture.js";

/** @typedef {[x: number, y: number, pressure: number]} Point */
/** @typedef {{points: Point[], width: number, erase: boolean, code?: string}} Stroke */
/** @typedef {{id: number, canvas: OffscreenCanvas, example?: boolean}} Picture `id`: the name Python gave it; an example goes with the first stroke */

export class Ink {
  constructor() {
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {Picture | null} */
    this.picture = null;
    this.layer = h("canvas"); // everything but the last stroke, painted
    this.painted = -1; // number of strokes on the layer
    this.colour = "";
  }

  get empty() {
    return this.strokes.length === 0 && this.picture === null;
  }

  /** @type {(point: Point, width: number, erase: boolean) => void} */
  begin(point, width, erase) {
    this.strokes.push({points: [point], width, erase});
  }

  /** @param {Point} point */
  extend(point) {
    this.strokes[this.strokes.length - 1].points.push(point);
  }

  undo() {
    if (this.strokes.length > 0) {
      this.strokes.pop();
    } else {
      this.picture = null;
    }
    this.painted = -1;
  }

  /** @param {Picture | null} picture what is to be there instead */
  clear(picture = null) {
    this.strokes = [];
    this.picture = picture;
    this.painted = -1;
  }

  /**
   * Paint. Finished strokes are kept on a layer, so that a frame costs one stroke at most.
   * @param {HTMLCanvasElement} canvas
   * @param {string} colour
   */
  paint(canvas, colour) {
    const {width, height} = canvas;
    const finished = Math.max(0, this.strokes.length - 1);
    if (this.painted > finished || this.layer.width !== width || this.colour !== colour) {
      this.painted = -1;
    }
    const below = pen(this.layer);
    if (this.painted < 0) {
      this.layer.width = width;
      this.layer.height = height;
      this.colour = colour;
      this.painted = 0;
      if (this.picture) {
        below.drawImage(tinted(this.picture.canvas, colour), 0, 0, width, height);
      }
    }
    for (; this.painted < finished; this.painted++) {
      paintStroke(below, this.strokes[this.painted], width, colour);
    }
    const context = pen(canvas);
    context.clearRect(0, 0, width, height);
    context.drawImage(this.layer, 0, 0);
    if (this.strokes.length > finished) {
      paintStroke(context, this.strokes[finished], width, colour);
    }
  }

  // What Python is sent: points as base64 of float32 x, y, pressure; encoded once per finished stroke.
  wire() {
    const last = this.strokes.length - 1;
    return {
      picture: this.picture ? this.picture.id : null,
      strokes: this.strokes.map((stroke, i) => {
        if (i === last || !stroke.code) {
          stroke.code = base64(new Uint8Array(new Float32Array(stroke.points.flat()).buffer));
        }
        return {points: stroke.code, width: stroke.width, erase: stroke.erase};
      }),
    };
  }
}

/** @type {(context: CanvasRenderingContext2D, stroke: Stroke, size: number, colour: string) => void} */
function paintStroke(context, {points, width, erase}, size, colour) {
  context.save();
  context.globalCompositeOperation = erase ? "destination-out" : "source-over";
  context.strokeStyle = context.fillStyle = colour;
  context.lineCap = context.lineJoin = "round";
  const thickness = (/** @type {number} */ pressure) => width * size * (0.5 + pressure);
  const [x, y, pressure] = points[0];
  context.beginPath();
  context.arc(x * size, y * size, thickness(pressure) / 2, 0, 2 * Math.PI);
  context.fill();
  let breadth = 0; // of the path under way: sections of equal breadth are one path, without a seam
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1], points[i]];
    const [out, into] = handles(points[i - 2], from, to, points[i + 1]);
    if (thickness((from[2] + to[2]) / 2) !== breadth) {
      if (breadth) context.stroke();
      context.lineWidth = breadth = thickness((from[2] + to[2]) / 2);
      context.beginPath();
      context.moveTo(from[0] * size, from[1] * size);
    }
    context.bezierCurveTo(out[0] * size, out[1] * size, into[0] * size, into[1] * size,
                          to[0] * size, to[1] * size);
  }
  if (breadth) context.stroke();
  context.restore();
}

/**
 * Bezier handles of the section from b to c of a chord-length Catmull-Rom spline; corners stay corners.
 * @type {(a: Point | undefined, b: Point, c: Point, d: Point | undefined) => [[number, number], [number, number]]}
 */
function handles(a, b, c, d) {
  const length = distance(b, c);
  /** @type {(before: Point | undefined, at: Point, after: Point | undefined) => [number, number]} */
  const lean = (before, at, after) => {
    if (!before || !after) {
      return [0, 0];
    }
    const [ux, uy, vx, vy] = [at[0] - before[0], at[1] - before[1], after[0] - at[0], after[1] - at[1]];
    const total = distance(before, at) + distance(at, after);
    return total === 0 || ux * vx + uy * vy <= 0 ? [0, 0] : [(ux + vx) / total, (uy + vy) / total];
  };
  const [from, to] = [lean(a, b, c), lean(b, c, d)];
  return [
    [b[0] + (from[0] * length) / 3, b[1] + (from[1] * length) / 3],
    [c[0] - (to[0] * length) / 3, c[1] - (to[1] * length) / 3],
  ];
}

/** @type {(a: Point, b: Point) => number} */
function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
