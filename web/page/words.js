// The door that every word of the scripts goes through; web/words/__init__.py is Python's.
await window.nncoreLanguage.ready;
export const {_, ngettext, link, lessons} = window.nncoreLanguage;
