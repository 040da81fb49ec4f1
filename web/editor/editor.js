// The box around the editor proper, which is fetched when it comes into view. What is typed can be kept at once, so
// that it outlives whatever happens to Python.
import {h, sheet} from "../components/kit.js";
import {_} from "../page/words.js";
/** @import {Component} from "../components/panel.js" */

/** @typedef {{label: string, detail: string}} Name */
/** @typedef {{line: number, message: string}} Mark */

const PAUSE = 300;  // milliseconds without a key until Python is told

const STYLE = `
  .box {border: 1px solid var(--edge); border-radius: var(--radius); overflow: hidden; background: var(--surface)}
  .box:focus-within {outline: 2px solid var(--accent); outline-offset: 1px}
  .cm-editor {max-height: min(70vh, 640px); font-size: var(--fs-m)}
  .cm-scroller {font-family: var(--mono); line-height: 1.5}
  .wait {padding: var(--space-3); color: var(--muted)}
`;

// The text of the last visit under a name of the page's own; without a name nothing is kept.
const storage = (/** @type {string} */ name) => {
  const key = `nncore-${name} ${new URL("./", document.baseURI).pathname}`;
  return {
    read() {
      try { return (name && localStorage.getItem(key)) || ""; } catch { return ""; }
    },
    /** @param {string} text */
    write(text) {
      try { if (name) localStorage.setItem(key, text); } catch { /* nothing is kept here: the page says so elsewhere */ }
    },
  };
};

/** @typedef {{kept: string, text: string, revision: number, marks: Mark[], names: Name[]}} CodeEditor */

/** @param {Component<CodeEditor>} component */
export function render({model, el}) {
  const box = h("div", {className: "box"}, h("p", {className: "wait", role: "status"}, _("Loading the editor …")));
  el.append(sheet(STYLE), box);
  /** @type {import("./codemirror.js").Editor | null} */
  let editor = null;
  /** @type {number | undefined} */
  let later;

  const kept = storage(model.kept);
  const tell = (/** @type {string} */ text) => {
    clearTimeout(later);
    later = undefined;
    model.send_msg({text, revision: model.revision});
  };
  const changed = (/** @type {string} */ text) => {
    kept.write(text);
    clearTimeout(later);
    later = setTimeout(() => tell(text), PAUSE);
  };
  const run = () => {
    tell(editor?.text() ?? "");
    model.send_msg({run: true});
  };
  // Who leaves the box may be on the way to a button that runs it.
  box.addEventListener("focusout", () => { if (later !== undefined && editor) tell(editor.text()); });

  const open = async () => {
    const {makeEditor} = await import("./codemirror.js");
    const draft = kept.read() || model.text;
    box.replaceChildren();
    editor = makeEditor(box, {text: draft, names: () => model.names, changed, run});
    if (model.revision > 0) editor.replace(model.text);  // undo brings the draft back
    else if (draft !== model.text) tell(draft);
    editor.mark(model.marks);
  };
  model.on("revision", () => editor?.replace(model.text));
  model.on("marks", () => editor?.mark(model.marks));
  open().catch((error) => {
    box.replaceChildren(h("p", {className: "wait bad", role: "alert"}, _("The editor could not be loaded ({error}). Reload the page.", {error: error.message})));
  });
}
