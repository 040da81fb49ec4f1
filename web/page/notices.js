// What Python asks the page to do for the visitor: short notices, the clipboard, files.
import {$} from "./find.js";
import {_} from "./words.js";

const MOST = 3;  // notices at a time
const SECONDS = 6;

/**
 * Shows a short notice at the foot of the page; errors stay until dismissed.
 * @param {{text: string, kind: string}} message
 */
export function notice({text, kind}) {
  const box = Object.assign(document.createElement("div"), {className: "notice"});
  box.dataset.kind = kind;
  const close = Object.assign(document.createElement("button"), {type: "button", textContent: _("Dismiss")});
  close.onclick = () => {  // the focus goes on to the notice beside it, else to the dashboard
    const next = box.nextElementSibling ?? box.previousElementSibling;
    (next?.querySelector("button") ?? $("main")).focus({preventScroll: true});
    box.remove();
  };
  box.append(Object.assign(document.createElement("span"), {textContent: text}), close);
  while ($("#notices").children.length >= MOST) $("#notices").firstElementChild?.remove();
  $("#notices").append(box);
  // One that is being read with the keyboard or the mouse stays.
  const leave = () => (box.matches(":focus-within, :hover") ? setTimeout(leave, SECONDS * 1000) : box.remove());
  if (kind !== "error") setTimeout(leave, SECONDS * 1000);
}

/**
 * Puts text on the clipboard, or shows it for copying by hand.
 * @param {{text: string}} message
 */
export async function copy({text}) {
  try {
    await navigator.clipboard.writeText(text);
    notice({text: _("Copied."), kind: "info"});
  } catch {  // not a secure address, or permission refused
    const dialog = /** @type {HTMLDialogElement} */ ($("#copy-dialog"));
    const area = /** @type {HTMLTextAreaElement} */ (dialog.querySelector("textarea"));
    area.value = text;
    dialog.showModal();
    area.select();
  }
}

/**
 * Hands the visitor a file.
 * @param {{name: string, data: BlobPart, mime: string}} message
 */
export function download({name, data, mime}) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data], {type: mime}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
