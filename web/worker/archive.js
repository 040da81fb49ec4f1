// Solid archives: a line of JSON, [[path, size], ...], then the files' bytes in that order.

// The files of an archive as [[path, bytes], ...].
/**
 * @param {ArrayBuffer} buffer
 * @returns {[string, Uint8Array<ArrayBuffer>][]}
 */
export function entries(buffer) {
  const bytes = new Uint8Array(buffer);
  let offset = bytes.indexOf(10) + 1;
  /** @type {[string, number][]} */
  const index = JSON.parse(new TextDecoder().decode(bytes.subarray(0, offset)));
  return index.map(([path, size]) => [path, bytes.subarray(offset, offset += size)]);
}

// Lays out an archive's files under `folder` of Pyodide's file system.
/**
 * @param {import("./pyodide.js").FileSystem} FS
 * @param {string} folder
 * @param {ArrayBuffer} buffer
 */
export function unpack(FS, folder, buffer) {
  const made = new Set();
  for (const [path, content] of entries(buffer)) {
    const target = `${folder}/${path}`, parent = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(parent)) FS.mkdirTree(parent);
    made.add(parent);
    FS.writeFile(target, content, {canOwn: true});
  }
}
