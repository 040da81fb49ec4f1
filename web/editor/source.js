// The source of a part of nncore, to be read, with a link to where the reference explains it.
import {h, sheet} from "../components/kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "../components/panel.js" */

const STYLE = `
  .box {border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden}
  .cm-editor {max-height: min(46vh, 420px); font-size: var(--fs-s)}
  .cm-scroller {font-family: var(--mono); line-height: 1.5}
  .cm-content {min-height: 0 !important}
  p {margin: 0 0 var(--space-1)}
  a {color: var(--accent)}
`;

/** @param {Component<{part: string, text: string, reference: string}>} component */
export function render({model, el}) {
  const link = h("a", {target: "_blank", rel: "noopener"});
  const box = h("div", {className: "box"});
  const show = async () => {
    link.textContent = _("{part}: formula and reference", {part: model.part});
    link.href = model.reference;
    const {showSource} = await import("./codemirror.js");
    box.replaceChildren();
    showSource(box, model.text, _("Source of {part}", {part: model.part}));
  };
  model.on(["part", "text", "reference"], show);
  show();
  el.append(sheet(STYLE), h("p", {}, link), box);
}
