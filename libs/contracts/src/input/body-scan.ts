import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isDigit,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './ascii.js';
import { ByteCursor, END_OF_BODY } from './byte-cursor.js';
import type { Fault } from './faults.js';
import type { InputLimits } from './input-limits.js';
import { isPrototypeKey, keyName, ObjectKeys } from './object-keys.js';
import { scanNumber } from './scan-number.js';
import { scanString } from './scan-string.js';

/** An object or array that is open. `count` is of its keys or items so far, the present one included. */
interface OpenContainer {
  /** Undefined in an array. */
  readonly keys: ObjectKeys | undefined;
  count: number;
  /** The present member's key without its quotes; -1 while there is none. */
  keyStart: number;
  keyEnd: number;
}

/** One scan of one body. `body` runs it; after a fault, `path` and `offset` say where it stopped. */
export class BodyScan {
  private readonly cursor: ByteCursor;
  private readonly open: OpenContainer[] = [];
  private valueCount = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: InputLimits,
  ) {
    this.cursor = new ByteCursor(bytes);
  }

  body(): Fault | undefined {
    const { bytes, cursor } = this;
    if (bytes.length > this.limits.bodyBytesMax) return 'tooLarge';
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'byteOrderMark';
    if (cursor.peekSignificant() === END_OF_BODY) return 'empty';
    let fault = this.value();
    for (;;) {
      if (fault !== undefined) return fault;
      const container = this.open.at(-1);
      if (container === undefined) break;
      fault = this.goOn(container);
    }
    return cursor.peekSignificant() === END_OF_BODY ? undefined : cursor.unexpected('trailing');
  }

  offset(): number {
    return this.cursor.at;
  }

  path(): (string | number)[] {
    const path: (string | number)[] = [];
    for (const { keys, count, keyStart, keyEnd } of this.open) {
      if (keys === undefined && count > 0) path.push(count - 1);
      if (keyStart >= 0) path.push(keyName(this.bytes, keyStart, keyEnd));
    }
    return path;
  }

  /** Takes the next step in a container: its end, or its next member or item. */
  private goOn(container: OpenContainer): Fault | undefined {
    const { cursor } = this;
    const isArray = container.keys === undefined;
    const byte = cursor.peekSignificant();
    if (byte === (isArray ? CLOSE_BRACKET : CLOSE_BRACE)) {
      cursor.at += 1;
      this.open.pop();
      return undefined;
    }
    if (container.count > 0) {
      if (byte !== COMMA) return cursor.unexpected(isArray ? 'arrayGoesOn' : 'objectGoesOn');
      cursor.at += 1;
    }
    return container.keys === undefined ? this.item(container) : this.member(container, container.keys);
  }

  private item(array: OpenContainer): Fault | undefined {
    this.cursor.peekSignificant();
    array.count += 1;
    return array.count > this.limits.arrayItemsMax ? 'tooManyItems' : this.value();
  }

  private member(object: OpenContainer, keys: ObjectKeys): Fault | undefined {
    const { bytes, cursor } = this;
    object.keyStart = -1;
    if (cursor.peekSignificant() !== QUOTE) return cursor.unexpected('keyExpected');
    object.count += 1;
    if (object.count > this.limits.objectKeysMax) return 'tooManyKeys';
    const opening = cursor.at;
    const fault = scanString(cursor, this.limits.stringBytesMax);
    if (fault !== undefined) return fault;
    const start = opening + 1;
    const end = cursor.at - 1;
    object.keyStart = start;
    object.keyEnd = end;
    const name = cursor.escapeSurplusBytes > 0 ? keyName(bytes, start, end) : undefined;
    if (isPrototypeKey(bytes, start, end, name)) return this.blame(opening, 'prototypeKey');
    if (!keys.add(start, end, name)) return this.blame(opening, 'duplicateKey');
    if (cursor.peekSignificant() !== COLON) return cursor.unexpected('colonExpected');
    cursor.at += 1;
    cursor.peekSignificant();
    return this.value();
  }

  /** Reads a scalar, or opens a container and leaves its inside to `goOn`. The cursor is on its first byte. */
  private value(): Fault | undefined {
    const { bytes, cursor } = this;
    this.valueCount += 1;
    if (this.valueCount > this.limits.valuesMax) return 'tooManyValues';
    const byte = bytes[cursor.at] ?? END_OF_BODY;
    switch (byte) {
      case QUOTE:
        return scanString(cursor, this.limits.stringBytesMax);
      case OPEN_BRACE:
        return this.enter(new ObjectKeys(bytes));
      case OPEN_BRACKET:
        return this.enter(undefined);
      case LOWER_T:
        return this.word('true');
      case LOWER_F:
        return this.word('false');
      case LOWER_N:
        return this.word('null');
      default:
        return byte === MINUS || isDigit(byte) ? scanNumber(cursor) : cursor.unexpected('valueExpected');
    }
  }

  private enter(keys: ObjectKeys | undefined): Fault | undefined {
    if (this.open.length >= this.limits.depthMax) return 'tooDeep';
    this.open.push({ keys, count: 0, keyStart: -1, keyEnd: -1 });
    this.cursor.at += 1;
    return undefined;
  }

  private word(text: string): Fault | undefined {
    const { bytes, cursor } = this;
    for (let i = 0; i < text.length; i++) {
      if (bytes[cursor.at] !== text.charCodeAt(i)) return cursor.unexpected('badWord');
      cursor.at += 1;
    }
    return undefined;
  }

  private blame(offset: number, fault: Fault): Fault {
    this.cursor.at = offset;
    return fault;
  }
}
