// The answer in words and a bar per digit. `series` has one entry per network, in a fixed order.

const PREDICTION_STYLE = `
  :host {display: block; color: var(--text); font: var(--fs-m)/1.35 var(--font)}
  .answer {display: flex; align-items: center; gap: var(--space-3); min-height: 64px; margin: 0 0 var(--space-2)}
  .digit {font-size: 56px; line-height: 1; font-weight: 650; font-variant-numeric: tabular-nums; min-width: 36px}
  .digit:empty {display: none}
  .words {color: var(--muted)}
  .problem {margin: 0 0 var(--space-2); color: var(--bad)}
  .problem:empty {display: none}
  .legend {display: flex; gap: var(--space-4); margin: 0 0 var(--space-1); font-size: var(--fs-s); color: var(--muted)}
  .legend i {display: inline-block; width: 12px; height: 8px; margin-right: 6px; border-radius: 2px}
  .bars {display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 4px; margin: 0; padding: 0; list-style: none}
  .bars li {display: grid; gap: 2px; text-align: center; color: var(--muted); font-variant-numeric: tabular-nums}
  .bars .top {color: var(--text); font-weight: 650}
  .columns {display: flex; gap: 2px; height: 72px; align-items: end; border-bottom: 1px solid var(--line)}
  .columns span {flex: 1; min-height: 1px; border-radius: 3px 3px 0 0}
  .first {background: var(--accent)}
  .second {background: repeating-linear-gradient(135deg, var(--muted) 0 2px, transparent 2px 4px);
           outline: 1px solid var(--muted); outline-offset: -1px}
`;
const KINDS = ["first", "second"];

export function render({model, el}) {
  el.innerHTML = `
    <style>${PREDICTION_STYLE}</style>
    <div class="answer" role="status" aria-label="Prediction"><span class="digit"></span> <span class="words"></span></div>
    <p class="problem" role="status" aria-label="Problem"></p>
    <div class="legend"></div>
    <ol class="bars" aria-label="Probability of each digit"></ol>`;
  const list = el.querySelector(".bars");
  const put = (name, text) => {
    const node = el.querySelector(name);
    if (node.textContent !== text) node.textContent = text; // what is unchanged is not read out again
  };
  const draw = () => {
    put(".digit", model.headline);
    put(".words", model.words);
    put(".problem", model.problem);
    el.querySelector(".legend").replaceChildren(...model.series.map(({name}, i) => {
      const entry = document.createElement("span");
      entry.innerHTML = `<i class="${KINDS[i]}"></i>`;
      entry.append(name);
      return entry;
    }));
    const classes = Math.max(10, ...model.series.map(({probabilities}) => probabilities.length)); // own data may have more
    if (list.children.length !== classes) {
      list.innerHTML = Array.from({length: classes}, (_, k) => `<li><span class="columns"></span>${k}</li>`).join("");
    }
    [...list.children].forEach((bar, digit) => {
      bar.querySelector(".columns").replaceChildren(...model.series.map(({probabilities}, i) => {
        const column = document.createElement("span");
        column.className = KINDS[i];
        column.style.height = `${100 * (probabilities[digit] ?? 0)}%`;
        return column;
      }));
      const said = model.series.filter(({probabilities}) => digit < probabilities.length)
        .map(({name, probabilities}) => `${name} ${(100 * probabilities[digit]).toFixed(1)} %`);
      bar.title = said.join(", ");
      const answer = model.series[0]?.probabilities ?? [];
      bar.classList.toggle("top", answer[digit] === Math.max(...answer));
    });
  };
  for (const name of ["headline", "words", "problem", "series"]) model.on(name, draw);
  draw();
}
