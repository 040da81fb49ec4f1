// The sketch pad. Ink appears at once, here; Python gets the whole drawing with every movement (the browser
// reports them once per frame), but only when it has answered the one before: no queue ever builds up.
import {button, h, onThemeChange, setText, setUnavailable, sheet} from "../components/kit.js";
import {Ink} from "./ink.js";
import {Cursor} from "./keyboard.js";
import {inkCanvas, readPicture} from "./picture.js";
import {followPointer} from "./pointer.js";
import {PAD_STYLE} from "./style.js";
import {_} from "../page/words.js";
/** @import {Bytes, Component} from "../components/panel.js" */
/** @import {Point} from "./ink.js" */

/**
 * @typedef {object} Pad
 * @property {{id: string, picture: number | null, strokes: object[]}} drawing to Python
 * @property {{id: string, grey: string, width: number, height: number}} brought to Python
 * @property {string} answered
 * @property {string} noun
 * @property {{id: number, ink: Bytes, example: boolean}} picture
 */

const ANSWER_PATIENCE = 3000; // ms after which an answer is taken for lost
const MEDIUM = 0.065;
/** @type {[string, number][]} words and shares of the pad's width */
const BRUSHES = [[_("Fine"), 0.04], [_("Medium"), MEDIUM], [_("Broad"), 0.1]];

/** @param {Component<Pad>} component */
export function render({model, el}) {
  const canvas = h("canvas", {className: "ink", tabIndex: 0, role: "application", "aria-label": _("Sketch pad"),
    "aria-describedby": "help"});
  const mark = h("div", {className: "cursor", hidden: true});
  const hint = h("p", {className: "hint", "aria-hidden": "true"});
  const surface = h("div", {className: "sheet"}, canvas, mark, hint);
  const undoButton = button(_("Undo"), () => undo());
  const clearButton = button(_("Clear"), () => clear());
  const eraser = button(_("Eraser"), () => eraser.setAttribute("aria-pressed", String(!erasing())), {className: "toggle", "aria-pressed": "false"});
  const erasing = () => eraser.getAttribute("aria-pressed") === "true";
  const brush = h("select", {}, ...BRUSHES.map(([name, width]) =>
    h("option", {value: width, selected: width === MEDIUM}, name)));
  const file = h("input", {type: "file", accept: "image/*"});
  const problem = h("p", {className: "problem", role: "alert"});
  const said = h("p", {className: "unseen", "aria-live": "polite"});
  el.append(
    sheet(PAD_STYLE), surface,
    h("div", {className: "tools", role: "group", "aria-label": _("Drawing tools")}, undoButton, clearButton, eraser,
      h("div", {className: "together"},
        h("label", {}, _("Brush "), brush), h("label", {className: "file"}, _("Picture"), file))),
    h("p", {id: "help", className: "aside"},
      h("span", {className: "keys"}, _("Arrow keys move, space lowers and lifts the pen, backspace undoes. ")),
      _("Pictures can be dropped or pasted.")),
    problem, said,
  );
  const ink = new Ink();
  let frame = 0, changed = false, sentAt = 0;
  /** @type {string | null} the drawing that is to be answered */
  let sent = null;

  const ask = () => {
    setText(hint, _("Draw {noun} here", {noun: model.noun}));
    file.setAttribute("aria-label", _("Picture of {noun}", {noun: model.noun}));
  };
  model.on("noun", ask);
  ask();

  // --- painting, once per frame, and sending

  const later = () => { frame ||= requestAnimationFrame(next); };
  const touched = () => {
    changed = true;
    later();
    send();
  };
  function next() {
    frame = 0;
    ink.paint(canvas, getComputedStyle(canvas).color);
    hint.hidden = !ink.empty || cursor.down;
    setUnavailable(undoButton, ink.empty);
    setUnavailable(clearButton, ink.empty);
  }
  function send() {
    const now = performance.now();
    if (changed && (sent === null || now - sentAt > ANSWER_PATIENCE)) {
      changed = false;
      sent = crypto.randomUUID();
      sentAt = now;
      model.drawing = {id: sent, ...ink.wire()};
    }
  }
  model.on("answered", () => {
    if (model.answered === sent) {
      sent = null;
      queueMicrotask(send); // what is set while Python's change is being applied would not be sent
    }
  });

  // --- strokes, by pen, finger and mouse

  const begin = (/** @type {Point} */ point, erase = erasing()) => {
    if (ink.picture?.example) ink.clear();
    ink.begin(point, Number(brush.value) * (erase ? 2 : 1), erase);
    touched();
  };
  const extend = (/** @type {Point[]} */ ...points) => {
    points.forEach((point) => ink.extend(point));
    touched();
  };
  followPointer(canvas, {
    begin(point, erase) {
      cursor.pen(false, "");
      mark.hidden = true;
      begin(point, erasing() || erase);
    },
    extend,
  });

  // --- buttons and keys

  const undo = () => {
    ink.undo();
    touched();
  };
  const clear = () => {
    ink.clear();
    problem.textContent = "";
    touched();
  };
  const cursor = new Cursor({
    begin: (point) => begin(point),
    extend,
    undo,
    clear,
    say: (words) => { said.textContent = words; },
    moved: () => {
      mark.hidden = false;
      mark.classList.toggle("down", cursor.down);
      mark.style.left = `${100 * cursor.x}%`;
      mark.style.top = `${100 * cursor.y}%`;
    },
  });
  canvas.addEventListener("keydown", (event) => {
    if (cursor.key(event)) event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    cursor.pen(false, "");
    mark.hidden = true;
  });

  // --- pictures: chosen, dropped, pasted; or put here by Python

  const bring = async (/** @type {File} */ picture) => {
    try {
      model.brought = {id: crypto.randomUUID(), ...await readPicture(picture)};
      problem.textContent = "";
    } catch {
      problem.textContent = _("“{name}” is not a picture this browser can read. Try a PNG or JPEG file.", {name: picture.name});
    }
  };
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) bring(chosen);
    file.value = "";
  });
  surface.addEventListener("dragover", (event) => {
    event.preventDefault();
    surface.classList.add("over");
  });
  surface.addEventListener("dragleave", () => surface.classList.remove("over"));
  surface.addEventListener("drop", (event) => {
    event.preventDefault();
    surface.classList.remove("over");
    const dropped = event.dataTransfer?.files[0];
    if (dropped) bring(dropped);
  });
  const pasted = (/** @type {ClipboardEvent} */ event) => {
    const picture = [...(event.clipboardData?.files ?? [])].find(({type}) => type.startsWith("image/"));
    if (picture) bring(picture);
  };
  document.addEventListener("paste", pasted);
  const showPicture = () => {
    const {id, ink: pixels, example} = model.picture;
    ink.clear(pixels.some(Boolean) ? {id, example, canvas: inkCanvas(pixels)} : null);
    later();
  };
  model.on("picture", () => {
    // While Python does not know what is being drawn, its picture is older than that.
    if (sent === null && !changed) showPicture();
  });
  if (model.picture.ink) showPicture();

  // --- size, screen density, theme

  const resize = () => {
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (side > 0 && canvas.width !== side) canvas.width = canvas.height = side;
    later();
  };
  const observer = new ResizeObserver(resize);
  observer.observe(canvas);
  window.addEventListener("resize", resize); // zooming changes the density, not always the size
  onThemeChange(model, later);
  model.on("remove", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    document.removeEventListener("paste", pasted);
    window.removeEventListener("resize", resize);
  });
  later();
}
