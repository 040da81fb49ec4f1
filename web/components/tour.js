// A guided tour over the cards of the page. `steps`: [{place, title, text}], place as in layout.html's data-area.
// An invitation stands at the top of the page until the visitor took or declined it; that is remembered.
import {h, setText, sheet} from "./kit.js";

const STYLE = `
  .invitation {display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2) var(--space-4);
               margin-bottom: var(--space-3); padding: var(--space-2) var(--space-4); border: 1px solid var(--line);
               border-radius: var(--radius); background: var(--surface)}
  .invitation span {flex: 1 1 16em}
  .panel {position: fixed; z-index: 30; width: min(340px, calc(100vw - 24px)); padding: var(--space-4);
          border: 1px solid var(--accent); border-radius: var(--radius); background: var(--surface);
          box-shadow: var(--shadow)}
  h2 {margin: 0 0 var(--space-1); font-size: var(--fs-l); font-weight: 650}
  p {margin: 0 0 var(--space-3)}
  .row {display: flex; align-items: center; gap: var(--space-2)}
  .row .muted {margin-right: auto; font-size: var(--fs-s); font-variant-numeric: tabular-nums}
`;
const KEY = "nncore-tour";
const GAP = 12;

// Storage may be blocked: then the invitation comes again with the next visit.
const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
const remember = () => { try { localStorage.setItem(KEY, "seen"); } catch { /* see above */ } };

const findPlace = (place) => document.querySelector(`[data-area="${place}"], [data-slot="${place}"]`);

// Beside the target if there is room, else at the foot of the window.
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

function guide(steps, ended) {
  const stops = steps.filter(({place}) => findPlace(place));
  const cameFrom = document.activeElement;
  const title = h("h2");
  const text = h("p");
  const count = h("span", {className: "muted"});
  const skip = h("button", {type: "button", className: "plain"}, "Skip the tour");
  const back = h("button", {type: "button"}, "Back");
  const next = h("button", {type: "button", className: "primary"});
  const panel = h("div", {className: "panel", role: "dialog", "aria-label": "Tour"},
    h("div", {"aria-live": "polite"}, title, text), h("div", {className: "row"}, count, skip, back, next));
  const host = h("div");
  host.attachShadow({mode: "open"}).append(sheet(STYLE), panel);
  document.body.append(host);
  let at = 0;
  let target;

  const leave = () => { if (target) target.style.outline = ""; };
  const end = () => {
    leave();
    removeEventListener("resize", place);
    host.remove();
    cameFrom?.focus?.();
    ended();
  };
  const place = () => position(panel, target);
  const show = () => {
    leave();
    const stop = stops[at];
    target = findPlace(stop.place);
    target.style.outline = "3px solid var(--accent)";
    const beside = innerWidth > 720 && target.offsetHeight < innerHeight;
    target.scrollIntoView({block: beside ? "nearest" : "start"});
    setText(title, stop.title);
    setText(text, stop.text);
    setText(count, `${at + 1} of ${stops.length}`);
    setText(next, at === stops.length - 1 ? "Done" : "Next");
    back.disabled = at === 0;
    place();
    next.focus({preventScroll: true});
  };
  const go = (by) => {
    if (at + by >= stops.length) { end(); return; }
    at = Math.max(0, at + by);
    show();
  };
  next.onclick = () => go(1);
  back.onclick = () => go(-1);
  skip.onclick = end;
  panel.onkeydown = ({key}) => {
    if (key === "Escape") end();
    else if (key === "ArrowRight") go(1);
    else if (key === "ArrowLeft") go(-1);
  };
  addEventListener("resize", place);
  show();
}

export function render({model, el}) {
  const invitation = h("div", {className: "invitation", role: "region", "aria-label": "Invitation"},
    h("span", {}, "New here? A tour of one minute shows what is where."));
  const settle = () => { remember(); invitation.hidden = true; };
  const begin = () => { settle(); guide(model.steps, settle); };
  invitation.append(
    h("button", {type: "button", className: "primary", onclick: begin}, "Show me round"),
    h("button", {type: "button", className: "plain", onclick: settle}, "No, thank you"),
  );
  invitation.hidden = !model.offered || remembered() !== null;
  model.on("begun", begin);
  el.append(sheet(STYLE), invitation);
}
