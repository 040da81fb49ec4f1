// What the code printed and showed: text, curves, pictures.
import {h, sheet} from "../components/kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "../components/panel.js" */

/** @typedef {{kind: "text", text: string}} Text */
/** @typedef {{kind: "curve", about: string, shares: number[]}} Curve */
/** @typedef {{kind: "pictures", about: string, size: [number, number, number], pixels: Uint8Array}} Pictures */

const STYLE = `
  .out {max-height: 420px; overflow: auto; padding: var(--space-3); border-radius: var(--radius); background: var(--surface-2)}
  .out:empty {display: none}
  pre {margin: 0; font: var(--fs-s)/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere}
  figure {margin: var(--space-2) 0}
  figcaption {color: var(--muted); font-size: var(--fs-s)}
  svg {width: 100%; max-width: 560px; height: 120px; overflow: visible}
  polyline {fill: none; stroke: var(--train); stroke-width: 1.5; vector-effect: non-scaling-stroke}
  .pictures {display: flex; flex-wrap: wrap; gap: var(--space-1)}
  canvas {display: block; image-rendering: pixelated; min-width: 64px; border: 1px solid var(--line); border-radius: 3px; background: #fff}
`;
const MOST = 64;  // pictures of one array

/** @param {Curve} part */
function curve({about, shares}) {
  const step = 1 / Math.max(1, shares.length - 1);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  line.setAttribute("points", shares.map((share, i) => `${i * step},${1 - share}`).join(" "));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", _("Curve of {about}", {about}));
  svg.append(line);
  return h("figure", {}, svg, h("figcaption", {}, about));
}

/** @param {Pictures} part */
function pictures({about, size: [count, height, width], pixels}) {
  const row = h("div", {className: "pictures", role: "img", "aria-label": _("Picture of {about}", {about})});
  for (let k = 0; k < Math.min(count, MOST); k++) {
    const canvas = h("canvas", {width, height});
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = pen.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const level = 255 - pixels[k * width * height + i];
      image.data.set([level, level, level, 255], 4 * i);
    }
    pen.putImageData(image, 0, 0);
    row.append(canvas);
  }
  return h("figure", {}, row, h("figcaption", {}, about));
}

/** @param {Text | Curve | Pictures} part */
function node(part) {
  if (part.kind === "text") return h("pre", {}, part.text);
  return part.kind === "curve" ? curve(part) : pictures(part);
}

/** @param {Component<{parts: (Text | Curve | Pictures)[]}>} component */
export function render({model, el}) {
  const out = h("div", {className: "out", role: "log", "aria-label": _("Output"), tabIndex: 0});
  const draw = () => {
    out.replaceChildren(...model.parts.map(node));
    out.scrollTop = out.scrollHeight;
  };
  model.on("parts", draw);
  draw();
  el.append(sheet(STYLE), out);
}
