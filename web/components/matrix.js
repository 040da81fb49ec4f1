// A confusion matrix as a real table. `content` is one whole value:
// {classes, counts, recall, precision, f1, accuracy}; ratios may be null where there is nothing to divide by.

const STYLE = `
  .scroll {overflow-x: auto; padding: 2px}
  table {border-collapse: separate; border-spacing: 2px; font: var(--fs-s)/1 var(--font); color: var(--text);
         font-variant-numeric: tabular-nums}
  caption {text-align: left; color: var(--muted); padding: 0 2px var(--space-2)}
  th {font-weight: 600; padding: 4px 6px; color: var(--muted)}
  th.figure, td.figure {font-weight: 400; text-align: right; padding: 0 4px 0 8px; white-space: nowrap}
  td {padding: 0; text-align: center}
  button {box-sizing: border-box; width: 100%; min-width: 30px; height: 28px; padding: 0 3px; border-radius: 4px;
          border: 1px solid transparent; cursor: pointer; font: inherit; color: var(--text);
          background: color-mix(in srgb, var(--hue) calc(var(--depth) * 60%), var(--surface-2))}
  button.right {--hue: var(--good); border-color: var(--line)}
  button.wrong {--hue: var(--bad)}
  button.none {color: var(--muted); background: none}
  button:hover {border-color: var(--muted)}
  button:focus-visible {outline: 2px solid var(--accent)}
  button[aria-pressed="true"] {border: 2px solid var(--accent)}
`;

const percent = (ratio) => (ratio === null ? "–" : `${(100 * ratio).toFixed(1)} %`);

function cell(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

export function render({model, el}) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  const table = document.createElement("table");
  scroll.append(table);
  const settle = rove(table, () => model.content.classes.length);

  const build = (classes) => {
    const head = cell("tr", "");
    head.append(cell("td", ""), ...classes.map((name) => cell("th", name, {scope: "col"})));
    head.append(cell("th", "Recall", {scope: "col", class: "figure", title: "of the digits of this row, the share read rightly"}));
    head.append(cell("th", "F1", {scope: "col", class: "figure", title: "harmonic mean of recall and precision"}));
    const rows = classes.map((name, row) => {
      const line = cell("tr", "");
      line.append(cell("th", name, {scope: "row"}));
      classes.forEach((_, column) => {
        const button = cell("button", "", {type: "button", class: row === column ? "right" : "wrong"});
        button.addEventListener("click", () => { model.picked = [row, column, (model.picked[2] ?? 0) + 1]; });
        line.append(cell("td", ""));
        line.lastChild.append(button);
      });
      line.append(cell("td", "", {class: "figure recall"}), cell("td", "", {class: "figure f1"}));
      return line;
    });
    const foot = cell("tr", "");
    foot.append(cell("th", "Precision", {scope: "row", class: "figure", title: "of the digits read as this column, the share that are"}));
    foot.append(...classes.map(() => cell("td", "", {class: "figure precision"})));
    foot.append(cell("td", "", {class: "figure accuracy", colspan: 2}));
    table.replaceChildren(cell("caption", "Row: the digit written. Column: what the network read."), head, ...rows, foot);
  };

  const fill = () => {
    const {classes = [], counts = [], recall, precision, f1, accuracy} = model.content;
    const buttons = () => [...table.querySelectorAll("button")];
    if (buttons().length !== classes.length ** 2) build(classes);
    buttons().forEach((button, i) => {
      const [row, column] = [Math.floor(i / classes.length), i % classes.length];
      const count = counts[row][column];
      const total = counts[row].reduce((sum, n) => sum + n, 0);
      const share = total ? count / total : 0;
      button.textContent = count || "·";
      button.classList.toggle("none", count === 0);
      // The square root lets a handful of errors among a thousand digits be seen.
      button.style.setProperty("--depth", row === column ? 0.5 * share : Math.sqrt(share));
      button.setAttribute("aria-label", `${classes[row]} read as ${classes[column]}: ${count}`);
      button.title = button.getAttribute("aria-label");
    });
    const write = (selector, values) =>
      table.querySelectorAll(selector).forEach((node, i) => { node.textContent = values[i]; });
    write(".recall", (recall ?? []).map(percent));
    write(".f1", (f1 ?? []).map(percent));
    write(".precision", (precision ?? []).map((ratio) => (ratio === null ? "–" : (100 * ratio).toFixed(1))));
    write(".accuracy", [accuracy === undefined ? "" : `accuracy ${percent(accuracy)}`]);
    press();
    settle();
  };
  const press = () => {
    const [row, column] = model.pressed;
    table.querySelectorAll("button").forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === row * model.content.classes.length + column));
    });
  };

  model.on("content", fill);
  model.on("pressed", press);
  fill();
  el.append(style, scroll);
}
