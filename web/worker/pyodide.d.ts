// Pyodide, as far as the worker uses it; what begins with _ or belongs to Emscripten is not a public interface.

/** Emscripten's file system. */
export interface FileSystem {
  mkdirTree(path: string): void;
  writeFile(path: string, content: Uint8Array, options: {canOwn: boolean}): void;
  mount(kind: unknown, options: object, path: string): void;
  syncfs(fromStorage: boolean, done: (error: unknown) => void): void;
  filesystems: {IDBFS: unknown};
}

/** A shared library that is loaded. */
export interface Library {name: string; refcount: number; global: boolean; exports: unknown}

/** Emscripten's module. */
export interface EmscriptenModule {
  LDSO: {loadedLibsByHandle: Record<string | number, Library>};
  newDSO(name: string, handle: number | undefined, symbols: "loading"): Library;
  loadWebAssemblyModule(module: WebAssembly.Module, flags: object, name: string, scope: object): unknown;
}

/** What a start of Emscripten's module is given. */
export interface EmscriptenSettings {preRun: ((module: EmscriptenModule) => void)[]}

export interface Pyodide {
  FS: FileSystem;
  runPython(code: string): any;
  pyimport(module: string): any;
  toPy(value: unknown): any;
  _api: {on_fatal(error: Error): void};
  _module: EmscriptenModule;
  /** The memory of a Pyodide that was loaded for it; `serializer` names the objects that Python holds. */
  makeMemorySnapshot(settings: {serializer(object: unknown): unknown}): Uint8Array;
}

export type LoadPyodide = (options: object) => Promise<Pyodide>;

declare global {
  /** Where Pyodide's script leaves the maker of its module, which its loader calls. */
  var _createPyodideModule: (settings: EmscriptenSettings) => Promise<EmscriptenModule>;
}
