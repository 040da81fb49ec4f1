// Lints scripts with ESLint:  node lint.mjs LINTER FILE [FILE ...]
// LINTER is ESLint's linter as one module. The rules are those of its recommended ones that TypeScript's checker
// does not cover, and a few about style.
import {readFileSync} from "node:fs";
import {pathToFileURL} from "node:url";

const RULES = `
  eqeqeq no-var no-eval no-implied-eval no-throw-literal no-unused-expressions no-template-curly-in-string
  object-shorthand no-unused-vars no-unused-private-class-members no-unassigned-vars no-useless-assignment
  no-useless-catch no-useless-escape no-useless-backreference no-empty no-empty-pattern no-empty-static-block
  no-empty-character-class no-misleading-character-class no-control-regex no-regex-spaces no-invalid-regexp
  no-irregular-whitespace no-async-promise-executor no-unsafe-finally no-unsafe-optional-chaining no-self-assign
  no-self-compare no-cond-assign no-constant-condition no-constant-binary-expression no-case-declarations
  no-fallthrough no-debugger no-loss-of-precision no-shadow-restricted-names no-sparse-arrays no-prototype-builtins
  no-unexpected-multiline for-direction getter-return require-yield preserve-caught-error
`;
// What a visitor reads goes through `_` or `ngettext` (page/words.js): a phrase anywhere else is reported. A phrase is two
// words side by side, or one that begins as a sentence does.
const PHRASE = /[A-Za-z]{2,}[,.:;]? [a-z]{2,}(?![\w-]*[:({=])|^[A-Z][a-z]{2,}[.:?…]?$/;
// Names, values of CSS and class, Python.
const LEFT = /^(0 · )?nncore.lab|^(Tab|Files|Python)$|^import |var\(--|^(muted|half) /;
const DOOR = new Set(["_", "ngettext", "pgettext", "LoadError"]);
// What takes strings of other kinds: selectors, names of keys and events, words for programmers.
const ELSEWHERE = new Set(["querySelector", "querySelectorAll", "closest", "matches", "matchMedia", "$", "setProperty", "Error", "TypeError",
  "info", "warn", "error", "log", "Set", "request", "define"]);
/** @param {any} node */
const called = ({callee}) => callee.property?.name ?? callee.name;
/** @param {any} node @param {any} parent whether what stands in `node` is no text for a visitor, or has gone through the door */
const passes = (node, parent) => {
  switch (parent.type) {
    case "CallExpression": case "NewExpression": return parent.callee !== node && (DOOR.has(called(parent)) || ELSEWHERE.has(called(parent)));
    case "ImportDeclaration": case "ImportExpression": case "SwitchCase": case "MemberExpression": return true;
    case "BinaryExpression": return /^[!=]==$/.test(parent.operator);
    case "Property": return parent.key === node || /^(className|style|role|type|details)$/.test(parent.key.name);
    case "VariableDeclarator": return /^(STYLE|KIT)$/.test(parent.id.name);
    default: return false;
  }
};
const door = {
  create: (/** @type {any} */ context) => {
    const check = (/** @type {any} */ node, /** @type {string} */ text) => {
      if (!PHRASE.test(text.trim()) || LEFT.test(text)) return;
      for (let at = node; at.parent; at = at.parent) if (passes(at, at.parent)) return;
      context.report({node, message: `A phrase that bypasses the door of words: ${text.trim().slice(0, 60)}`});
    };
    return {
      Literal: (/** @type {any} */ node) => typeof node.value === "string" && check(node, node.value),
      TemplateLiteral: (/** @type {any} */ node) => check(node, node.quasis.map((/** @type {any} */ part) => part.value.cooked).join("0")),
    };
  },
};
const rules = {
  ...Object.fromEntries(RULES.trim().split(/\s+/).map((rule) => [rule, "error"])),
  "prefer-const": ["error", {destructuring: "all"}],
  "words/door": "error",
};

const [module, ...files] = process.argv.slice(2);
const {Linter} = await import(pathToFileURL(module).href);
const linter = new Linter();
let found = 0;
for (const file of files) {
  const text = readFileSync(file, "utf-8");
  const sourceType = /^(import|export) /m.test(text) ? "module" : "script";
  const config = {plugins: {words: {rules: {door}}}, languageOptions: {sourceType}, linterOptions: {reportUnusedDisableDirectives: "error"}, rules};
  for (const {line, column, ruleId, message} of linter.verify(text, [config])) {
    console.log(`${file}:${line}:${column}: ${message} (${ruleId ?? "syntax"})`);
    found++;
  }
}
process.exit(found ? 1 : 0);
