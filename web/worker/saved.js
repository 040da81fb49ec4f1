// What is written under /saved survives a reload, where the browser allows it.
let mounted = false;

// Stores what is there now (`fromStorage` false) or takes up what was stored; false where nothing is kept.
export function syncSaved(fromStorage) {
  return new Promise((done) => {
    if (!mounted) return done(false);
    self.pyodide.FS.syncfs(fromStorage, (error) => done(!error));
  });
}

// Makes the folder and fills it from the browser's storage.
export async function mountSaved({FS}) {
  FS.mkdirTree("/saved");
  try {
    FS.mount(FS.filesystems.IDBFS, {}, "/saved");
    mounted = true;
    mounted = await syncSaved(true);
  } catch { mounted = false; }
}
