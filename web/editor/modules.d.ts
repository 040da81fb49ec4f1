// CodeMirror's modules come into the built site through the import map; their types are not fetched.
declare module "@codemirror/*";
declare module "@lezer/highlight";
