/**
 * Measures the character that starts at `at`, where a byte of 0x80 or more stands.
 *
 * The second byte alone tells overlong forms, surrogates and code points beyond U+10FFFF apart from text
 * (Unicode 15, table 3-7), so no code point is computed.
 *
 * @returns 2, 3 or 4; 0 if this is not UTF-8
 */
export function utf8SequenceBytes(bytes: Uint8Array, at: number): 0 | 2 | 3 | 4 {
  const lead = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(second)) return 0;
  if (lead < 0xe0) return 2;
  if (!isContinuation(bytes[at + 2] ?? 0)) return 0;
  if (lead < 0xf0) {
    const isOverlong = lead === 0xe0 && second < 0xa0;
    const isSurrogate = lead === 0xed && second > 0x9f;
    return isOverlong || isSurrogate ? 0 : 3;
  }
  const isOverlong = lead === 0xf0 && second < 0x90;
  const isBeyondUnicode = lead === 0xf4 && second > 0x8f;
  return isOverlong || isBeyondUnicode || !isContinuation(bytes[at + 3] ?? 0) ? 0 : 4;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
