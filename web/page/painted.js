/** Resolves when what was changed just now is to be seen. Where nobody looks, no frame comes and none is waited for. */
export const painted = () => new Promise((done) => {
  const end = () => {
    document.removeEventListener("visibilitychange", end);
    done(undefined);
  };
  document.addEventListener("visibilitychange", end);
  if (document.hidden) end();
  else requestAnimationFrame(() => requestAnimationFrame(end));
});
