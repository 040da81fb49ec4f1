/**
 * Bytes as text that travels to Python, see wire.py.
 * @param {Uint8Array} bytes
 */
export function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
