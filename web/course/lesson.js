// An exercise to be read: the way through the course, the text, hints one by one, the solution last.
import {chooseFiles} from "../components/files.js";
import {button, h, setUnavailable, sheet} from "../components/kit.js";
import {_, lessons, link} from "../page/words.js";
/** @import {Component} from "../components/panel.js" */

const STYLE = `
  nav {display: flex; flex-wrap: wrap; gap: var(--space-2); align-items: center}
  nav select {flex: 1 1 12em; min-width: 0; font-weight: 600}
  .done {flex-basis: 100%; display: flex; align-items: center; gap: var(--space-2); color: var(--muted); font-size: var(--fs-s)}
  progress {flex: 1; height: 6px; border: 0; border-radius: 3px; background: var(--surface-2); accent-color: var(--good); overflow: hidden}
  progress::-webkit-progress-bar {background: var(--surface-2)}
  progress::-webkit-progress-value {background: var(--good)}
  progress::-moz-progress-bar {background: var(--good)}
  @media (forced-colors: active) {
    progress {height: 10px; border: 1px solid CanvasText; forced-color-adjust: none; background: Canvas; --good: Highlight; --surface-2: Canvas}}
  h2 {margin: var(--space-4) 0 var(--space-2); font-size: var(--fs-xl); line-height: 1.25; text-wrap: balance}
  .text, .hint {max-width: 72ch; overflow-wrap: break-word}
  .text p, .hint p {margin: 0 0 var(--space-3)}
  .text li {margin-bottom: var(--space-1)}
  pre {overflow-x: auto; margin: 0 0 var(--space-3); padding: var(--space-3); border-radius: 7px; background: var(--surface-2);
       font: var(--fs-m)/1.5 var(--mono); white-space: pre-wrap}
  code {font-family: var(--mono); font-size: .93em}
  :not(pre) > code {padding: 1px 4px; border-radius: 4px; background: var(--surface-2)}
  a {color: var(--accent)}
  .hint {margin-top: var(--space-2); padding: var(--space-2) var(--space-3); border-left: 4px solid var(--accent);
         border-radius: 4px; background: var(--surface-2)}
  .hint > :last-child {margin-bottom: 0}
  .row {display: flex; flex-wrap: wrap; gap: var(--space-2); margin-top: var(--space-3)}
  details {margin-top: var(--space-4); color: var(--muted)}
  summary {cursor: pointer; min-height: 32px; align-content: center}
`;

/** @typedef {{id: string, title: string, solved: boolean}} Step */
/** @typedef {{exercises: Step[], current: string, text: string, hints: string[], left: number, solution: string, offered: boolean}} LessonPane */

/** @param {Component<LessonPane>} component */
export function render({model, el}) {
  const send = (/** @type {string} */ command, /** @type {unknown} */ value = null) => model.send_msg({command, value});
  const list = h("select", {"aria-label": _("Exercise"), onchange: () => send("go", list.value)});
  const step = (/** @type {number} */ by) => send("go", model.exercises[list.selectedIndex + by].id);
  const back = button("‹", () => step(-1));
  const on = button("›", () => step(1));
  back.setAttribute("aria-label", _("Previous exercise"));
  on.setAttribute("aria-label", _("Next exercise"));
  const bar = h("progress", {"aria-label": _("Solved")});
  const solved = h("span");
  const nav = h("nav", {"aria-label": _("Exercises")}, back, list, on, h("div", {className: "done"}, bar, solved));

  const title = h("h2", {tabIndex: -1});
  const text = h("div", {className: "text"});
  const hints = h("div", {role: "log", "aria-label": _("Hints")});
  const more = button("", () => send("hint"));
  const solve = button(_("Show the solution"), () => send("solution"));
  const solution = h("pre", {tabIndex: 0, "aria-label": _("Solution")});

  const files = h("details", {},
    h("summary", {}, _("Your answers, other exercises")),
    h("p", {}, _("Your answers are kept in this browser. Saved as a file they can be opened again here, or on another device. "
      + "A file of exercises, a Markdown text, is opened in the same way.")),
    h("div", {className: "row"},
      button(_("Save my answers"), () => send("save")),
      button(_("Save my network's code"), () => send("whole")),
      button(_("Open answers or exercises …"), () => chooseFiles(".py,.txt,.md", false, (chosen) => send("files", chosen))),
      button(_("Copy a link to these exercises"), () => send("link", link())),
      button(_("The course of this page"), () => send("own"))),
    h("p", {}, h("a", {href: `${lessons}exercises.html`}, _("How to write exercises of your own"))));

  const showList = () => {
    const {exercises} = model;
    list.replaceChildren(...exercises.map((one, i) =>
      h("option", {value: one.id}, `${i + 1}. ${one.title}${one.solved ? " ✓" : ""}`)));
    list.value = model.current;
    setUnavailable(back, list.selectedIndex <= 0);
    setUnavailable(on, list.selectedIndex === exercises.length - 1);
    const done = exercises.filter((one) => one.solved).length;
    bar.max = exercises.length;
    bar.value = done;
    solved.textContent = _("{done} of {exercises} solved", {done, exercises: exercises.length});
    title.textContent = exercises[list.selectedIndex]?.title ?? "";
  };
  const html = (/** @type {HTMLElement} */ node, /** @type {string} */ content) => {
    node.innerHTML = content;  // rendered from Markdown in which HTML stays text
    for (const link of node.querySelectorAll("a")) link.rel = "noopener";
    return node;
  };
  const showText = () => html(text, model.text);
  const showHints = () => {
    hints.replaceChildren(...model.hints.map((hint) => html(h("div", {className: "hint"}), hint)));
    more.textContent = model.hints.length ? _("Another hint") : _("A hint");
    more.hidden = model.left === 0;
    solve.hidden = !model.offered;
    solution.textContent = model.solution;
    solution.hidden = !model.solution;
  };
  model.on(["exercises", "current"], showList);
  model.on("current", () => {
    title.scrollIntoView({block: "nearest"});
    if (!nav.matches(":focus-within")) title.focus({preventScroll: true});  // what was pressed may be gone
  });
  model.on("text", showText);
  model.on(["hints", "left", "offered", "solution"], showHints);
  showList();
  showText();
  showHints();
  el.append(sheet(STYLE), nav, title, text, hints, h("div", {className: "row"}, more, solve), solution, files);
}
