const decoder = new TextDecoder();

/** What another process told in JSON, whoever it was. Undefined where it is longer than such a message is, or none. */
export function readTold(payload: Uint8Array, bytesMax: number): unknown {
  if (payload.byteLength > bytesMax) return undefined;
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
}
