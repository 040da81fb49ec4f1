// The top bar: what one can do with what was learnt.
import {chooseFiles, readFiles} from "./files.js";
import {button, h, sheet} from "./kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "./panel.js" */

const STYLE = `
  .line {display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-3); align-items: center}
  .actions {display: flex; gap: var(--space-3); margin-left: auto}
  .menu {position: relative}
  .menu > div {position: absolute; right: 0; top: calc(100% + 4px); z-index: 30; display: grid; min-width: 230px; padding: var(--space-1);
               border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); box-shadow: var(--shadow)}
  .menu > div button {text-align: left; border: 0; background: none; min-height: 44px}
  .menu > div button:hover, .menu > div button:focus-visible {background: var(--surface-2)}
  @media (max-width: 560px) {.menu > div {right: auto; left: 0}}
`;

const MENU = [
  ["save_model", _("Save the model (.npz)")],
  ["load_model", _("Load a model (.npz) …")],
  ["load_code", _("Open code (.py) …")],
  ["save_history", _("Save the curves (CSV)")],
  ["save_picture", _("Save a picture of the network (PNG)")],
  ["save_script", _("Export as a Python script")],
  ["own_data", _("Use your own data …")],
];

/** @param {Component<{}>} component */
export function render({model, el}) {
  /** @type {(command: string, value?: unknown) => void} */
  const send = (command, value = null) => model.send_msg({command, value});
  const items = MENU.map(([command, text]) => button(text, () => {
    toggle(false);
    opener.focus();
    if (command === "load_code") chooseFiles(".py", false, (files) => send("files", files));
    else if (command === "load_model") chooseFiles(".npz", false, (files) => send("files", files));
    else if (command === "own_data") chooseFiles("", true, (files) => send("files", files));
    else send(command);
  }));
  const list = h("div", {hidden: true}, ...items);
  const opener = button(_("Files"), () => toggle(list.hidden === true), {"aria-expanded": "false"});
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

  const share = button(_("Share"), () => send("share"), {title: _("A link that opens this experiment, a QR code, a frame")});
  const actions = h("div", {className: "actions"}, share, menu, button(_("Help"), () => send("help")));
  el.append(sheet(STYLE), h("div", {className: "line"}, actions));

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
}
