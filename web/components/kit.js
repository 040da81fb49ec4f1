// What the dashboard's own components share: their look, made of the theme's tokens, and a way to make nodes.
const KIT = `
  :host {display: block; color: var(--text); font: var(--fs-m)/1.45 var(--font)}
  *, *::before, *::after {box-sizing: border-box}
  button, select, input, textarea, summary {font: inherit; color: inherit}
  button, select, input:not([type="checkbox"], [type="range"], [type="file"]) {
    min-height: 34px; padding: 5px 10px; border: 1px solid var(--line); border-radius: 7px; background: var(--surface)}
  button {background: var(--surface-2); cursor: pointer; white-space: nowrap}
  button:hover:enabled, select:hover:enabled {border-color: var(--accent)}
  button:disabled, select:disabled, input:disabled {color: var(--muted); cursor: default; opacity: .6}
  button.primary {background: var(--accent); border-color: var(--accent); color: var(--accent-text); font-weight: 600}
  button.plain {background: none; border-color: transparent}
  input[type="checkbox"] {width: 16px; height: 16px; margin: 0; accent-color: var(--accent)}
  :focus-visible {outline: 2px solid var(--accent); outline-offset: 1px}
  [hidden] {display: none !important}
  .muted {color: var(--muted)}
  .small {font-size: var(--fs-s)}
  .bad {color: var(--bad)}
  .unseen {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap}
`;

// h("button", {type: "button", onclick, "aria-label": "…"}, "text", child): a node.
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node && !name.includes("-")) node[name] = value;
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export const sheet = (css) => h("style", {textContent: KIT + css});

// Change a node's text only if it is another one: unchanged text is not read out again.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
