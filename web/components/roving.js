// One tab stop for a group of buttons: arrow keys, Home and End move within it, as in any grid.
// `columns()` says how many buttons stand in a row.
export function rove(group, columns) {
  const buttons = () => [...group.querySelectorAll("button")];
  const steps = {ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => -columns(), ArrowDown: () => columns()};

  const settle = (current) => {
    for (const button of buttons()) button.tabIndex = button === current ? 0 : -1;
  };
  group.addEventListener("focusin", (event) => settle(event.target));
  group.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(event.target);
    if (at < 0) return;
    let to;
    if (event.key === "Home") to = 0;
    else if (event.key === "End") to = all.length - 1;
    else if (event.key in steps) to = at + steps[event.key]();
    else return;
    event.preventDefault();
    all[to]?.focus();
  });
  // After the buttons changed: keep the current tab stop if it is still there.
  return () => {
    const all = buttons();
    settle(all.find((button) => button.tabIndex === 0) ?? all[0]);
  };
}
