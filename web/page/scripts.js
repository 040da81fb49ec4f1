// BokehJS and Panel's script. They lie compressed, for not every host compresses on the way; unpacked, each becomes
// a script of the page itself, which its policy allows by the hash that the build listed (web/site/csp.py).
import {_} from "./words.js";

const SILENT_SECONDS = 20;

/** @typedef {{path: string, what: string, integrity: string}} SiteScript */

/** @param {SiteScript} script */
async function text({path, what, integrity}) {
  const {stalled} = window.nncoreFailure;
  const silence = setTimeout(() => stalled(_("Waiting for {what}.", {what})), SILENT_SECONDS * 1000);
  try {
    const answer = await fetch(path, {integrity, priority: "low"}).catch(() => fetch(path, {integrity, cache: "reload"}));
    if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
    return await new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).text();
  } catch (error) {
    window.nncoreFailure.show({what: _("A part of the page did not load: {name}.", {name: what}),
      details: `${path}: ${error}`});
    throw error;
  } finally {
    clearTimeout(silence);
    stalled("");
  }
}

/**
 * Fetches the scripts now and runs them, in this order, when `first` is over.
 * @param {SiteScript[]} scripts
 * @param {Promise<unknown>} first
 */
export async function runScripts(scripts, first) {
  const texts = scripts.map(text);
  for (const each of texts) each.catch(() => {});  // told where it is awaited
  await first;
  for (const each of texts) document.head.append(Object.assign(document.createElement("script"), {textContent: await each}));
}
