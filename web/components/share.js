// The panel that makes links: what to show, and what to give to others.
import {paintCard} from "./card.js";
import {button, h, pen, saveBlob, setText, sheet} from "./kit.js";
import {_, link as linkStart} from "../page/words.js";
/** @import {Card} from "./card.js" */
/** @import {Bytes, Component} from "./panel.js" */

/**
 * @typedef {object} Share
 * @property {[name: string, words: string, kind: "card" | "group"][]} parts
 * @property {{hide?: string[], embed?: boolean, link?: string, snippet?: string, qr?: Bytes, card?: Card}} made
 * @property {number} opened
 */

const STYLE = `
  dialog {width: min(880px, calc(100vw - 24px)); max-height: calc(100vh - 24px); overflow: auto; padding: var(--space-4);
          border: 1px solid var(--line); border-radius: var(--radius); color: var(--text); background: var(--surface); box-shadow: var(--shadow)}
  dialog::backdrop {background: rgb(0 0 0 / 35%)}
  h2 {margin: 0; font-size: var(--fs-l)}
  h3 {margin: var(--space-3) 0 var(--space-1); font-size: var(--fs-m)}
  .head {display: flex; justify-content: space-between; align-items: center; gap: var(--space-3)}
  .columns {display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 250px), 1fr)); gap: 0 var(--space-5)}
  .parts {display: grid; grid-template-columns: 1fr 1fr; gap: 2px var(--space-3)}
  label {display: flex; gap: 6px; align-items: center; min-height: 28px; font-size: var(--fs-s)}
  .preview {display: grid; gap: 4px; height: 170px; grid-template-columns: 1fr 2fr 1fr; grid-template-rows: 14px 5fr 16px 4fr 14px 14px 3fr;
            grid-template-areas: "bar bar bar" "pad picture answer" "train train train" "settings curves projection" "race race race" "runs runs runs" "explore explore explore";
            padding: 6px; border-radius: 8px; background: var(--bg)}
  .preview div {display: grid; place-items: center; border: 1px solid var(--line); border-radius: 4px; background: var(--surface); color: var(--muted);
                font-size: 10px; line-height: 1; overflow: hidden; white-space: nowrap}
  .preview .off {visibility: hidden}
  textarea {width: 100%; padding: var(--space-2); border: 1px solid var(--edge); border-radius: 7px; background: var(--surface-2); resize: vertical;
            font: var(--fs-s)/1.4 var(--mono); overflow-wrap: anywhere}
  canvas {display: block; width: 180px; height: 180px; image-rendering: pixelated; border-radius: 6px}
  .wide {grid-column: 1 / -1}
  @media (min-width: 904px) {.wide {grid-column: 2 / -1}}
  .shared {display: block; width: min(100%, 600px); aspect-ratio: 1200 / 630; border: 1px solid var(--line); border-radius: 6px}
  .row {display: flex; flex-wrap: wrap; gap: var(--space-2); align-items: center; margin-top: var(--space-1)}
`;

/** @param {Component<Share>} component */
export function render({model, el}) {
  const boxes = model.parts.map(([name, words, kind]) => {
    const box = h("input", {type: "checkbox", checked: true, onchange: () => ask()});
    return {name, words, kind, box, label: h("label", {}, box, words)};
  });
  const embed = h("input", {type: "checkbox", onchange: () => ask()});
  const preview = h("div", {className: "preview", "aria-hidden": "true"},
    ...boxes.filter(({kind}) => kind === "card").map(({name, words}) =>
      h("div", {"data-name": name, style: `grid-area: ${name}`}, words)));
  const link = h("textarea", {readOnly: true, rows: 3, "aria-label": _("Link")});
  const snippet = h("textarea", {readOnly: true, rows: 4, "aria-label": _("HTML for a frame")});
  const code = h("canvas", {role: "img", "aria-label": _("QR code of the link")});
  const tooLong = h("p", {className: "muted small", hidden: true}, _("The link is too long for a QR code: it carries code of your own."));
  const said = h("span", {className: "muted small", role: "status"});
  const copy = (/** @type {HTMLTextAreaElement} */ area) => button(_("Copy"), async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(area.value);
      setText(said, _("Copied."));
    } catch {  // not a secure address, or permission refused: the text is selected
      setText(said, _("The browser did not allow copying: the text is selected, copy it by hand."));
    }
  });
  const save = button(_("Save the QR code (PNG)"), () => code.toBlob((blob) => saveBlob(blob, "nncore-qr.png")));
  const card = h("img", {className: "shared", alt: _("A card with the drawing, the network's answer, its picture and its curve")});
  const saveCard = button(_("Save the card (PNG)"), () => { if (model.made.card) paintCard(model.made.card).toBlob((blob) => saveBlob(blob, "nncore-card.png")); });
  const dialog = h("dialog", {"aria-label": _("Share this experiment")},
    h("div", {className: "head"}, h("h2", {}, _("Share this experiment")), button(_("Close"), () => dialog.close())),
    h("div", {className: "columns"},
      h("div", {},
        h("h3", {}, _("What is shown")), h("div", {className: "parts"}, ...boxes.map(({label}) => label)),
        h("label", {}, embed, _("For a frame in another page: without top bar and foot"))),
      h("div", {}, h("h3", {}, _("Preview")), preview),
      h("div", {}, h("h3", {}, _("Link")), link, h("div", {className: "row"}, copy(link), said),
        h("h3", {}, _("Frame for another page")), snippet, h("div", {className: "row"}, copy(snippet))),
      h("div", {}, h("h3", {}, _("QR code")), code, tooLong, h("div", {className: "row"}, save)),
      h("div", {className: "wide"}, h("h3", {}, _("Card")), card, h("div", {className: "row"}, saveCard))));
  el.append(sheet(STYLE), dialog);

  const ask = () => {
    const hide = boxes.filter(({box}) => !box.checked).map(({name}) => name);
    model.send_msg({start: linkStart(), hide, embed: embed.checked});
  };
  const show = () => {
    const {hide = [], link: address = "", snippet: html = "", qr} = model.made;
    link.value = address;
    snippet.value = html;
    for (const part of preview.children) {
      part.classList.toggle("off", hide.includes(part.getAttribute("data-name") ?? "") || (part.getAttribute("data-name") === "bar" && embed.checked));
    }
    code.hidden = save.hidden = !qr;
    tooLong.hidden = Boolean(qr) || !address;
    if (qr) paintCode(qr);
    if (model.made.card) card.src = paintCard(model.made.card).toDataURL();
  };
  // Dark on light in either theme: readers expect it so.
  const paintCode = (/** @type {Bytes} */ qr) => {
    const [side] = qr.shape;
    const scale = Math.ceil(720 / side);
    code.width = code.height = side * scale;
    const context = pen(code);
    context.fillStyle = "white";
    context.fillRect(0, 0, code.width, code.height);
    context.fillStyle = "black";
    qr.forEach((dark, i) => { if (dark) context.fillRect((i % side) * scale, Math.floor(i / side) * scale, scale, scale); });
  };
  model.on("made", show);
  model.on("opened", () => {
    dialog.showModal();
    queueMicrotask(ask); // what is sent while Python's change is being applied would be lost
  });
  show();
}
