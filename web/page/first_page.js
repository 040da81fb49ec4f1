// The page before Python is there: drawn by its own components from a file made at build time
// (web/browser/first_page.py). Python's page then takes what is drawn and what the visitor did over, piece by piece.
// It may be drawn while Python still starts: what the visitor does is kept until that is over.
import {painted} from "./painted.js";
import {Kept, StandIn} from "./stand_in.js";
/** @import {Component} from "../components/panel.js" */

/**
 * @typedef {object} Described what Python's document will hold; see web/browser/first_page.py
 * @property {string} [script]
 * @property {Record<string, any>} [data]
 * @property {Described[]} [children]
 * @property {boolean} [row]
 * @property {number | null} [height]
 * @property {boolean} wide
 * @property {boolean} tall
 * @property {boolean} hidden
 * @property {string[]} classes
 * @property {Record<string, string>} styles
 * @property {number | number[]} [margin]
 */
/** @typedef {{script: string, model: StandIn, host: HTMLElement, el: HTMLElement}} Piece one component, drawn */

const SOURCE = /"([^"]+)"/;  // in the line that a component passes to Panel, see web/components/script.py
const PATIENCE = 3000;  // ms for Python's page to draw its components, which then are all there anyway
const AFRESH = /\/tabs\.js$/;  // what looks for its neighbours where it stands is drawn again there
const ARRAYS = {uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array, float32: Float32Array, float64: Float64Array};

/** @returns {Promise<Record<string, Described>>} the file, in the page's language; English stands in index.html itself */
async function read() {
  const {first} = window.nncoreSite.languages[window.nncoreLanguage.tag];
  const file = first ? await (await fetch(first.path, {integrity: first.integrity})).blob()
    : new Blob([bytes(document.querySelector("#first-page")?.textContent ?? "")]);
  const packed = file.stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(packed).text(), (_, value) => (value?.dtype ? array(value) : value));
}

/** @param {string} base64 */
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** @param {{array: string, dtype: keyof typeof ARRAYS, shape: number[]}} value */
const array = ({array: base64, dtype, shape}) => Object.assign(new ARRAYS[dtype](bytes(base64).buffer), {shape});

export class FirstPage {
  /** @type {Map<string, (Piece | undefined)[]>} by slot, later by its root model, in the order of Python's document */
  #pieces = new Map();
  /** @type {Map<string, StandIn[]>} by slot, in the same order, until Python has what was done with them */
  #models = new Map();
  /** @type {Map<string, string>} slot by root model */
  #slots = new Map();
  #kept; #released = false;
  /** @type {HTMLElement | null} what loses the focus by being moved */
  #focused = null;
  /** @type {() => void} */
  #allTaken = () => {};

  /** @param {(deed: {name?: string, value: any}) => void} noticed is told what the visitor does meanwhile */
  constructor(noticed) { this.#kept = new Kept(noticed); }

  /**
   * Fills the page's slots, and waits until they are seen: those that are `data-first` before the rest.
   * @param {HTMLElement[]} slots
   */
  async draw(slots) {
    const described = await read();
    for (const first of [true, false]) {
      await Promise.all(slots.filter(({dataset}) => "first" in dataset === first).map(async (slot) => {
        const name = slot.dataset.slot ?? "";
        if (name in described) await this.#fill(slot, name, described[name]);
      }));
      await painted();
    }
  }

  /**
   * @param {HTMLElement} slot
   * @param {string} name
   * @param {Described} what
   */
  async #fill(slot, name, what) {
    /** @type {Piece[]} */
    const pieces = [];
    const built = this.#build(what, pieces);
    const modules = await Promise.all(pieces.map(({script}) => import(script)));
    slot.replaceChildren(built);
    this.#pieces.set(name, pieces);
    this.#models.set(name, pieces.map(({model}) => model));
    pieces.forEach(({model, el}, i) => modules[i].render(/** @type {Component<any>} */ ({model: model.model, el})));
  }

