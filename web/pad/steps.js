// What the network sees, and the steps that led to it.

import {paintInk} from "./picture.js";

const STEPS_STYLE = `
  :host {display: block; color: var(--text); font: var(--fs-m)/1.35 var(--font)}
  .seen {display: flex; margin-top: var(--space-3); align-items: center; gap: var(--space-3)}
  canvas {image-rendering: pixelated; background: var(--surface-2); color: var(--text); border-radius: 4px;
          border: 1px solid var(--line); box-sizing: border-box}
  .seen canvas {width: 84px; height: 84px}
  details {margin-top: var(--space-2)}
  summary {cursor: pointer; color: var(--muted); min-height: 32px; align-content: center}
  summary:focus-visible, input:focus-visible {outline: 2px solid var(--accent); outline-offset: 2px}
  .steps {display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: var(--space-3);
          margin: var(--space-2) 0 0; padding: 0; list-style: none; font-size: var(--fs-s)}
  .steps li {display: grid; gap: var(--space-1); align-content: start}
  .steps canvas {width: 100%; aspect-ratio: 1}
  .steps label {display: flex; gap: 6px; align-items: start; cursor: pointer}
  .off canvas {opacity: 0.45}
`;

export function render({model, el}) {
  el.innerHTML = `
    <style>${STEPS_STYLE}</style>
    <div class="seen"><canvas role="img" aria-label="What the network sees" width="28" height="28"></canvas>
      <span>What the network sees</span></div>
    <details><summary>Step by step</summary><ol class="steps"></ol></details>`;
  const seen = el.querySelector("canvas");
  const list = el.querySelector(".steps");
  const details = el.querySelector("details");
  details.addEventListener("toggle", () => (model.unfolded = details.open));

  const entry = ({name, title, switchable}) => {
    const item = document.createElement("li");
    item.dataset.name = name;
    item.innerHTML = `<canvas role="img"></canvas><label>${switchable ? '<input type="checkbox">' : ""}<span></span></label>`;
    item.querySelector("span").textContent = title;
    item.querySelector("canvas").setAttribute("aria-label", title);
    item.querySelector("input")?.addEventListener("change", ({target}) => {
      model.steps = {...model.steps, [name]: target.checked};
    });
    return item;
  };
  const draw = () => {
    if (model.seen.ink) paintInk(seen, model.seen.ink);
    else seen.getContext("2d").clearRect(0, 0, seen.width, seen.height);
    const names = model.pictures.map(({name}) => name).join();
    if (names !== [...list.children].map((item) => item.dataset.name).join()) {
      list.replaceChildren(...model.pictures.map(entry));
    }
    model.pictures.forEach(({name, ink, switchable}, i) => {
      const item = list.children[i];
      paintInk(item.querySelector("canvas"), ink);
      if (switchable) {
        item.querySelector("input").checked = model.steps[name];
        item.classList.toggle("off", !model.steps[name]);
      }
    });
  };
  for (const name of ["seen", "pictures", "steps"]) model.on(name, draw);
  document.documentElement.addEventListener("themechange", draw);
  model.on("remove", () => document.documentElement.removeEventListener("themechange", draw));
  draw();
}
