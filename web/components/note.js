// A heading, and a paragraph or more of plain text; an empty line begins the next.
import {h, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

const STYLE = `
  h3 {margin: 0 0 var(--space-1); font-size: var(--fs-m); font-weight: 650}
  p {margin: 0; max-width: 80ch}
  p + p {margin-top: var(--space-2)}
`;

/** @param {Component<{title: string, text: string, quiet: boolean, label: string}>} component */
export function render({model, el}) {
  const box = h("div", model.label ? {role: "status", "aria-label": model.label} : {});
  const show = () => {
    box.className = model.quiet ? "muted small" : "";
    const paragraphs = model.text.split("\n\n").filter(Boolean).map((text) => h("p", {}, text));
    box.replaceChildren(...(model.title ? [h("h3", {}, model.title)] : []), ...paragraphs);
  };
  model.on(["title", "text", "quiet"], show);
  show();
  el.append(sheet(STYLE), box);
}