  /**
   * @param {Described} what
   * @param {Piece[]} pieces
   */
  #build(what, pieces) {
    const node = document.createElement("div");
    node.classList.add("early", ...what.classes);
    node.classList.toggle("wide", what.wide);
    node.classList.toggle("tall", what.tall);
    node.hidden = what.hidden;
    if (what.margin !== undefined) node.style.margin = [what.margin].flat().map((side) => `${side}px`).join(" ");
    for (const [name, value] of Object.entries(what.styles)) node.style.setProperty(name, value);
    if (what.script) {
      const el = document.createElement("div"), script = SOURCE.exec(what.script)?.[1] ?? "";
      node.attachShadow({mode: "open"}).append(el);
      const model = new StandIn(what.data ?? {}, this.#kept);
      pieces.push({script, el, model, host: node});
    } else if (what.children) {
      node.classList.add(what.row ? "row" : "column");
      node.append(...what.children.map((child) => this.#build(child, pieces)));
    } else {
      node.classList.add("plot");
      node.style[what.tall ? "minHeight" : "height"] = `${what.height}px`;
    }
    return node;
  }

  /**
   * Python's page is going to be drawn over this one, which keeps its sizes until all of it is there.
   * @param {Record<string, string>} roots id of the model that fills each slot
   */
  giveWay(roots) {
    this.#slots = new Map(Object.entries(roots).map(([slot, root]) => [root, slot]));
    this.#pieces = new Map([...this.#pieces].map(([slot, pieces]) => [roots[slot], pieces]));
    const hosts = [...this.#pieces.values()].flat().flatMap((piece) => piece?.host ?? []);
    const heights = hosts.map((host) => host.offsetHeight);
    hosts.forEach((host, i) => { host.style.minHeight = `${heights[i]}px`; });
  }

  /** What draws a component of Python's page: what stands here already if it is the same one, else `render`. */
  takenOver = (/** @type {string} */ script, /** @type {Function} */ render) => (
    (/** @type {{model: any, el: HTMLElement, view: any}} */ component) => {
      const piece = this.#take(script, component.view);
      if (!piece) return render({...component, model: this.#standFor(component)});
      if (AFRESH.test(script)) {
        piece.model.replace(component.model);
        return render(component);
      }
      piece.model.connect(component.model);
      const {activeElement} = /** @type {ShadowRoot} */ (piece.el.getRootNode());
      if (activeElement instanceof HTMLElement) this.#focused = activeElement;
      component.el.append(piece.el);
    });

  /**
   * @param {string} script
   * @param {any} view BokehJS's, of the component
   */
  #take(script, view) {
    const pieces = this.#pieces.get(view.root.model.id);
    const at = place(view);
    const piece = pieces?.[at];
    if (!pieces || piece?.script !== script) return undefined;
    pieces[at] = undefined;
    if (![...this.#pieces.values()].flat().some(Boolean)) this.#allTaken();
    return piece;
  }

  /**
   * The model of a component that is drawn for the first time here: one that keeps what the visitor does, as long as
   * Python is not there. Where another stood for it before, another Python draws this page.
   * @param {{model: any, view: any}} component
   */
  #standFor({model, view}) {
    const slot = this.#slots.get(view.root.model.id) ?? "", models = this.#models.get(slot) ?? [], at = place(view);
    models[at]?.renew(model);
    if (models[at] || this.#released) return model;
    models[at] = new StandIn({}, this.#kept);
    models[at].connect(model);
    this.#models.set(slot, models);
    return models[at].model;
  }

  /** Python's page is there: what the visitor did meanwhile goes to it, in order. */
  release() {
    this.#released = true;
    this.#kept.release();
    for (const model of [...this.#models.values()].flat()) model.open();
  }

  /** Python died before it had all: what the visitor does is kept again. */
  hold() {
    for (const model of [...this.#models.values()].flat()) model.close();
  }

  /** Python has all that went to it. */
  arrived() {
    this.#kept.arrived();
    this.#models.clear();
  }

  /** Resolves when Python's page has taken over what it has a place for; what is left then goes. */
  async end() {
    await new Promise((done) => {
      this.#allTaken = () => done(undefined);
      setTimeout(done, [...this.#pieces.values()].flat().some(Boolean) ? PATIENCE : 0);
    });
    for (const piece of [...this.#pieces.values()].flat()) piece?.model.end();
    this.#pieces.clear();
    document.querySelectorAll("[data-slot] > .early").forEach((node) => node.remove());
    if (document.activeElement === document.body) this.#focused?.focus({preventScroll: true});
  }
}

/** @type {(view: any) => number} which of its slot's components BokehJS's view shows */
const place = (view) => [...componentsOf(view.root.model)].indexOf(view.model);

/**
 * The components below a model of BokehJS, in document order.
 * @param {any} model
 * @returns {Generator<any>}
 */
function* componentsOf(model) {
  if (model.esm !== undefined) yield model;
  else for (const child of model.children ?? []) yield* componentsOf(child);
}
