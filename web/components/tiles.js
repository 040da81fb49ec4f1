// A wrapping grid of small pictures.

import {h, onThemeChange, pen, setText, sheet, themeTokens} from "./kit.js";
import {rove} from "./roving.js";
import {_} from "../page/words.js";
/** @import {Bytes, Component} from "./panel.js" */

/**
 * @typedef {object} Tiles
 * @property {{pixels?: Bytes, captions?: string[], names?: string[], edition?: number}} content (n, height, width)
 * @property {string} label
 * @property {boolean} titled
 * @property {keyof SCALES} scale
 * @property {string[]} ends
 * @property {number} size
 * @property {boolean} pickable
 * @property {number} pressed
 */

/**
 * 256 colours at equal distances between theme tokens, as packed RGBA.
 * @param {string[]} tokens
 */
function ramp(tokens) {
  const colour = themeTokens();
  const context = pen(h("canvas"), {willReadFrequently: true});
  const stops = tokens.map((token) => {
    context.fillStyle = colour(token);
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data;
  });
  const colours = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const position = (i / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(position), stops.length - 2);
    for (let c = 0; c < 4; c++) {
      colours[4 * i + c] = stops[low][c] + (stops[low + 1][c] - stops[low][c]) * (position - low);
    }
  }
  return new Uint32Array(colours.buffer);
}

const SCALES = {
  ink: ["--surface-2", "--text"],
  diverging: ["--negative", "--zero", "--positive"],
};

const STYLE = `
  .grid {display: flex; flex-wrap: wrap; gap: var(--space-1) var(--space-2); margin-left: -3px}
  .tile {display: flex; flex-direction: column; align-items: center; gap: 2px; min-height: 0; padding: 3px;
         border: 1px solid transparent; border-radius: 6px; background: none;
         font-size: var(--fs-s); line-height: 1.25; font-variant-numeric: tabular-nums}
  button.tile:hover {border-color: var(--line); background: var(--surface-2)}
  button.tile[aria-pressed="true"] {border-color: var(--accent)}
  canvas {display: block; image-rendering: pixelated; border-radius: 3px}
  .title {color: var(--muted); font-size: var(--fs-s); margin-bottom: 2px}
  .caption {color: var(--muted); white-space: nowrap}
  .caption:empty {display: none}
  .scale {display: flex; align-items: center; gap: var(--space-2); margin-top: var(--space-2); color: var(--muted);
          font-size: var(--fs-s); font-variant-numeric: tabular-nums}
  .scale i {forced-color-adjust: none; width: 120px; height: 8px; border-radius: 4px;
            background: linear-gradient(90deg, var(--negative), var(--zero), var(--positive))}
`;

/** @param {Component<Tiles>} component */
export function render({model, el}) {
  const grid = h("div", {className: "grid", role: "group"});
  const columns = () => {
    const tiles = /** @type {HTMLElement[]} */ ([...grid.children]);
    return tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length;
  };
  const settle = rove(grid, columns);
  const title = h("div", {className: "title", "aria-hidden": "true"});
  const low = h("span");
  const high = h("span");
  const scale = h("div", {className: "scale"}, low, h("i", {"aria-hidden": "true"}), high);
  let colours = new Uint32Array(256);

  const tile = () => {
    const parts = [h("canvas"), h("span", {className: "caption"})];
    if (!model.pickable) return h("div", {className: "tile", role: "img"}, ...parts);
    const node = h("button", {type: "button", className: "tile", tabIndex: -1}, ...parts);
    node.onclick = () => model.send_msg({edition: model.content.edition, index: [...grid.children].indexOf(node)});
    return node;
  };

  const draw = () => {
    const {pixels, captions = [], names = []} = model.content;
    const [count, height, width] = pixels?.shape ?? [0, 0, 0];
    while (grid.children.length > count) grid.lastChild?.remove();
    while (grid.children.length < count) grid.append(tile());
    for (let i = 0; i < count; i++) {
      const node = /** @type {HTMLElement} */ (grid.children[i]);
      const [canvas, captioned] = /** @type {[HTMLCanvasElement, HTMLElement]} */ (/** @type {unknown} */ (node.children));
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
      canvas.style.width = `${model.size}px`;
      canvas.style.height = `${(model.size * height) / width}px`;
      const image = new ImageData(width, height);
      const out = new Uint32Array(image.data.buffer);
      for (let p = 0, q = i * width * height; p < out.length; p++, q++) out[p] = colours[pixels?.[q] ?? 0];
      pen(canvas).putImageData(image, 0, 0);
      const caption = captions[i] ?? "";
      setText(captioned, caption);
      // Voice control goes by what is seen: the name holds the caption.
      const full = names[i] || `${model.label} ${i + 1}`;
      const name = full.includes(caption) ? full : _("{full}. {caption}", {full, caption});
      node.setAttribute("aria-label", name);
      if (model.pickable) node.title = name;
    }
    settle();
    press();
    measure();
  };
  // Only a grid with a chosen tile is a set of toggles to a screen reader; else its buttons are actions.
  const press = () => {
    [...grid.children].forEach((node, i) => {
      if (model.pressed < 0) node.removeAttribute("aria-pressed");
      else node.setAttribute("aria-pressed", String(i === model.pressed));
    });
  };
  const measure = () => {
    scale.hidden = !model.ends.length || !grid.children.length;
    [low, high].forEach((node, i) => setText(node, model.ends[i] ?? ""));
  };
  const recolour = () => {
    colours = ramp(SCALES[model.scale]);
    draw();
  };
  const name = () => {
    grid.setAttribute("aria-label", model.label);
    title.hidden = !model.titled;
    setText(title, model.label);
  };

  model.on("content", draw);
  model.on("pressed", press);
  model.on("ends", measure);
  model.on(["label", "titled"], name);
  onThemeChange(model, recolour);
  name();
  measure();
  recolour();
  el.append(sheet(STYLE), title, grid, scale);
}
