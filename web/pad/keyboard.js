// Drawing without a pointer: arrows move a cursor, space puts the pen down and lifts it.

const STEP = 1 / 32; // of the pad, per key press; with shift a quarter of it
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

export class Cursor {
  // begin(point) and extend(point) draw; undo() and clear() take back; moved() shows the cursor; say(words).
  constructor({begin, extend, undo, clear, moved, say}) {
    Object.assign(this, {begin, extend, undo, clear, moved, say});
    this.x = this.y = 0.5;
    this.down = false;
  }

  // Handle a keydown event; true if the key was meant for the pad, so that the page must not scroll.
  key(event) {
    if (event.key in ARROWS) {
      const [dx, dy] = ARROWS[event.key];
      const step = event.shiftKey ? STEP / 4 : STEP;
      this.x = Math.min(1, Math.max(0, this.x + dx * step));
      this.y = Math.min(1, Math.max(0, this.y + dy * step));
      if (this.down) {
        this.extend(this.point);
      }
      this.moved();
      this.tell();
    } else if (event.key === " " && !event.repeat) {
      this.pen(!this.down);
    } else if (event.key === "Escape" && this.down) {
      this.pen(false);
    } else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
      this.pen(false, "");
      this.undo();
      this.say("Undone");
    } else if (event.key === "Delete") {
      this.pen(false, "");
      this.clear();
      this.say("Cleared");
    } else {
      return event.key === " ";
    }
    return true;
  }

  get point() {
    return [this.x, this.y, 0.5];
  }

  pen(down, word = down ? "Pen down" : "Pen up") {
    if (down !== this.down) {
      this.down = down;
      if (down) {
        this.begin(this.point);
      }
      this.moved();
    }
    if (word) {
      this.say(`${word}, ${this.place}`);
    }
  }

  tell() {
    clearTimeout(this.later); // a place is read out once the cursor rests
    this.later = setTimeout(() => this.say(`${this.down ? "Drawing" : "Cursor"} at ${this.place}`), 400);
  }

  get place() {
    return `${Math.round(100 * this.x)} % across, ${Math.round(100 * this.y)} % down`;
  }
}
