// A guided tour over the cards of the page.
import {button, h, setText, setUnavailable, sheet} from "./kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "./panel.js" */

/** @typedef {{place: string, title: string, text: string}} Step `place` as in layout.html's data-area or data-slot */

const STYLE = `
  dialog {position: fixed; inset: auto; margin: 0; width: min(340px, calc(100vw - 24px)); padding: var(--space-4);
          border: 1px solid var(--accent); border-radius: var(--radius); color: var(--text); background: var(--surface);
          box-shadow: var(--shadow)}
  dialog::backdrop {background: none}
  h2 {margin: 0 0 var(--space-1); font-size: var(--fs-l); font-weight: 650}
  p {margin: 0 0 var(--space-3)}
  .row {display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2)}
  .row .muted {margin-right: auto; font-size: var(--fs-s); font-variant-numeric: tabular-nums}
`;
const GAP = 12;

/**
 * @param {string} place
 * @returns {HTMLElement | null}
 */
const findPlace = (place) => document.querySelector(`[data-area="${place}"], [data-slot="${place}"]`);

/**
 * Beside the target if there is room, else at the foot of the window.
 * @param {HTMLElement} panel
 * @param {HTMLElement} target
 */
function position(panel, target) {
  const box = target.getBoundingClientRect();
  const {offsetWidth: width, offsetHeight: height} = panel;
  const top = Math.min(Math.max(box.top, GAP), innerHeight - height - GAP);
  let left = (innerWidth - width) / 2;
  let y = innerHeight - height - GAP;
  if (box.right + GAP + width < innerWidth) [left, y] = [box.right + GAP, top];
  else if (box.left - GAP - width > 0) [left, y] = [box.left - GAP - width, top];
  else if (box.bottom + GAP + height < innerHeight) y = box.bottom + GAP;
  Object.assign(panel.style, {left: `${left}px`, top: `${y}px`});
}

/** @param {Step[]} steps */
function guide(steps) {
  const stops = steps.flatMap((step) => {
    const target = findPlace(step.place);
    return target ? [{...step, target}] : [];
  });
  const title = h("h2");
  const text = h("p");
  const count = h("span", {className: "muted"});
  const back = button(_("Back"), () => go(-1));
  const next = button(_("Next"), () => go(1), {className: "primary", autofocus: true});
  const dialog = h("dialog", {"aria-label": _("Tour")}, h("div", {"aria-live": "polite"}, title, text),
    h("div", {className: "row"}, count, button(_("Skip the tour"), () => dialog.close(), {className: "plain"}), back, next));
  const host = h("div");
  host.attachShadow({mode: "open"}).append(sheet(STYLE), dialog);
  document.body.append(host);
  let at = 0;

  const leave = () => { stops[at].target.style.outline = ""; };
  const place = () => position(dialog, stops[at].target);
  const show = () => {
    const {target, title: name, text: words} = stops[at];
    target.style.outline = "3px solid var(--accent)";
    const beside = innerWidth > 720 && target.offsetHeight < innerHeight;
    target.scrollIntoView({block: beside ? "nearest" : "start"});
    setText(title, name);
    setText(text, words);
    setText(count, _("{at} of {stops}", {at: at + 1, stops: stops.length}));
    setText(next, at === stops.length - 1 ? _("Done") : _("Next"));
    setUnavailable(back, at === 0);
    place();
  };
  const go = (/** @type {number} */ by) => {
    if (at + by >= stops.length) { dialog.close(); return; }
    leave();
    at = Math.max(0, at + by);
    show();
  };
  dialog.onkeydown = ({key}) => {
    if (key === "ArrowRight") go(1);
    else if (key === "ArrowLeft") go(-1);
  };
  dialog.onclose = () => {
    leave();
    removeEventListener("resize", place);
    host.remove();
  };
  addEventListener("resize", place);
  dialog.showModal();
  show();
  return dialog;
}

/** @param {Component<{steps: Step[], begun: number}>} component */
export function render({model, el}) {
  model.on("begun", () => guide(model.steps));
  el.append(sheet(STYLE));
}
