// Strokes by pen, finger or mouse. The first pointer to come down draws; others are ignored until it is lifted.
/** @import {Point} from "./ink.js" */

const ERASER_END = 32; // the bit of a pen's other end in `buttons`

/**
 * @param {HTMLCanvasElement} canvas the pad's square
 * @param {object} pen
 * @param {(point: Point, erase: boolean) => void} pen.begin
 * @param {(...points: Point[]) => void} pen.extend
 */
export function followPointer(canvas, {begin, extend}) {
  /** @type {number | null} */
  let drawing = null;
  /** @type {(event: PointerEvent) => Point} */
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const pressure = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5;
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, pressure];
  };
  const lift = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId === drawing) drawing = null;
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (drawing !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    drawing = event.pointerId;
    canvas.setPointerCapture(drawing);
    begin(place(event), (event.buttons & ERASER_END) !== 0);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const points = event.getCoalescedEvents?.() ?? [];
    extend(...(points.length > 0 ? points : [event]).map(place));
  });
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
}
