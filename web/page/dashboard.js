// The dashboard's document: drawn from what Python sends, then kept in step with Python's.
import {Outbox} from "./outbox.js";
import {importForPanel} from "./panel_modules.js";
import {_} from "./words.js";
/** @import {FirstPage} from "./first_page.js" */
/** @import {Change} from "./outbox.js" */

/** @returns {NodeListOf<HTMLElement>} the places that Python's document fills */
const slots = () => document.querySelectorAll("[data-slot]");

export class Dashboard {
  #send; #applying = 0;
  /** @type {any} BokehJS's view manager */
  #views = null;
  /** @type {any} BokehJS's document */
  #document = null;
  /** @type {Outbox | null} */
  #outbox = null;
  #first;

  /**
   * @param {(patch: unknown) => void} send passes what the visitor changes on to Python
   * @param {FirstPage} first what is to be seen until Python sends its own
   */
  constructor(send, first) {
    this.#send = send;
    this.#first = first;
    // Panel loads its JavaScript components through this polyfill's interface; today's browsers need no polyfill.
    window.importShim = Object.assign((/** @type {string} */ url) => importForPanel(url, first.takenOver).catch((error) => {
      window.nncoreFailure.show({what: _("A part of the page did not load."), details: error});
      throw error;
    }), {addImportMap() {}});
  }

  // Shows the page as it first is, until Python's own comes.
  async drawFirst() {
    await this.#first.draw([...slots()]);
    document.body.dataset.page = "drawn";
    performance.mark("nncore-drawn");
  }

  // Shows that something will be there.
  drawSkeleton() {
    for (const slot of slots()) {
      const lines = Array.from({length: Number(slot.dataset.skeleton)}, () => document.createElement("i"));
      const skeleton = Object.assign(document.createElement("div"), {className: "skeleton"});
      skeleton.append(...lines);
      slot.append(skeleton);
    }
  }

  /**
   * Draws a document (JSON of web/browser/boot.py) in its slots, in place of one drawn before. BokehJS is there.
   * @param {string} page
   */
  async draw(page) {
    const {docs, items, roots} = JSON.parse(page);
    this.#remove();
    /** @type {Record<string, string>} */
    const places = {};
    for (const slot of slots()) {
      const name = slot.dataset.slot ?? "";
      if (name in roots) {
        slot.id = `slot-${name}`;
        places[roots[name]] = slot.id;
      } else {
        const card = slot.closest(".card");
        const needed = Object.keys(roots).some((other) => card?.querySelector(`[data-slot="${other}"]`));
        (needed ? slot : card ?? slot).remove();
      }
    }
    const missing = Object.keys(roots).filter((name) => !document.getElementById(`slot-${name}`));
    if (missing.length) throw new Error(`layout.html has no place for: ${missing.join(", ")}`);
    items[0].roots = places;
    items[0].root_ids = Object.values(roots);
    this.#first.giveWay(roots);
    [this.#views] = await Bokeh.embed.embed_items(docs, items);
    this.#document = [...this.#views.roots.values()][0].model.document;
    this.#outbox = new Outbox((changes) => this.#send(this.#document.create_json_patch(changes)));
    this.#document.on_change(this.#changed, false);
    await this.#first.end();
    for (const skeleton of document.querySelectorAll(".skeleton")) skeleton.remove();
  }

  // What the visitor did before Python was there goes to it now.
  release() { this.#first.release(); }

  // Python is gone: what the visitor does now waits for another.
  hold() { this.#first.hold(); }

  #remove() {
    if (!this.#document) return;
    this.#document.remove_on_change(this.#changed);
    this.#views.clear();
    this.#document = this.#views = this.#outbox = null;
  }

  #changed = (/** @type {Change & {setter_id?: string}} */ event) => {
    if (this.#applying === 0 && event.setter_id !== "py") this.#outbox?.post(event);
  };

  /**
   * Applies a change that Python made.
   * @param {{patch: unknown, buffers: unknown}} change
   */
  apply({patch, buffers}) {
    this.#applying++;
    try { this.#document.apply_json_patch(patch, buffers); } finally { this.#applying--; }
    this.#document._new_models.clear(); // Python made them: they must not go back in full with the first event
  }

  // Python has applied the last batch of the visitor's changes.
  acknowledged() {
    this.#outbox?.acknowledged();
    if (this.#outbox?.empty) this.#first.arrived();
  }
}
