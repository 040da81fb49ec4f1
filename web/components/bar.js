// The top bar: what is learnt and how, and what one can do with the result.
import {chooseFiles, readFiles} from "./files.js";
import {announcer, button, h, setText, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

/** @typedef {[value: string, words: string][]} Options */
/**
 * @typedef {object} Bar
 * @property {Options} datasets
 * @property {string} dataset
 * @property {Options} presets
 * @property {string} preset
 * @property {string} news
 * @property {boolean} alarm
 */

const STYLE = `
  .line {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center}
  label {display: inline-flex; align-items: center; gap: 6px; color: var(--muted); font-size: var(--fs-s)}
  select {max-width: 46vw; color: var(--text); font-size: var(--fs-m)}
  .news {flex: 1 1 0; min-width: 0; font-size: var(--fs-s); color: var(--muted)}
  .news:not(:empty) {flex-basis: 200px}
  .actions {display: flex; gap: var(--space-3); margin-left: auto}
  .menu {position: relative}
  .menu > div {position: absolute; right: 0; top: calc(100% + 4px); z-index: 30; display: grid; min-width: 230px; padding: var(--space-1);
               border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); box-shadow: var(--shadow)}
  .menu > div button {text-align: left; border: 0; background: none; min-height: 44px}
  .menu > div button:hover, .menu > div button:focus-visible {background: var(--surface-2)}
  @media (max-width: 560px) {
    .line > label {flex: 1 1 40%}
    select {max-width: none; flex: 1; min-width: 0}
    .news:empty {display: none}
    .actions {flex-basis: 100%}
    .menu > div {right: auto; left: 0}
  }
`;

const MENU = [
  ["save_model", "Save the model (.npz)"],
  ["load_model", "Load a model (.npz) …"],
  ["load_code", "Open code (.py) …"],
  ["save_history", "Save the curves (CSV)"],
  ["save_script", "Export as a Python script"],
  ["own_data", "Use your own data …"],
];

/**
 * @param {string} text
 * @param {() => Options} options
 * @param {() => string} current
 * @param {(value: string) => void} send
 */
function choice(text, options, current, send) {
  const node = h("select", {"aria-label": text});
  node.onchange = () => send(node.value);
  const fill = () => {
    node.replaceChildren(...options().map(([value, words]) => h("option", {value}, words)));
    node.value = current();
  };
  fill();
  return {node: h("label", {}, text, node), fill};
}

/** @param {Component<Bar>} component */
export function render({model, el}) {
  /** @type {(command: string, value?: unknown) => void} */
  const send = (command, value = null) => model.send_msg({command, value});
  const data = choice("Data", () => model.datasets, () => model.dataset, (value) => send("dataset", value));
  const preset = choice("Preset", () => model.presets, () => model.preset, (value) => send("preset", value));
  // Loading changes it several times a second: what it settles at is read out.
  const news = h("span", {className: "news", role: "status", "aria-live": "off"});
  const {node: said, say} = announcer();

  const items = MENU.map(([command, text]) => button(text, () => {
    toggle(false);
    opener.focus();
    if (command === "load_code") chooseFiles(".py", false, (files) => send("files", files));
    else if (command === "load_model") chooseFiles(".npz", false, (files) => send("files", files));
    else if (command === "own_data") chooseFiles("", true, (files) => send("files", files));
    else send(command);
  }));
  const list = h("div", {hidden: true}, ...items);
  const opener = button("Files", () => toggle(list.hidden === true), {"aria-expanded": "false"});
  const menu = h("div", {className: "menu"}, opener, list);
  const toggle = (/** @type {boolean} */ open) => {
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  };
  menu.onkeydown = (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    toggle(false);
    opener.focus();
  };
  menu.addEventListener("focusout", ({relatedTarget}) => {
    if (relatedTarget && !menu.contains(/** @type {Node} */ (relatedTarget))) toggle(false);
  });
  const outside = (/** @type {Event} */ event) => { if (!event.composedPath().includes(menu)) toggle(false); };
  document.addEventListener("pointerdown", outside);

  const share = button("Share", () => send("share", location.href.split("#")[0]),
    {title: "Copy a link that opens this experiment"});
  const actions = h("div", {className: "actions"}, share, menu, button("Help", () => send("help")));
  el.append(sheet(STYLE), h("div", {className: "line"}, data.node, preset.node, news, said, actions));

  // Files can be dropped anywhere but on the pad, which takes pictures by itself.
  const over = (/** @type {DragEvent} */ event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); };
  const drop = async (/** @type {DragEvent} */ event) => {
    if (event.defaultPrevented || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    send("files", await readFiles(event.dataTransfer.files));
  };
  addEventListener("dragover", over);
  addEventListener("drop", drop);
  model.on("remove", () => {
    document.removeEventListener("pointerdown", outside);
    removeEventListener("dragover", over);
    removeEventListener("drop", drop);
  });

  const showNews = () => {
    setText(news, model.news);
    say(model.news);
    news.classList.toggle("bad", model.alarm);
  };
  model.on(["datasets", "dataset"], data.fill);
  model.on(["presets", "preset"], preset.fill);
  model.on(["news", "alarm"], showNews);
  showNews();
}
