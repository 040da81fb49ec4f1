// Lints scripts with ESLint:  node lint.mjs LINTER FILE [FILE ...]
// LINTER is ESLint's linter as one module. The rules are those of its recommended ones that TypeScript's checker
// does not cover, and a few about style.
import {readFileSync} from "node:fs";
import {pathToFileURL} from "node:url";
import {door} from "./door.mjs";

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
const rules = {
  ...Object.fromEntries(RULES.trim().split(/\s+/).map((rule) => [rule, "error"])),
  "prefer-const": ["error", {destructuring: "all"}],
};

const [module, ...files] = process.argv.slice(2);
const {Linter} = await import(pathToFileURL(module).href);
const linter = new Linter();
let found = 0;
for (const file of files) {
  const text = readFileSync(file, "utf-8");
  const sourceType = /^(import|export) /m.test(text) ? "module" : "script";
  const config = {
    plugins: {words: {rules: {door}}}, languageOptions: {sourceType}, linterOptions: {reportUnusedDisableDirectives: "error"},
    rules: {...rules, "words/door": file.endsWith(".js") ? "error" : "off"},  // .mjs is for programmers
  };
  for (const {line, column, ruleId, message} of linter.verify(text, [config])) {
    console.log(`${file}:${line}:${column}: ${message} (${ruleId ?? "syntax"})`);
    found++;
  }
}
process.exit(found ? 1 : 0);
