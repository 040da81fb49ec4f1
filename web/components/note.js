// A heading, and a paragraph or more of plain text, in which `code` is marked; an empty line begins the next.
import {h, marked, sheet} from "./kit.js";
/** @import {Component} from "./panel.js" */

const STYLE = `
  h3 {margin: 0 0 var(--space-1); font-size: var(--fs-m); font-weight: 650}
  p {margin: 0; max-width: 80ch}
  p + p {margin-top: var(--space-2)}
  .good, .bad, .warn {padding: var(--space-3); border-left: 4px solid var(--good); border-radius: 4px; background: var(--surface-2);
                      color: var(--text); overflow-wrap: anywhere}
  .bad {border-color: var(--bad)}
  .warn {border-color: var(--warn)}
  code {font: .93em var(--mono)}
`;

/** @param {Component<{title: string, text: string, tone: string, quiet: boolean, label: string}>} component */
export function render({model, el}) {
  const box = h("div", model.label ? {role: "status", "aria-label": model.label} : {});
  const show = () => {
    box.className = model.quiet ? "muted small" : model.tone;
    const paragraphs = model.text.split("\n\n").filter(Boolean).map((text) => h("p", {}, ...marked(text)));
    box.replaceChildren(...(model.title ? [h("h3", {}, model.title)] : []), ...paragraphs);
  };
  model.on(["title", "text", "tone", "quiet"], show);
  show();
  el.append(sheet(STYLE), box);
}
