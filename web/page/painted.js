/** Resolves when what was changed just now is to be seen. Where nobody looks, no frame comes and none is waited for. */
export const painted = () => new Promise((done) => {
  if (document.hidden) done(undefined);
  else requestAnimationFrame(() => requestAnimationFrame(done));
});
