import { BACKSLASH, DIGIT_0, isDigit, LOWER_A, LOWER_F, LOWER_U, QUOTE, SPACE } from './ascii.js';
import { type ByteCursor, END_OF_BODY } from './byte-cursor.js';
import type { Fault } from './faults.js';
import { utf8SequenceBytes } from './utf8-sequence.js';

/** The letters that may follow a backslash, `u` aside. */
const SIMPLE_ESCAPES = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)));

/** Reads one string or key. @param cursor on the opening quote  @param bytesMax of the decoded text as UTF-8 */
export function scanString(cursor: ByteCursor, bytesMax: number): Fault | undefined {
  const { bytes, at: opening } = cursor;
  cursor.escapeSurplusBytes = 0;
  let at = opening + 1;
  for (;;) {
    const byte = bytes[at] ?? END_OF_BODY;
    if (byte === QUOTE) break;
    if (byte >= SPACE && byte < 0x80 && byte !== BACKSLASH) {
      at += 1;
      continue;
    }
    cursor.at = at;
    const fault = scanSpecial(cursor, byte);
    if (fault !== undefined) return fault;
    at = cursor.at;
  }
  if (at - opening - 1 - cursor.escapeSurplusBytes > bytesMax) {
    cursor.at = opening;
    return 'longString';
  }
  cursor.at = at + 1;
  return undefined;
}

/** Takes what is more than one plain byte. @param byte at the cursor */
function scanSpecial(cursor: ByteCursor, byte: number): Fault | undefined {
  if (byte === BACKSLASH) return scanEscape(cursor);
  if (byte < SPACE) return cursor.unexpected('controlCharacter');
  const width = utf8SequenceBytes(cursor.bytes, cursor.at);
  cursor.at += width;
  return width === 0 ? 'notUtf8' : undefined;
}

function scanEscape(cursor: ByteCursor): Fault | undefined {
  const { bytes, at } = cursor;
  const letter = bytes[at + 1] ?? END_OF_BODY;
  if (SIMPLE_ESCAPES.has(letter)) return take(cursor, 2, 1);
  if (letter !== LOWER_U) return letter === END_OF_BODY ? 'bodyEnds' : 'badEscape';
  const unit = hexUnit(bytes, at + 2);
  if (unit < 0) return 'badEscape';
  if (unit < 0xd800 || unit > 0xdfff) return take(cursor, 6, utf8BytesOf(unit));
  // Only a second escape can complete a pair: half a pair has no UTF-8 form of its own.
  const hasSecond = bytes[at + 6] === BACKSLASH && bytes[at + 7] === LOWER_U;
  const second = hasSecond ? hexUnit(bytes, at + 8) : -1;
  const isPair = unit < 0xdc00 && second >= 0xdc00 && second <= 0xdfff;
  return isPair ? take(cursor, 12, 4) : 'loneSurrogate';
}

function take(cursor: ByteCursor, escapeBytes: number, decodedBytes: number): undefined {
  cursor.at += escapeBytes;
  cursor.escapeSurplusBytes += escapeBytes - decodedBytes;
}

function utf8BytesOf(unit: number): number {
  if (unit < 0x80) return 1;
  return unit < 0x800 ? 2 : 3;
}

/** The 16 bits that four hexadecimal digits write; -1 if they are not four. */
function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = hexDigit(bytes[i] ?? END_OF_BODY);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - DIGIT_0;
  const lower = byte | 0x20;
  return lower >= LOWER_A && lower <= LOWER_F ? lower - LOWER_A + 10 : -1;
}
