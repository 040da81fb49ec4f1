// Lays out a solid archive: a line of JSON, [[path, size], ...], then the files' bytes in that order.
export function unpack(FS, folder, buffer) {
  const bytes = new Uint8Array(buffer);
  let offset = bytes.indexOf(10) + 1;
  const made = new Set();
  for (const [path, size] of JSON.parse(new TextDecoder().decode(bytes.subarray(0, offset)))) {
    const target = `${folder}/${path}`, parent = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(parent)) FS.mkdirTree(parent);
    made.add(parent);
    FS.writeFile(target, bytes.subarray(offset, offset += size), {canOwn: true});
  }
}
