// What the worker's modules share beyond imports: the site as the build describes it, and what Python finds by name.

/** A file of the site: where it lies, what a failure calls it, its bytes and hash as they travel, packed or not. */
interface SiteFile {path: string; what: string; size: number; integrity: string; gzip: boolean}

/** WebAssembly, packed, and the same as it is. */
interface ModuleFile extends SiteFile {plain: SiteFile}

/** A snapshot of Python, and by which name a device keeps it unpacked. */
interface MemoryFile extends SiteFile {unpacked: {path: string; integrity: string}}

/** Pyodide's own files. */
interface Core extends Record<"loader" | "script" | "stdlib" | "lock", SiteFile> {module: ModuleFile}

/** site.json, with the address of the page's folder. */
interface Site {
  base: string;
  core: Core;
  /** In the order in which they are unpacked. */
  archives: Record<string, SiteFile>;
  panel: string;
  data: Record<string, Record<string, string>>;
  source: SiteFile;
  /** By tag: the page made ahead by theme, the memory of a Python that has it, and the words (English stands in the code). */
  languages: Record<string, {ahead: Record<string, SiteFile>; memory: MemoryFile; python?: SiteFile}>;
}

interface WorkerGlobalScope {
  /** The whole address of a file of the site. */
  siteURL(path: string): string;
  pyodide: import("./pyodide.js").Pyodide;
  // For web/browser/bridge.py.
  siteData: string;
  fetchSource(): Promise<ArrayBuffer>;
  savedPlace: number;
  syncSaved(fromStorage: boolean): Promise<boolean>;
  lockSaved(): Promise<() => void>;
  readBody(
    answer: Response, gunzip: boolean, report?: (received: number, total: number) => void,
  ): Promise<ArrayBuffer>;
}

/** Not in every browser. */
interface WorkerNavigator {
  readonly connection?: {saveData?: boolean; effectiveType?: string};
}
