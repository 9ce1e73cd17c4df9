import type { Random } from '../seeded-random.js';

/** JSON source text, or bytes that text cannot say. */
export type Piece = string | Uint8Array;

const encoder = new TextEncoder();

export function bytesOf(piece: Piece): Uint8Array {
  return typeof piece === 'string' ? encoder.encode(piece) : piece;
}

export function join(...pieces: Piece[]): Uint8Array {
  const parts = pieces.map(bytesOf);
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** An integer in [0, bound). */
export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[below(random, choices.length)];
  if (choice === undefined) throw new Error('nothing to pick from');
  return choice;
}

export function innocent(random: Random): string {
  return pick(random, ['1', '0.5', '"text"', 'null', 'true', '[]', '{}', '[1,"a"]', '{"a":{"b":2}}', '"名"']);
}

export function objectOf(keyCount: number, value: string): string {
  return `{${Array.from({ length: keyCount }, (_, i) => `"k${i}":${value}`).join()}}`;
}

/** What the endpoint would take, at least before the action's own schema. */
export function validBody(random: Random): string {
  const params = `{"id":${innocent(random)},"more":[${innocent(random)},${innocent(random)}]}`;
  return random() < 0.5 ? `{"params":${params}}` : `{"params":${params},"metadata":{"source":"test"}}`;
}

/** A request that would be valid but for `value`, which stands at most four levels deep in params. */
export function inParams(random: Random, value: Piece): Uint8Array {
  let before = '';
  let after = '';
  for (let level = below(random, 4); level > 0; level--) {
    const isArray = random() < 0.5;
    before += isArray ? `[${innocent(random)},` : `{"x":${innocent(random)},"y":`;
    after = `${isArray ? `,${innocent(random)}]` : '}'}${after}`;
  }
  return join(`{"params":{"id":${innocent(random)},"v":${before}`, value, `${after}}}`);
}

export function quoted(content: Piece): Uint8Array {
  return join('"', content, '"');
}

export function nest(random: Random, depth: number, isClosed: boolean): string {
  const levels = Array.from({ length: depth }, () => random() < 0.5);
  const opening = levels.map((isArray) => (isArray ? '[' : '{"a":')).join('');
  const closing = levels.map((isArray) => (isArray ? ']' : '}'));
  return isClosed ? `${opening}1${closing.reverse().join('')}` : opening;
}

/** A beginning of a body; an object lacks its last brace in all of them. */
export function cut(random: Random, body: string): Uint8Array {
  const bytes = bytesOf(body);
  return bytes.slice(0, 1 + below(random, bytes.length - 1));
}

/** Puts in a byte that no JSON text may have, inside a string or out of it. */
export function withByte(random: Random, bytes: Uint8Array, byte: number): Uint8Array {
  const at = below(random, bytes.length + 1);
  return join(bytes.slice(0, at), Uint8Array.of(byte), bytes.slice(at));
}

/** Any bytes but the beginning of an object, so that not even luck makes a request. */
export function randomBytes(random: Random, length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, () => below(random, 256));
  if (' \t\r\n{'.includes(String.fromCharCode(bytes[0] ?? 0))) bytes[0] = 0xff;
  return bytes;
}

export function utf16(text: string, isBigEndian: boolean, hasMark: boolean): Uint8Array {
  const marked = hasMark ? `\ufeff${text}` : text;
  const view = new DataView(new ArrayBuffer(marked.length * 2));
  for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), !isBigEndian);
  return new Uint8Array(view.buffer);
}
