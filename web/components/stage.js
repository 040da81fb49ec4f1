// The pictures that are on the page now, for those who make a film of them: each canvas by its name.

/** @type {Map<string, HTMLCanvasElement>} */
const canvases = new Map();

/**
 * Let a canvas be filmed; returns the function that takes it off the stage.
 * @param {string} name
 * @param {HTMLCanvasElement} canvas
 */
export function enterStage(name, canvas) {
  canvases.set(name, canvas);
  return () => { if (canvases.get(name) === canvas) canvases.delete(name); };
}

/** The canvases that can be seen now, in the order they entered. */
export const onStage = () => [...canvases.values()].filter((canvas) => canvas.width && canvas.offsetParent);
