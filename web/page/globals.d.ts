// What the page's scripts share beyond imports.

/** The worker, with what it said before python.js listened. */
type EarlyWorker = Worker & {early: Event[]};

/** BokehJS, a classic script. */
declare const Bokeh: any;

interface Window {
  /** Through which Panel imports its components' modules. */
  importShim: unknown;
  nncoreTheme: {toggle(): void};
  /** site.json, which the build writes. */
  nncoreSite: {modules: string, worker: {[name: string]: string}};
  nncoreWorker: EarlyWorker;
  /** Makes a worker and starts Python in it, not from the snapshot if `ordinary`. */
  nncoreLaunch(ordinary?: boolean): EarlyWorker;
  nncoreFailure: {
    show(failure: {what: string, details?: string, advice?: string, title?: string, keep?: boolean}): Promise<void>,
    stalled(what: string): Promise<void>,
  };
}
