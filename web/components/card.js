// A card to share: the drawing, what the network says of it, its picture, and how it learnt.
import {h, pen, themeTokens} from "./kit.js";
import {inkCanvas, tinted} from "../pad/picture.js";
import {onStage} from "./stage.js";
import {_} from "../page/words.js";
/** @import {Bytes} from "./panel.js" */

/** @typedef {{ink?: Bytes, answer: string, sentence: string, epochs: number[], accuracy: number[], tests: [epoch: number, accuracy: number][]}} Card */

const WIDTH = 1200, HEIGHT = 630; // what pages that show a link's picture expect
const MARGIN = 40;
const DRAWING = 260;
const RIGHT = MARGIN + DRAWING + MARGIN; // where the right half begins

/**
 * Paint it in the page's theme.
 * @param {Card} card
 */
export function paintCard(card) {
  const canvas = h("canvas", {width: WIDTH, height: HEIGHT});
  const context = pen(canvas);
  const colour = themeTokens();
  const font = colour("--font") || "sans-serif";
  /** @type {(text: string, x: number, y: number, size: number, weight?: number, token?: string, room?: number) => void} */
  const write = (text, x, y, size, weight = 400, token = "--text", room = undefined) => {
    context.font = `${weight} ${size}px ${font}`;
    context.fillStyle = colour(token);
    context.fillText(text, x, y, room);
  };
  context.fillStyle = colour("--surface");
  context.fillRect(0, 0, WIDTH, HEIGHT);
  write("nncore lab", MARGIN, MARGIN + 26, 34, 700, "--accent");
  if (card.ink) {
    context.drawImage(tinted(inkCanvas(card.ink), colour("--text")), MARGIN, 110, DRAWING, DRAWING);
    context.strokeStyle = colour("--line");
    context.strokeRect(MARGIN, 110, DRAWING, DRAWING);
  }
  write(card.answer, MARGIN, 110 + DRAWING + 44, 28, 700, "--text", DRAWING);
  const [picture] = onStage();
  const top = 40, bottom = 370, wide = WIDTH - RIGHT - MARGIN;
  if (picture) {
    const scale = Math.min(wide / picture.width, (bottom - top) / picture.height);
    context.drawImage(picture, RIGHT + (wide - picture.width * scale) / 2, top, picture.width * scale, picture.height * scale);
  }
  paintCurve(context, card, colour, RIGHT + 60, picture ? 400 : 110, wide - 60, picture ? 120 : 390);
  write(_("accuracy"), RIGHT + 60, picture ? 390 : 98, 16, 400, "--muted");
  write(card.sentence, MARGIN, HEIGHT - MARGIN, 24, 550, "--text", WIDTH - 2 * MARGIN);
  return canvas;
}

/**
 * Training accuracy as a line, test accuracy as dots, over all epochs.
 * @param {CanvasRenderingContext2D} context
 * @param {Card} card
 * @param {(token: string) => string} colour
 * @param {number} left
 * @param {number} top
 * @param {number} width
 * @param {number} height
 */
function paintCurve(context, {epochs, accuracy, tests}, colour, left, top, width, height) {
  const last = Math.max(1, epochs.at(-1) ?? 0);
  const x = (/** @type {number} */ epoch) => left + width * epoch / last;
  const y = (/** @type {number} */ share) => top + height * (1 - share);
  context.lineWidth = 1;
  context.font = `16px ${colour("--font") || "sans-serif"}`;
  for (const share of [0, 0.5, 1]) {
    context.strokeStyle = colour("--line");
    context.strokeRect(left, y(share), width, 0);
    context.fillStyle = colour("--muted");
    context.fillText(`${100 * share}%`, left - 58, y(share) + 5);
  }
  context.lineWidth = 3;
  context.strokeStyle = colour("--train");
  context.beginPath();
  epochs.forEach((epoch, i) => context.lineTo(x(epoch), y(accuracy[i])));
  context.stroke();
  context.fillStyle = colour("--test");
  for (const [epoch, share] of tests) {
    context.beginPath();
    context.arc(x(epoch), y(share), 6, 0, 2 * Math.PI);
    context.fill();
  }
}
