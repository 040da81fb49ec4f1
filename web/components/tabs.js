// A row of tabs. The panels are elsewhere on the page: this only says which one is wanted.
import {h, sheet} from "./kit.js";
import {rove} from "./roving.js";
/** @import {Component} from "./panel.js" */

const STYLE = `
  .strip {display: flex; gap: var(--space-1); overflow-x: auto; border-bottom: 1px solid var(--line); scrollbar-width: none}
  button {border: 0; border-bottom: 3px solid transparent; border-radius: 6px 6px 0 0; background: none; color: var(--muted);
          min-height: 40px; padding-inline: var(--space-3)}
  button:hover {color: var(--text); background: var(--surface-2)}
  button[aria-selected="true"] {color: var(--text); font-weight: 600; border-bottom-color: var(--accent)}
`;

/** @param {Component<{tabs: string[], active: string, label: string}>} component */
export function render({model, el}) {
  const bar = h("div", {className: "strip", role: "tablist", "aria-label": model.label});
  const settle = rove(bar, () => model.tabs.length);
  for (const name of model.tabs) {
    const tab = h("button", {type: "button", role: "tab", tabIndex: -1}, name);
    tab.onclick = () => { model.active = name; };
    bar.append(tab);
  }
  const mark = () => {
    for (const tab of bar.querySelectorAll("button")) {
      const active = tab.textContent === model.active;
      tab.setAttribute("aria-selected", String(active));
      if (active) tab.tabIndex = 0;
    }
    settle();
  };
  model.on("active", mark);
  mark();
  el.append(sheet(STYLE), bar);
}
