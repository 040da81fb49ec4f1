// The answer in words and a bar per class.
import {h, setText, sheet} from "../components/kit.js";
/** @import {Component} from "../components/panel.js" */

/** @typedef {{name: string, probabilities: number[]}} Answer of one network */
/** @typedef {{headline: string, words: string, series: Answer[]}} Prediction `series` in a fixed order */

const STYLE = `
  .answer {display: flex; align-items: center; gap: var(--space-3); min-height: 64px; margin: 0 0 var(--space-2)}
  .digit {font-size: 56px; line-height: 1; font-weight: 650; font-variant-numeric: tabular-nums; min-width: 36px}
  .digit:empty {display: none}
  .words {color: var(--muted)}
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

/** @param {Component<Prediction>} component */
export function render({model, el}) {
  const headline = h("span", {className: "digit"});
  const words = h("span", {className: "words"});
  const legend = h("div", {className: "legend"});
  const list = h("ol", {className: "bars", "aria-label": "Probability of each digit"});
  el.append(
    sheet(STYLE), h("div", {className: "answer", role: "status", "aria-label": "Prediction"}, headline, " ", words),
    legend, list,
  );
  const draw = () => {
    const {series} = model;
    setText(headline, model.headline);
    setText(words, model.words);
    legend.replaceChildren(...series.map(({name}, i) => h("span", {}, h("i", {className: KINDS[i]}), name)));
    const classes = Math.max(10, ...series.map(({probabilities}) => probabilities.length)); // own data may have more
    const best = Math.max(...(series[0]?.probabilities ?? []));
    list.replaceChildren(...Array.from({length: classes}, (_, k) => {
      const answers = series.filter(({probabilities}) => k < probabilities.length);
      return h("li", {
        className: series[0]?.probabilities[k] === best ? "top" : "",
        title: answers.map(({name, probabilities}) => `${name} ${(100 * probabilities[k]).toFixed(1)} %`).join(", "),
      }, h("span", {className: "columns"}, ...series.map(({probabilities}, i) =>
        h("span", {className: KINDS[i], style: `height: ${100 * (probabilities[k] ?? 0)}%`}))), String(k));
    }));
  };
  model.on(["headline", "words", "series"], draw);
  draw();
}
