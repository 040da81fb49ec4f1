// Pictures of digits: read from a file the visitor brings, or sent by Python; painted in the ink's colour.

import {pen} from "../components/kit.js";
import {base64} from "./encoding.js";
/** @import {Bytes} from "../components/panel.js" */

const PICTURE_SIDE = 224; // pixels a brought picture is reduced to: ample for a digit, and quick

/**
 * A file's brightness, as base64. Rejects what is not a picture.
 * @param {File} file
 * @returns {Promise<{grey: string, width: number, height: number}>}
 */
export async function readPicture(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, PICTURE_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = pen(canvas);
  context.fillStyle = "white"; // what lies below transparent parts
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const {data} = context.getImageData(0, 0, width, height);
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  }
  return {grey: base64(grey), width, height};
}

/**
 * A canvas whose opacity is the ink.
 * @param {Bytes} ink (height, width), 255 for full ink
 */
export function inkCanvas(ink) {
  const [height, width] = ink.shape;
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data[4 * i + 3] = ink[i];
  }
  pen(canvas).putImageData(image, 0, 0);
  return canvas;
}

/**
 * The same opacity in another colour.
 * @type {(canvas: OffscreenCanvas, colour: string) => OffscreenCanvas}
 */
export function tinted(canvas, colour) {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = pen(copy);
  context.drawImage(canvas, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return copy;
}

/**
 * Show ink in the canvas's text colour, a pixel for each.
 * @type {(canvas: HTMLCanvasElement, ink: Bytes) => void}
 */
export function paintInk(canvas, ink) {
  const colour = getComputedStyle(canvas).color;
  [canvas.height, canvas.width] = ink.shape;
  pen(canvas).drawImage(tinted(inkCanvas(ink), colour), 0, 0);
}
