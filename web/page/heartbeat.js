// Watches one worker. Dead: the lock that it holds is free, which the browser sees at once. Silent: it answers
// no ping, so its Python is stuck, or in one long computation. Browsers give locks to secure addresses only;
// elsewhere a dead worker is a silent one.
const PING_SECONDS = 1;
const SILENT_SECONDS = 2;

/** @typedef {{died(): void, silent(): void, answers(): void}} Listener */

export class Heartbeat {
  #worker; #listener; #abort = new AbortController(); #asked = 0; #last = 0; #silent = false; #tolerance = SILENT_SECONDS;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Worker} worker
   * @param {Listener} listener
   */
  constructor(worker, listener) {
    this.#worker = worker;
    this.#listener = listener;
  }

  /**
   * The worker holds its lock.
   * @param {{lock: string}} message
   */
  alive({lock}) {
    navigator.locks.request(lock, {signal: this.#abort.signal}, () => this.#listener.died()).catch(() => {});
  }

  // From now on it is expected to answer within `seconds`.
  expectAnswers(seconds = SILENT_SECONDS) {
    this.#tolerance = seconds;
    this.#asked = 0;
    this.#last = performance.now();
    this.#timer ??= setInterval(() => this.#beat(), PING_SECONDS * 1000);
  }

  answered() {
    this.#asked = 0;
    if (!this.#silent) return;
    this.#silent = false;
    this.#listener.answers();
  }

  stop() {
    clearInterval(this.#timer);
    this.#abort.abort();
  }

  #beat() {
    const now = performance.now(), slept = now - this.#last > 3000 * PING_SECONDS;
    this.#last = now;
    if (!this.#asked || slept) {  // a page that was asleep cannot tell how long the worker was silent
      this.#asked = now;
      this.#worker.postMessage({type: "ping"});
    } else if (now - this.#asked > this.#tolerance * 1000 && !this.#silent) {
      this.#silent = true;
      this.#listener.silent();
    }
  }
}
