// Pictures of digits: read from a file the visitor brings, or sent by Python; painted in the ink's colour.

import {base64} from "./encoding.js";

const PICTURE_SIDE = 224; // pixels a brought picture is reduced to: ample for a digit, and quick

// A file to {grey, width, height}: its brightness as base64. Rejects what is not a picture.
export async function readPicture(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, PICTURE_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
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

// Ink (uint8 array of shape [height, width], 255 for full ink) to a canvas whose opacity is the ink.
export function inkCanvas(ink) {
  const [height, width] = ink.shape;
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data[4 * i + 3] = ink[i];
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

// The same opacity in another colour.
export function tinted(canvas, colour) {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d");
  context.drawImage(canvas, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return copy;
}

export function paintInk(canvas, ink) {
  const colour = getComputedStyle(canvas).color;
  [canvas.height, canvas.width] = ink.shape;
  canvas.getContext("2d").drawImage(tinted(inkCanvas(ink), colour), 0, 0);
}
