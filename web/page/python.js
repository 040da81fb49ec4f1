// The worker in which Python runs, as the page sees it: messages to and fro, and another worker when it dies.
import {Heartbeat} from "./heartbeat.js";

const START_SECONDS = 20;   // Python computes so long without a pause when it starts on a slow device
const DEATHS = 3;           // so many within
const DEATHS_SECONDS = 60;  // this time, and another start would help nobody

export class Python {
  #handlers; #listener; #worker; #heartbeat; #facts = new Map(); #deaths = []; #speaks; #ready;

  // `handlers` has a function for each type of message that the worker sends. `listener` is told how Python is:
  //   stopped({details, again})  it died; `again` says whether it is started again
  //   broken({details})          worker.js could not be run at all
  //   fault({details})           an uncaught error, after which it goes on
  //   silent(), answers()        it does not answer; it does again
  constructor(handlers, listener) {
    this.#handlers = handlers;
    this.#listener = listener;
    this.#adopt(window.nncoreWorker);
    for (const event of window.nncoreWorker.early.splice(0)) {
      (event.type === "message" ? this.#message : this.#error)(event);
    }
    addEventListener("nncore-failed", () => this.end());
  }

  tell(type, content = {}) { this.#worker.postMessage({type, ...content}); }

  // Tells what Python needs to know of the page; another worker is told it again.
  fact(topic, value) {
    this.#facts.set(topic, value);
    this.tell("fact", {topic, value});
  }

  // Ends the worker and starts another, as after a reload; without the snapshot if that may have been the fault.
  restart() {
    this.end();
    this.#adopt(window.nncoreLaunch(!this.#ready));
    for (const [topic, value] of this.#facts) this.tell("fact", {topic, value});
  }

  end() {
    this.#heartbeat.stop();
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  #adopt(worker) {
    this.#worker = worker;
    this.#speaks = this.#ready = false;
    worker.onmessage = this.#message;
    worker.onerror = this.#error;
    this.#heartbeat = new Heartbeat(worker, {
      died: () => this.#died("The browser ended its worker."),
      silent: () => this.#listener.silent(),
      answers: () => this.#listener.answers(),
    });
    this.#heartbeat.expectAnswers(START_SECONDS);
  }

  #message = ({data}) => {
    this.#speaks = true;
    if (data.type === "lock") this.#heartbeat.alive(data);
    else if (data.type === "pong") this.#heartbeat.answered();
    else if (data.type === "stopped") this.#died(data.details);
    else {
      if (data.type === "ready") {
        this.#ready = true;
        this.#heartbeat.expectAnswers();
      }
      this.#handlers[data.type](data);
    }
  };

  #error = (event) => {
    const details = event.message
      ? `${event.message} (${event.filename}:${event.lineno})`
      : "The worker's script did not load.";
    if (this.#speaks) this.#listener.fault({details});
    else this.#listener.broken({details});
  };

  #died(details) {
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((then) => now - then < DEATHS_SECONDS * 1000), now];
    const again = this.#deaths.length < DEATHS;
    this.end();
    this.#listener.stopped({details, again});
    if (again) this.restart();
  }
}
