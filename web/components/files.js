// Files from the visitor's device, as plain data that can travel to Python.
import {h} from "./kit.js";

/** @typedef {{name: string, base64: string}} Sent a file */

/**
 * @param {Iterable<File>} list
 * @returns {Promise<Sent[]>}
 */
export async function readFiles(list) {
  return Promise.all([...list].map(async (file) => {
    const address = await /** @type {Promise<string>} */ (new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(String(reader.result));
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(file);
    }));
    return {name: file.name, base64: address.slice(address.indexOf(",") + 1)};
  }));
}

/**
 * Let the visitor choose files, then `take` what they hold.
 * @param {string} accept kinds of files, as in HTML
 * @param {boolean} multiple
 * @param {(files: Sent[]) => void} take
 */
export function chooseFiles(accept, multiple, take) {
  const input = h("input", {type: "file", accept, multiple});
  input.onchange = async () => take(await readFiles(input.files ?? []));
  input.click();
}
