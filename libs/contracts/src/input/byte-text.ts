const LOOP_BYTES_MAX = 24;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of bytes that are known to be UTF-8. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  // A call of the decoder costs more than a short loop does, and nearly all keys and numbers are short ASCII.
  if (end - start > LOOP_BYTES_MAX) return decoder.decode(bytes.subarray(start, end));
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Whether the bytes of [start, end) are this ASCII text. */
export function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
