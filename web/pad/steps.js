// What the network sees, and the steps that led to it.
import {h, onThemeChange, pen, sheet} from "../components/kit.js";
import {paintInk} from "./picture.js";
import {_} from "../page/words.js";
/** @import {Bytes, Component} from "../components/panel.js" */

/** @typedef {{name: string, title: string, switchable: boolean, ink: Bytes}} Picture of one step */
/**
 * @typedef {object} Steps
 * @property {{ink?: Bytes}} seen
 * @property {Picture[]} pictures
 * @property {Record<string, boolean>} steps to Python: which are carried out
 * @property {boolean} unfolded to Python
 */

const STYLE = `
  .seen {display: flex; margin-top: var(--space-2); align-items: center; gap: var(--space-3); color: var(--muted); font-size: var(--fs-s)}
  canvas {image-rendering: pixelated; background: var(--surface-2); color: var(--text); border-radius: 4px;
          border: 1px solid var(--line)}
  .seen canvas {width: 44px; height: 44px}
  details {margin-top: 0}
  summary {cursor: pointer; color: var(--muted); min-height: 32px; align-content: center}
  .steps {display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: var(--space-3);
          margin: var(--space-2) 0 0; padding: 0; list-style: none; font-size: var(--fs-s)}
  .steps li {display: grid; gap: var(--space-1); align-content: start}
  .steps canvas {width: 100%; aspect-ratio: 1}
  .steps label {display: flex; gap: 6px; align-items: start; cursor: pointer}
  .off canvas {opacity: 0.45}
  @media (max-width: 560px) {
    :has(> .seen) {display: flex; flex-wrap: wrap; justify-content: space-between; align-items: end}
    summary {min-height: 44px; font-size: var(--fs-s)} details[open] {flex-basis: 100%}
  }
`;

/** @param {Component<Steps>} component */
export function render({model, el}) {
  const seen = h("canvas", {role: "img", "aria-label": _("What the network sees"), width: 28, height: 28});
  const list = h("ol", {className: "steps"});
  const details = h("details", {}, h("summary", {}, _("Step by step")), list);
  details.addEventListener("toggle", () => { model.unfolded = details.open; });
  el.append(sheet(STYLE), h("div", {className: "seen"}, seen, h("span", {}, _("What the network sees"))), details);

  const entry = (/** @type {Picture} */ {name, title, switchable}) => {
    const box = h("input", {type: "checkbox"});
    box.onchange = () => { model.steps = {...model.steps, [name]: box.checked}; };
    const canvas = h("canvas", {role: "img", "aria-label": title});
    const node = h("li", {}, canvas, h("label", {}, ...(switchable ? [box] : []), h("span", {}, title)));
    return {name, box, canvas, node};
  };
  /** @type {ReturnType<typeof entry>[]} */
  let entries = [];
  const draw = () => {
    if (model.seen.ink) paintInk(seen, model.seen.ink);
    else pen(seen).clearRect(0, 0, seen.width, seen.height);
    if (model.pictures.map(({name}) => name).join() !== entries.map(({name}) => name).join()) {
      entries = model.pictures.map(entry);
      list.replaceChildren(...entries.map(({node}) => node));
    }
    model.pictures.forEach(({name, ink, switchable}, i) => {
      const {box, canvas, node} = entries[i];
      paintInk(canvas, ink);
      if (!switchable) return;
      box.checked = model.steps[name];
      node.classList.toggle("off", !box.checked);
    });
  };
  model.on(["seen", "pictures", "steps"], draw);
  onThemeChange(model, draw);
  draw();
}
