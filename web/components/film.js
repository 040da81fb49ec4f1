// A film of the pictures on the page, made in the page: WebM, by the browser's own recorder.
import {h, pen as penOf, themeTokens} from "./kit.js";
import {onStage} from "./stage.js";

const WIDTH = 960; // CSS pixels of a frame
const MARGIN = 16;
const LINE = 28;
const TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];

/** The kind of film this browser can make, or undefined. */
export const filmType = () => (typeof MediaRecorder === "undefined" ? undefined
  : TYPES.find((type) => MediaRecorder.isTypeSupported(type)));

/**
 * Paint the pictures on the page beside each other, `words` below them.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} words
 */
function paintFrame(pen, words) {
  const {canvas} = pen;
  const colour = themeTokens();
  pen.fillStyle = colour("--surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const pictures = onStage();
  const room = canvas.height - 3 * MARGIN - LINE;
  const shares = pictures.map((picture) => picture.width / picture.height);
  const wide = canvas.width - MARGIN * (pictures.length + 1);
  const height = Math.min(room, wide / shares.reduce((sum, share) => sum + share, 0));
  let left = (canvas.width - height * shares.reduce((sum, share) => sum + share, 0) - MARGIN * (pictures.length - 1)) / 2;
  pictures.forEach((picture, i) => {
    pen.drawImage(picture, left, MARGIN + (room - height) / 2, height * shares[i], height);
    left += height * shares[i] + MARGIN;
  });
  pen.fillStyle = colour("--text");
  pen.font = `18px ${colour("--font") || "sans-serif"}`;
  pen.fillText(words, MARGIN, canvas.height - MARGIN);
}

/** As high as the pictures need. */
function frameHeight() {
  const shares = onStage().reduce((sum, picture) => sum + picture.width / picture.height, 0);
  const height = shares ? (WIDTH - MARGIN * (onStage().length + 1)) / shares : 0;
  return 2 * Math.round((Math.min(540, height) + 3 * MARGIN + LINE) / 2);
}

/**
 * Record a film: `play(frame)` goes through the pictures and calls `frame(words)` whenever they changed.
 * @param {(frame: (words: string) => void) => Promise<void>} play
 * @returns {Promise<Blob>}
 */
export async function film(play) {
  const canvas = h("canvas", {width: WIDTH, height: frameHeight()});
  const pen = penOf(canvas);
  const type = filmType();
  const recorder = new MediaRecorder(canvas.captureStream(30), {mimeType: type, videoBitsPerSecond: 4_000_000});
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = ({data}) => parts.push(data);
  const stopped = new Promise((done) => { recorder.onstop = done; });
  paintFrame(pen, "");
  recorder.start();
  try {
    await play((words) => paintFrame(pen, words));
  } finally {
    recorder.stop();
    await stopped;
  }
  return new Blob(parts, {type});
}
