import { DIGIT_0, isDigit, LOWER_E, MINUS, PLUS, POINT, UPPER_E } from './ascii.js';
import { type ByteCursor, END_OF_BODY } from './byte-cursor.js';
import { textOf } from './byte-text.js';
import type { Fault } from './faults.js';

/** Any integer of 15 digits is below 2^53. */
const ALWAYS_SAFE_DIGITS = 15;
/** The smallest float is 5e-324, so a non-zero digit among the first 300 keeps a number from becoming 0. */
const NEVER_ZERO_DIGITS = 300;

/**
 * Reads one number, and refuses one that JavaScript would hold as something else.
 *
 * - N1: beyond ±(2^53-1) it is refused however it is written: 9007199254740993, 9007199254740993.0, 1e20. There every
 *   float is an integer and has neighbours that are none, so `===` and a digest would take two numbers for one.
 * - N2: one that becomes Infinity (1e400) is refused, and so is one that is not zero and becomes 0 (1e-400).
 * - N3: a fraction is rounded to the nearest float and accepted: 0.1 has no exact float, so a stricter rule would refuse it.
 * - N4: -0 is accepted. It equals 0 for `===`, JSON.stringify and JCS, so the digest of its params is that of 0.
 *
 * @param cursor on the minus sign or the first digit
 */
export function scanNumber(cursor: ByteCursor): Fault | undefined {
  const start = cursor.at;
  if (cursor.bytes[start] === MINUS) cursor.at += 1;
  // A leading zero stands alone: in "01" the 1 is left over, and refused by whoever reads on.
  const wholeDigits = cursor.bytes[cursor.at] === DIGIT_0 ? takeOne(cursor) : takeDigits(cursor);
  if (wholeDigits === 0) return cursor.unexpected('badNumber');
  let fractionDigits = 0;
  if (cursor.bytes[cursor.at] === POINT) {
    cursor.at += 1;
    fractionDigits = takeDigits(cursor);
    if (fractionDigits === 0) return cursor.unexpected('badNumber');
  }
  const mantissaEnd = cursor.at;
  if (isExponentSign(cursor.bytes[cursor.at])) {
    cursor.at += 1;
    const sign = cursor.bytes[cursor.at];
    if (sign === PLUS || sign === MINUS) cursor.at += 1;
    if (takeDigits(cursor) === 0) return cursor.unexpected('badNumber');
  } else if (wholeDigits <= ALWAYS_SAFE_DIGITS && fractionDigits <= NEVER_ZERO_DIGITS) {
    return undefined;
  }
  const fault = rangeFault(cursor.bytes, start, mantissaEnd, cursor.at);
  if (fault !== undefined) cursor.at = start;
  return fault;
}

function rangeFault(bytes: Uint8Array, start: number, mantissaEnd: number, end: number): Fault | undefined {
  const value = Number(textOf(bytes, start, end));
  if (!Number.isFinite(value)) return 'outOfRange';
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return 'unsafeInteger';
  if (value !== 0) return undefined;
  for (let i = start; i < mantissaEnd; i++) if ((bytes[i] ?? 0) > DIGIT_0) return 'outOfRange';
  return undefined;
}

function takeOne(cursor: ByteCursor): number {
  cursor.at += 1;
  return 1;
}

function takeDigits(cursor: ByteCursor): number {
  const start = cursor.at;
  for (;;) {
    const byte = cursor.bytes[cursor.at] ?? END_OF_BODY;
    if (!isDigit(byte)) return cursor.at - start;
    cursor.at += 1;
  }
}

function isExponentSign(byte: number | undefined): boolean {
  return byte === LOWER_E || byte === UPPER_E;
}
