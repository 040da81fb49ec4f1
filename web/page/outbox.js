// Changes on their way to Python. One batch is under way at a time; the rest wait in order. Of consecutive
// changes of one property only the last is sent: a slow step of Python leaves no tail of stale slider positions.
/** @typedef {{model?: unknown, attr?: string}} Change of BokehJS; see its DocumentChangedEvent */

export class Outbox {
  #send; #underWay = false;
  /** @type {Change[]} */
  #waiting = [];

  /** @param {(changes: Change[]) => void} send passes a batch on; `acknowledged` must follow once it was applied */
  constructor(send) { this.#send = send; }

  /**
   * A change with `model` and `attr` sets a property; one without (a click, say) is never merged or overtaken.
   * @param {Change} change
   */
  post(change) {
    const list = this.#waiting;
    for (let i = list.length - 1; i >= 0 && change.attr && list[i].attr; i--) {
      if (list[i].model === change.model && list[i].attr === change.attr) { list.splice(i, 1); break; }
    }
    list.push(change);
    this.#flush();
  }

  /** Whether Python has all. */
  get empty() { return !this.#underWay && this.#waiting.length === 0; }

  acknowledged() {
    this.#underWay = false;
    this.#flush();
  }

  #flush() {
    if (this.#underWay || this.#waiting.length === 0) return;
    this.#underWay = true;
    this.#send(this.#waiting.splice(0));
  }
}
