import { CARRIAGE_RETURN, LINE_FEED, SPACE, TAB } from './ascii.js';
import type { Fault } from './faults.js';
import { utf8SequenceBytes } from './utf8-sequence.js';

/** What reading past the last byte gives; smaller than every byte, equal to none. */
export const END_OF_BODY = -1;

/**
 * Where a scan stands; one a scan, shared by its parts. A part that returns a fault leaves `at` on the byte to blame,
 * any other leaves it behind what it has read.
 */
export class ByteCursor {
  at = 0;
  /** Bytes by which its escapes lengthen the string read last; 0 exactly if it has none. */
  escapeSurplusBytes = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** Skips what RFC 8259 calls whitespace and looks at the next byte without taking it. */
  peekSignificant(): number {
    for (;;) {
      const byte = this.bytes[this.at] ?? END_OF_BODY;
      if (byte > SPACE || !isWhitespace(byte)) return byte;
      this.at += 1;
    }
  }

  /** Names what stands at the cursor in place of what was `expected`: the end, bytes that are no text, or other text. */
  unexpected(expected: Fault): Fault {
    const byte = this.bytes[this.at];
    if (byte === undefined) return 'bodyEnds';
    return byte >= 0x80 && utf8SequenceBytes(this.bytes, this.at) === 0 ? 'notUtf8' : expected;
  }
}

function isWhitespace(byte: number): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;
}
