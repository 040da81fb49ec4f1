// The answer in words and a bar per class.
import {announcer, h, setText, sheet} from "../components/kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "../components/panel.js" */

/** @typedef {{name: string, classes: string[], probabilities: number[]}} Answer of one network */
/** @typedef {{name: string, headline: string, text: string}} Other what a network says whose answer does not count */
/**
 * @typedef {{headline: string, words: string, problem: string, others: Other[], series: Answer[], bars: boolean,
 *   marks: Record<string, "first" | "second">}} Prediction `series`: the answer that counts comes first
 */

const STYLE = `
  .answer {display: flex; flex-wrap: wrap; align-items: center; gap: 0 var(--space-3); min-height: 64px; margin: 0 0 var(--space-2)}
  .headline {font-size: 64px; line-height: 1; font-weight: 650; font-variant-numeric: tabular-nums; min-width: 36px; flex: none}
  .headline.name {font-size: 28px}
  .headline:empty {display: none}
  .words {flex: 1 1 80px; color: var(--muted)}
  .others {margin: 0 0 var(--space-2); padding: 0; list-style: none; color: var(--muted); font-size: var(--fs-s)}
  .others b {margin-right: 4px; color: var(--text); font-size: 22px; line-height: 1}
  .others b:empty {display: none}
  .problem {margin: 0 0 var(--space-2); color: var(--bad)}
  .problem:empty {display: none}
  .legend {display: flex; flex-wrap: wrap; gap: var(--space-4); margin: 0 0 var(--space-1); font-size: var(--fs-s); color: var(--muted)}
  i.first, i.second {display: inline-block; width: 12px; height: 8px; margin-right: 6px; border-radius: 2px}
  .whose {display: block; color: var(--text); font-size: var(--fs-s); font-weight: 550}
  .bars {display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 4px; margin: 0; padding: 0; list-style: none}
  .bars li {display: grid; gap: 2px; text-align: center; color: var(--muted); font-variant-numeric: tabular-nums}
  .bars .class {overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
  .bars .top {color: var(--text); font-weight: 650}
  .bars small {min-height: 1.35em; font-size: 11px; line-height: 1.35}
  .columns {display: flex; gap: 2px; height: 72px; align-items: end; border-bottom: 1px solid var(--line)}
  .columns span {flex: 1; min-height: 1px; border-radius: 3px 3px 0 0}
  .first {background: var(--accent)}
  .second {background: repeating-linear-gradient(135deg, var(--muted) 0 2px, transparent 2px 4px);
           outline: 1px solid var(--muted); outline-offset: -1px}
  @media (forced-colors: active) {
    .first, .second {forced-color-adjust: none; outline: 1px solid CanvasText}
    .first {background: Highlight} .second {background: Canvas}
  }
`;

/** @param {Component<Prediction>} component */
export function render({model, el}) {
  const headline = h("span", {className: "headline"});
  const whose = h("span", {className: "whose"});
  const certainty = h("span");
  const words = h("span", {className: "words"}, whose, certainty);
  const problem = h("p", {className: "problem", role: "status", "aria-label": _("Problem")});
  const others = h("ul", {className: "others"});
  const legend = h("div", {className: "legend", "aria-hidden": "true"});
  const list = h("ol", {className: "bars", "aria-label": _("Probabilities")});
  // A network in training changes its mind many times a second: what it settles at is read out.
  const {node: said, say} = announcer();
  el.append(
    sheet(STYLE),
    h("div", {className: "answer", role: "status", "aria-live": "off", "aria-label": _("Prediction")}, headline, " ", words),
    said, problem, others, h("div", {className: model.bars ? "" : "unseen"}, legend, list),
  );
  const bar = (/** @type {string} */ name) => {
    const columns = h("span", {className: "columns"});
    const figure = h("small", {"aria-hidden": "true"});
    const values = h("span", {className: "unseen"});
    return {columns, figure, values, node: h("li", {}, figure, columns, h("span", {className: "class"}, name), values)};
  };
  /** @type {ReturnType<typeof bar>[]} */
  let bars = [], shown = "";
  const mark = (/** @type {string} */ name) => h("i", {className: model.marks[name] ?? "first", "aria-hidden": "true"});
  const draw = () => {
    const {series} = model;
    setText(headline, model.headline);
    headline.classList.toggle("name", model.headline.length > 3);
    // Of one network alone nobody asks whose answer it is.
    whose.replaceChildren(...series.length > 1 ? [mark(series[0].name), series[0].name, " "] : []);
    setText(certainty, model.words);
    setText(problem, model.problem);
    say(`${model.headline} ${model.words}`);
    others.replaceChildren(...model.others.map((other) =>
      h("li", {}, h("b", {}, other.headline), mark(other.name), other.text)));
    legend.replaceChildren(...series.map(({name}) => h("span", {}, mark(name), name)));
    const [first, ...rest] = series.map(({classes}) => classes);
    const numbers = Array.from({length: 10}, (_, k) => String(k));
    const names = rest.reduce((longest, classes) => classes.length > longest.length ? classes : longest, first ?? numbers);
    if (names.join("\n") !== shown) {
      shown = names.join("\n");
      bars = names.map(bar);
      list.replaceChildren(...bars.map(({node}) => node));
    }
    const best = Math.max(...(series[0]?.probabilities ?? []));
    bars.forEach(({node, columns, figure, values}, k) => {
      const answer = series[0]?.probabilities[k] ?? 0;
      node.classList.toggle("top", series.length > 0 && answer === best);
      columns.replaceChildren(...series.map(({name, probabilities}) =>
        h("span", {className: model.marks[name] ?? "first", style: `height: ${100 * (probabilities[k] ?? 0)}%`})));
      setText(figure, answer >= 0.005 ? `${Math.round(100 * answer)}%` : "");
      setText(values, series.filter(({probabilities}) => k < probabilities.length)
        .map(({name, probabilities}) => `: ${name} ${(100 * probabilities[k]).toFixed(1)}%`).join(""));
      node.title = `${names[k]}${values.textContent}`;
    });
  };
  model.on(["headline", "words", "problem", "others", "series"], draw);
  draw();
}
