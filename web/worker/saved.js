// What is written under /saved survives a reload, where the browser allows it.
let mounted = false;

// Stores what is there now (`fromStorage` false) or takes up what was stored; false where nothing is kept.
/**
 * @param {boolean} fromStorage
 * @returns {Promise<boolean>}
 */
export function syncSaved(fromStorage) {
  return new Promise((done) => {
    if (!mounted) return done(false);
    self.pyodide.FS.syncfs(fromStorage, (error) => done(!error));
  });
}

// Resolves when no other tab works on what is kept, with the function that lets the next one. Browsers have locks
// at secure addresses only; elsewhere the last one to write wins, as it always did.
self.lockSaved = () => new Promise((held) => {
  if (!navigator.locks) return held(() => {});
  navigator.locks.request("nncore-lab saved", () => new Promise((/** @type {(_: void) => void} */ release) => held(() => release())))
    .catch(() => held(() => {}));  // this browser is to keep nothing: syncSaved says so
});

/** @type {Promise<number>} */
let place;  // this tab's number among those that are open

// Takes the lowest number that no other tab has, held as long as this worker lives: a reload gets its own again. A
// worker in place of another takes over `left`, which the other may hold a moment longer, ended in a long computation.
/** @param {number} [left] */
export function takePlace(left) {
  place = take(left);
}

/** @param {number} [left] */
async function take(left) {
  for (let number = left ?? 0; navigator.locks; number++) {
    const how = left === undefined ? {ifAvailable: true} : {steal: true};
    const got = await new Promise((done) => navigator.locks.request(`nncore-lab place ${number}`, how,
      (lock) => { done(Boolean(lock)); return lock && new Promise(() => {}); }).catch(() => done(true)));
    if (got) return number;
  }
  return 0;
}

// Makes the folder and fills it from the browser's storage.
/** @param {import("./pyodide.js").Pyodide} pyodide */
export async function mountSaved({FS}) {
  self.savedPlace = await place;
  FS.mkdirTree("/saved");
  try {
    FS.mount(FS.filesystems.IDBFS, {}, "/saved");
    mounted = true;
    mounted = await syncSaved(true);
  } catch { mounted = false; }
}
