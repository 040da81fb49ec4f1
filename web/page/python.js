// The worker in which Python runs, as the page sees it: messages to and fro, and another worker when it dies.
import {Heartbeat} from "./heartbeat.js";
import {_} from "./words.js";

const START_SECONDS = 20;   // Python computes so long without a pause when it starts on a slow device
const DEATHS = 3;           // so many within
const DEATHS_SECONDS = 60;  // this time, and another start would help nobody

/**
 * @typedef {object} Listener is told how Python is
 * @property {(death: {details: string, again: boolean}) => void} stopped it died; `again`: it is started again
 * @property {(error: {details: string}) => void} broken the worker's script could not be run at all
 * @property {(error: {details: string}) => void} fault an uncaught error, after which it goes on
 * @property {() => void} silent it does not answer
 * @property {() => void} answers it does again
 */

export class Python {
  #handlers; #listener; #facts = new Map(); #speaks = false; #ready = false; #asked = 0;
  /** @type {Map<number, (answered: boolean) => void>} what waits for an answer, by its number */
  #waiting = new Map();
  /** @type {Worker} */
  #worker;
  /** @type {Heartbeat} */
  #heartbeat;
  /** @type {number | undefined} where it keeps what it stores, among the tabs; see worker/saved.js */
  #place;
  /** @type {Map<string, WebAssembly.Module> | undefined} which the next worker need not compile */
  #compiled;
  /** @type {number[]} when it died */
  #deaths = [];

  /**
   * @param {Record<string, (message: any) => void>} handlers one for each type of message that the worker sends
   * @param {Listener} listener
   */
  constructor(handlers, listener) {
    this.#handlers = handlers;
    this.#listener = listener;
    [this.#worker, this.#heartbeat] = this.#adopt(window.nncoreWorker);
    for (const event of window.nncoreWorker.early.splice(0)) {
      if (event instanceof MessageEvent) this.#message(event);
      else this.#error(/** @type {ErrorEvent} */ (event));
    }
    addEventListener("nncore-failed", () => this.end());
  }

  /**
   * @param {string} type
   * @param {object} [content]
   */
  tell(type, content = {}) { this.#worker.postMessage({type, ...content}); }

  /**
   * Tells what Python needs to know of the page; another worker is told it again.
   * @param {string} topic
   * @param {unknown} value
   */
  fact(topic, value) {
    this.#facts.set(topic, value);
    this.tell("fact", {topic, value});
  }

  /**
   * Whether it answers within this time; then it has seen to all that was told before. False is told once of a worker.
   * @param {number} seconds
   * @returns {Promise<boolean>}
   */
  answersWithin(seconds) {
    const id = ++this.#asked, worker = this.#worker;
    this.tell("ping", {id});
    return new Promise((done) => {
      this.#waiting.set(id, done);
      setTimeout(() => done(worker !== this.#worker), 1000 * seconds);
    }).finally(() => this.#waiting.delete(id));
  }

  // Ends the worker and starts another, as after a reload; without the snapshot if that may have been the fault.
  restart() {
    this.end();
    [this.#worker, this.#heartbeat] = this.#adopt(window.nncoreLaunch({ordinary: !this.#ready, place: this.#place, compiled: this.#compiled}));
    for (const [topic, value] of this.#facts) this.tell("fact", {topic, value});
  }

  end() {
    this.#heartbeat.stop();
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  /**
   * @param {Worker} worker
   * @returns {[Worker, Heartbeat]}
   */
  #adopt(worker) {
    this.#speaks = this.#ready = false;
    worker.onmessage = this.#message;
    worker.onerror = this.#error;
    const heartbeat = new Heartbeat(worker, {
      died: () => this.#died(_("The browser ended its worker.")),
      silent: () => this.#listener.silent(),
      answers: () => this.#listener.answers(),
    });
    heartbeat.expectAnswers(START_SECONDS);
    return [worker, heartbeat];
  }

  #message = (/** @type {MessageEvent} */ {data}) => {
    this.#speaks = true;
    if (data.type === "lock") this.#heartbeat.alive(data);
    else if (data.type === "pong") {
      this.#heartbeat.answered();
      this.#waiting.get(data.id)?.(true);
    } else if (data.type === "stopped") this.#died(data.details);
    else {
      if (data.type === "ready") {
        this.#ready = true;
        this.#place = data.place;
        this.#compiled = data.compiled;
        this.#heartbeat.expectAnswers();
      }
      this.#handlers[data.type](data);
    }
  };

  #error = (/** @type {ErrorEvent} */ event) => {
    const details = event.message
      ? `${event.message} (${event.filename}:${event.lineno})`
      : _("The worker's script did not load.");
    if (this.#speaks) this.#listener.fault({details});
    else this.#listener.broken({details});
  };

  /** @param {string} details */
  #died(details) {
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((then) => now - then < DEATHS_SECONDS * 1000), now];
    const again = this.#deaths.length < DEATHS;
    this.end();
    this.#listener.stopped({details, again});
    if (again) this.restart();
  }
}
