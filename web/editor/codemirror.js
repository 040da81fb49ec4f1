// CodeMirror, set up for Python in the page's own colours.
import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentLess, indentMore} from "@codemirror/commands";
import {globalCompletion, localCompletionSource, pythonLanguage} from "@codemirror/lang-python";
import {bracketMatching, HighlightStyle, indentOnInput, indentUnit, LanguageSupport, syntaxHighlighting} from "@codemirror/language";
import {lintGutter, lintKeymap, setDiagnostics} from "@codemirror/lint";
import {highlightSelectionMatches, search, searchKeymap} from "@codemirror/search";
import {EditorState} from "@codemirror/state";
import {drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers} from "@codemirror/view";
import {tags} from "@lezer/highlight";
import {_} from "../page/words.js";

/**
 * @typedef {object} Editor
 * @property {() => string} text
 * @property {(text: string) => void} replace
 * @property {(marks: {line: number, message: string}[]) => void} mark
 */

const COLOURS = HighlightStyle.define([
  {tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: "var(--accent)", fontWeight: "600"},
  {tag: [tags.string, tags.special(tags.string)], color: "var(--good)"},
  {tag: [tags.number, tags.bool, tags.null], color: "var(--test)"},
  {tag: [tags.comment], color: "var(--muted)", fontStyle: "italic"},
  {tag: [tags.definition(tags.variableName), tags.function(tags.variableName), tags.className], color: "var(--train)"},
  {tag: [tags.invalid], color: "var(--bad)"},
]);

const THEME = EditorView.theme({
  "&": {color: "var(--text)", backgroundColor: "var(--surface)"},
  "&.cm-focused": {outline: "none"},
  ".cm-content": {caretColor: "var(--text)", minHeight: "12em"},
  ".cm-cursor": {borderLeftColor: "var(--text)"},
  ".cm-gutters": {color: "var(--muted)", backgroundColor: "var(--surface-2)", border: "0"},
  ".cm-activeLine, .cm-activeLineGutter": {backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    {backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)"},
  ".cm-tooltip": {color: "var(--text)", backgroundColor: "var(--surface)", borderColor: "var(--line)"},
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {color: "var(--accent-text)", backgroundColor: "var(--accent)"},
  ".cm-panels": {color: "var(--text)", backgroundColor: "var(--surface-2)"},
});

// A completion is taken by an arrow key and Enter; Enter alone begins a new line, whatever is offered meanwhile.
// Tab indents; Escape, then Tab, leaves the box, as CodeMirror's own guide to accessibility has it. F8 goes to the
// next line with a fault and tells it.
const KEYS = [
  {key: "Tab", run: indentMore, shift: indentLess},
  ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap,
  ...defaultKeymap,
];

// CodeMirror's own words: of its search, its list of faults, its completion.
const PHRASES = EditorState.phrases.of({
  "Find": _("Find"), "Replace": _("Replace"), "next": _("next"), "previous": _("previous"), "all": _("all"),
  "match case": _("match case"), "regexp": _("regexp"), "by word": _("by word"), "replace": _("replace"),
  "replace all": _("replace all"), "close": _("close"), "current match": _("current match"), "on line": _("on line"),
  "replaced match on line $": _("replaced match on line $"), "replaced $ matches": _("replaced $ matches"),
  "Go to line": _("Go to line"), "go": _("go"), "Completions": _("Completions"), "Diagnostics": _("Faults"),
  "No diagnostics": _("No faults"),
});

// Triple quotes are typed, not closed by the editor: whoever types all three at the end would get five.
const BRACKETS = pythonLanguage.data.of({
  closeBrackets: {brackets: ["(", "[", "{", "'", '"'], stringPrefixes: ["f", "r", "b", "rb"]},
});

/**
 * Code to be read, under a name of its own.
 * @param {HTMLElement} parent
 * @param {string} text
 * @param {string} label
 */
export function showSource(parent, text, label) {
  new EditorView({
    parent,
    root: /** @type {ShadowRoot} */ (parent.getRootNode()),
    state: EditorState.create({
      doc: text,
      extensions: [
        PHRASES, lineNumbers(), new LanguageSupport(pythonLanguage), syntaxHighlighting(COLOURS), THEME, EditorView.lineWrapping,
        EditorState.readOnly.of(true), EditorView.editable.of(false), keymap.of([...searchKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({"aria-label": label, tabindex: "0"}),
      ],
    }),
  });
}

/**
 * @param {HTMLElement} parent
 * @param {{text: string, names: () => {label: string, detail: string}[], changed: (text: string) => void, run: () => void}} options
 * @returns {Editor}
 */
export function makeEditor(parent, {text, names, changed, run}) {
  const ours = (/** @type {any} */ context) => {
    const word = context.matchBefore(/[\w.]+/);
    if (!word && !context.explicit) return null;
    return {from: word ? word.from : context.pos, options: names(), validFor: /^[\w.]*$/};
  };
  const view = new EditorView({
    parent,
    root: /** @type {ShadowRoot} */ (parent.getRootNode()),
    state: EditorState.create({
      doc: text,
      extensions: [
        PHRASES, lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), indentOnInput(), indentUnit.of("    "),
        bracketMatching(), closeBrackets(), highlightSelectionMatches(), search({top: true}),
        new LanguageSupport(pythonLanguage, [pythonLanguage.data.of({autocomplete: localCompletionSource}),
          pythonLanguage.data.of({autocomplete: globalCompletion})]),
        BRACKETS, pythonLanguage.data.of({autocomplete: ours}),
        autocompletion({selectOnOpen: false}), syntaxHighlighting(COLOURS), THEME, EditorView.lineWrapping,
        keymap.of([{key: "Mod-Enter", run: () => { run(); return true; }}, ...KEYS]),
        EditorView.contentAttributes.of({"aria-label": _("Code, Python. Escape, then Tab, leaves the box"), spellcheck: "false", autocapitalize: "off"}),
        EditorView.updateListener.of((/** @type {any} */ update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace(next) {
      const {doc} = view.state;
      if (next !== doc.toString()) view.dispatch({changes: {from: 0, to: doc.length, insert: next}, selection: {anchor: 0}, scrollIntoView: true});
    },
    mark(marks) {
      const {doc} = view.state;
      const found = marks.filter(({line}) => line >= 1 && line <= doc.lines).map(({line, message}) => {
        const {from, to} = doc.line(line);
        return {from, to, severity: /** @type {const} */ ("error"), message};
      });
      view.dispatch(setDiagnostics(view.state, found));
    },
  };
}
