// The model of a component before Python is there: values from a file of the build, and what the visitor does kept
// in order. Once Python's own model has come it stands between the two, so that what is drawn can stay.
/** @import {Model} from "../components/panel.js" */
/** @typedef {Record<string, any>} Values */

/** What visitors did before Python was there, in order; `noticed` is told what each was. */
export class Kept {
  /** @type {{model: StandIn, name?: string, value: unknown}[]} */
  #deeds = [];
  #noticed;

  /** @param {(deed: {name?: string, value: any}) => void} noticed */
  constructor(noticed) { this.#noticed = noticed; }

  /**
   * A parameter that was set (only its last value counts until something else is done), or without `name` a command.
   * @param {StandIn} model
   * @param {unknown} value
   * @param {string} [name]
   */
  add(model, value, name) {
    const last = this.#deeds.at(-1);
    if (name && last?.model === model && last.name === name) last.value = value;
    else this.#deeds.push({model, name, value});
    this.#noticed({name, value});
  }

  /** Passes all of it on to the models of Python, and again to those of another Python if that died before `arrived`. */
  release() {
    for (const {model, name, value} of this.#deeds) model.pass(value, name);
  }

  /** Python has all of it. */
  arrived() { this.#deeds = []; }
}

export class StandIn {
  #values; #kept;
  /** @type {Set<string>} what the visitor changed */
  #changed = new Set();
  /** @type {[events: string[], callback: () => void][]} */
  #listeners = [];
  /** @type {Model<Values> | null} */
  #live = null;
  #open = false;

  /**
   * @param {Values} values
   * @param {Kept} kept
   */
  constructor(values, kept) {
    this.#values = values;
    this.#kept = kept;
    /** What a component is given as its model. */
    this.model = /** @type {Model<Values>} */ (new Proxy(values, {
      get: (_, name) => this.#get(String(name)),
      set: (_, name, value) => this.#set(String(name), value),
    }));
  }

  /** @param {string} name */
  #get(name) {
    if (name === "on") return this.#on;
    if (name === "send_msg") return this.#send;
    return this.#live && !this.#changed.has(name) ? this.#live[name] : this.#values[name];
  }

  /** @type {(name: string, value: unknown) => true} */
  #set(name, value) {
    if (this.#live && this.#open) {
      this.#live[name] = value;
      return true;
    }
    this.#values[name] = value;
    this.#changed.add(name);
    this.#kept.add(this, value, name);
    this.#tell(name);
    return true;
  }

  #on = (/** @type {string | string[]} */ events, /** @type {() => void} */ callback) => {
    const names = [events].flat();
    this.#listeners.push([names, callback]);
    this.#live?.on(names, callback);
  };

  #send = (/** @type {unknown} */ data) => {
    if (this.#live && this.#open) this.#live.send_msg(data);
    else this.#kept.add(this, data);
  };

  /** @param {string} name */
  #tell(name) {
    for (const [names, callback] of this.#listeners) if (names.includes(name)) callback();
  }

  /**
   * Python's model has come: its values count from now on, but for what the visitor changed.
   * @param {Model<Values>} model
   */
  connect(model) {
    const before = this.#values;
    this.#live = model;
    for (const [names, callback] of this.#listeners) model.on(names, callback);
    for (const name of Object.keys(before)) {
      if (!this.#changed.has(name) && !same(before[name], model[name])) this.#tell(name);
    }
  }

  /**
   * Python's model has come, and another picture of it in the place of this one.
   * @param {Model<Values>} model
   */
  replace(model) {
    this.end();
    this.#live = model;
  }

  /**
   * Another Python's model has come after the one that this stood for.
   * @param {Model<Values>} model
   */
  renew(model) {
    this.#open = false;
    this.#live = model;
  }

  /** What is drawn goes. */
  end() {
    this.#tell("remove");
    this.#listeners = [];
  }

  /**
   * Passes on what was kept.
   * @param {unknown} value
   * @param {string} [name]
   */
  pass(value, name) {
    this.#open = true;
    if (!this.#live) return;  // Python's page has no such component
    if (name) {
      this.#changed.delete(name);
      this.#live[name] = value;
    } else this.#live.send_msg(value);
  }

  /** Everything goes straight to Python's model from now on. */
  open() { this.#open = true; }

  /** Everything is kept again: Python is gone. */
  close() { this.#open = false; }
}

/** @type {(a: any, b: any) => boolean} */
function same(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if ("length" in a) return a.length === b.length && Array.prototype.every.call(a, (value, i) => same(value, b[i]));
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]));
}
