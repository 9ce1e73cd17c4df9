import { isText, textOf } from './byte-text.js';

const PROTOTYPE_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];
const COMPARED_KEYS_MAX = 16;

/**
 * The keys of one object so far. The first few are kept as places in the body and compared byte by byte, so that a usual
 * object costs no string and no hash; an object with more keys, or with an escape in a key, moves to a set of names.
 *
 * O1: at most 16 keys are ever compared pairwise, so no body makes this quadratic.
 * O2: a name enters the set behind a quote. The engine hashes text with a secret seed, but a name such as "512" by its
 *     number, which an outsider could choose to make all names collide.
 */
export class ObjectKeys {
  private readonly spans: number[] = [];
  private names: Set<string> | undefined;

  constructor(private readonly bytes: Uint8Array) {}

  /** Adds a key. @param name its text if it has escapes, else undefined  @returns false if it is there already */
  add(start: number, end: number, name: string | undefined): boolean {
    if (this.names === undefined) {
      if (name === undefined && this.spans.length < 2 * COMPARED_KEYS_MAX) return this.addSpan(start, end);
      this.names = this.namesOfSpans();
    }
    const quoted = name === undefined ? textOf(this.bytes, start - 1, end) : `"${name}`;
    const sizeBefore = this.names.size;
    return this.names.add(quoted).size > sizeBefore;
  }

  private addSpan(start: number, end: number): boolean {
    for (let i = 0; i < this.spans.length; i += 2) {
      const otherStart = this.spans[i] ?? 0;
      const otherEnd = this.spans[i + 1] ?? 0;
      if (otherEnd - otherStart === end - start && this.isSame(otherStart, start, end)) return false;
    }
    this.spans.push(start, end);
    return true;
  }

  private isSame(otherStart: number, start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.bytes[i] !== this.bytes[otherStart + i - start]) return false;
    return true;
  }

  private namesOfSpans(): Set<string> {
    const names = new Set<string>();
    for (let i = 0; i < this.spans.length; i += 2) {
      names.add(textOf(this.bytes, (this.spans[i] ?? 0) - 1, this.spans[i + 1] ?? 0));
    }
    return names;
  }
}

/** The text of a key that has been scanned. @param start behind its opening quote  @param end of its closing quote */
export function keyName(bytes: Uint8Array, start: number, end: number): string {
  const name: unknown = JSON.parse(textOf(bytes, start - 1, end + 1));
  return String(name);
}

/** Whether a key could reach an object's prototype. @param name its text if it has escapes, else undefined */
export function isPrototypeKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: string | undefined,
): boolean {
  if (name !== undefined) return PROTOTYPE_KEYS.includes(name);
  for (const reserved of PROTOTYPE_KEYS) if (isText(bytes, start, end, reserved)) return true;
  return false;
}
