// What the page's scripts share beyond imports.

/** The worker, with what it said before python.js listened. */
type EarlyWorker = Worker & {early: Event[]};

/** BokehJS, a classic script. */
declare const Bokeh: any;

/** A language of the site: its own name, its plural forms by the browser's names, its words and first page; English has none of these. */
type Language = {name: string, forms?: {[form: string]: number}, page?: {path: string, integrity: string}, first?: {path: string, integrity: string}};

interface Window {
  /** Through which Panel imports its components' modules. */
  importShim: unknown;
  nncoreTheme: {toggle(): void};
  /** site.json, which the build writes. */
  nncoreSite: {scripts: import("./scripts.js").SiteScript[], modules: string, worker: {[name: string]: string}, languages: {[tag: string]: Language}};
  nncoreLanguage: {
    /** of what is spoken, as in <html lang> */
    tag: string,
    /** What the address asks for; null for nothing. */
    asked(): string | null,
    nearest(tag: string | null): string | undefined,
    choose(tag: string): void,
    /** What a link to this page begins with: it keeps a language that the visitor or a link chose. */
    link(): string,
    /** The folder of the lessons in this language. */
    lessons: string,
    /** Resolves when the words are there. */
    ready: Promise<void>,
    _(message: string, values?: Record<string, unknown>): string,
    ngettext(one: string, many: string, n: number, values?: Record<string, unknown>): string,
  };
  nncoreWorker: EarlyWorker;
  /**
   * Makes a worker and starts Python in it, not from the snapshot if `ordinary`. It takes over another's `place`
   * (worker/saved.js) and what that one `compiled`.
   */
  nncoreLaunch(how?: {ordinary: boolean, place?: number, compiled?: Map<string, WebAssembly.Module>}): EarlyWorker;
  nncoreFailure: {
    /** `details`: text, or the error itself. */
    show(failure: {what: string, details?: unknown, advice?: string, title?: string}): Promise<void>,
    stalled(what: string): Promise<void>,
  };
}
