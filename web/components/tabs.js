// A row of tabs. The panels are its neighbours on the page, with the class `tabpanel-N` for the tab at place N.
import {button, h, sheet} from "./kit.js";
import {rove} from "./roving.js";
/** @import {Component} from "./panel.js" */

const STYLE = `
  .strip {display: flex; gap: var(--space-1); overflow-x: auto; border-bottom: 1px solid var(--line); scrollbar-width: none}
  button {border: 0; border-bottom: 3px solid transparent; border-radius: 6px 6px 0 0; background: none; color: var(--muted);
          min-height: 40px; flex: none; padding-inline: var(--space-3)}
  button:hover {color: var(--text); background: var(--surface-2)}
  button[aria-selected="true"] {border-bottom-color: var(--accent); color: var(--text); font-weight: 600}
`;

/** @param {Component<{tabs: string[], active: string, label: string}>} component */
export function render({model, el}) {
  const bar = h("div", {className: "strip", role: "tablist", "aria-label": model.label});
  const settle = rove(bar, () => model.tabs.length);
  const tabs = model.tabs.map((name) => {
    const tab = button(name, () => { model.active = name; }, {role: "tab", tabIndex: -1});
    bar.append(tab);
    return tab;
  });
  const mark = () => {
    for (const tab of tabs) {
      const active = tab.textContent === model.active;
      tab.setAttribute("aria-selected", String(active));
      if (active) tab.tabIndex = 0;
    }
    settle();
  };
  // A panel comes when its tab is first chosen.
  const {host} = /** @type {ShadowRoot} */ (el.getRootNode());
  const place = /** @type {ParentNode & Node} */ (host.parentNode);
  const tie = () => tabs.forEach((tab, i) => {
    const panel = place.querySelector(`.tabpanel-${i}`);
    if (!panel) return;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-label", model.tabs[i]);
    tab.ariaControlsElements = [panel];
  });
  const observer = new MutationObserver(tie);
  observer.observe(place, {childList: true});
  model.on("remove", () => observer.disconnect());
  model.on("active", mark);
  mark();
  tie();
  el.append(sheet(STYLE), bar);
}
