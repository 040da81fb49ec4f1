// One tab stop for a group of buttons: arrow keys, Home and End move within it, as in any grid.

/**
 * @param {HTMLElement} group
 * @param {() => number} columns how many buttons stand in a row
 * @returns {() => void} to be called after the buttons changed: keeps the tab stop if it is still there
 */
export function rove(group, columns) {
  const buttons = () => [...group.querySelectorAll("button")];
  /** @type {Record<string, () => number>} */
  const steps = {ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => -columns(), ArrowDown: () => columns()};

  /** @param {EventTarget | null} [current] */
  const settle = (current) => {
    for (const button of buttons()) button.tabIndex = button === current ? 0 : -1;
  };
  group.addEventListener("focusin", (event) => settle(event.target));
  group.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.findIndex((button) => button === event.target);
    if (at < 0) return;
    let to = 0;
    if (event.key === "End") to = all.length - 1;
    else if (event.key in steps) to = at + steps[event.key]();
    else if (event.key !== "Home") return;
    event.preventDefault();
    all[to]?.focus();
  });
  return () => {
    const all = buttons();
    settle(all.find((button) => button.tabIndex === 0) ?? all[0]);
  };
}
