// A rule for ESLint: what a visitor reads goes through `_` or `ngettext` (page/words.js), and a phrase anywhere else is
// reported. A phrase is two words side by side, or one that begins as a sentence does.
const PHRASE = /[A-Za-z]{2,}[,.:;]? [a-z]+\b(?![\w-]*[:({=])|^[A-Z][a-z]{2,}[.:?…]?$/;
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
export const door = {
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
