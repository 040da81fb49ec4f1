// Drawing without a pointer: arrows move a cursor, space puts the pen down and lifts it.
import {_} from "../page/words.js";
/** @import {Point} from "./ink.js" */

const STEP = 1 / 32; // of the pad, per key press; with shift a quarter of it
/** @type {Record<string, [dx: number, dy: number]>} */
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

export class Cursor {
  /**
   * @param {object} pad
   * @param {(point: Point) => void} pad.begin draws
   * @param {(point: Point) => void} pad.extend draws on
   * @param {() => void} pad.undo
   * @param {() => void} pad.clear
   * @param {() => void} pad.moved shows the cursor
   * @param {(words: string) => void} pad.say
   */
  constructor(pad) {
    this.pad = pad;
    this.x = this.y = 0.5;
    this.down = false;
    this.later = 0;
  }

  /**
   * Handle a keydown event; true if the key was meant for the pad, so that the page must not scroll.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (event.key in ARROWS) {
      const [dx, dy] = ARROWS[event.key];
      const step = event.shiftKey ? STEP / 4 : STEP;
      this.x = Math.min(1, Math.max(0, this.x + dx * step));
      this.y = Math.min(1, Math.max(0, this.y + dy * step));
      if (this.down) {
        this.pad.extend(this.point);
      }
      this.pad.moved();
      this.tell();
    } else if (event.key === " " && !event.repeat) {
      this.pen(!this.down);
    } else if (event.key === "Escape" && this.down) {
      this.pen(false);
    } else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
      this.pen(false, "");
      this.pad.undo();
      this.pad.say(_("Undone"));
    } else if (event.key === "Delete") {
      this.pen(false, "");
      this.pad.clear();
      this.pad.say(_("Cleared"));
    } else {
      return event.key === " ";
    }
    return true;
  }

  /** @returns {Point} */
  get point() {
    return [this.x, this.y, 0.5];
  }

  /** Put the pen down or lift it, and say `word` and where. */
  pen(down = false, word = down ? _("Pen down") : _("Pen up")) {
    if (down !== this.down) {
      this.down = down;
      if (down) {
        this.pad.begin(this.point);
      }
      this.pad.moved();
    }
    if (word) {
      this.pad.say(_("{word}, {place}", {word, place: this.place}));
    }
  }

  tell() {
    clearTimeout(this.later); // a place is read out once the cursor rests
    this.later = window.setTimeout(() => this.pad.say(this.down ? _("Drawing at {place}", {place: this.place}) : _("Cursor at {place}", {place: this.place})), 400);
  }

  get place() {
    return _("{x}% across, {y}% down", {x: Math.round(100 * this.x), y: Math.round(100 * this.y)});
  }
}
