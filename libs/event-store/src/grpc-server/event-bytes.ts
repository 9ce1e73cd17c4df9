/**
 * A read event as the bytes that go out, written straight from what the log holds. The generated messages do the same by way
 * of objects and maps, and cost five times as much: of a replay they would be most of it. What they would write is the
 * specification, and the tests compare.
 */
import { type RawEvent, TOMBSTONE_REVISION } from '../embedded/raw-event.js';
import { contentTypeOf } from './proposed-events.js';

/** An event, and the link by which it was found. A link whose target is gone has no event. */
export interface ResolvedEvent {
  readonly event: RawEvent | undefined;
  readonly link?: RawEvent;
}

/** Field number and kind, as they stand before a field: `<number> << 3 | <kind>`, kind 0 a number, 2 bytes. */
const numberField = (number: number): number => number << 3;
const bytesField = (number: number): number => (number << 3) | 2;

/** 2^63-1, the revision of a stream's tombstone as clients know it. */
const TOMBSTONE_BYTES = Buffer.from('ffffffffffffffff7f', 'hex');
/** Beside names, type and bytes: ids, numbers, and the words around them. */
const SMALL_PARTS_MAX = 320;

/** The message `ReadResp { event: ReadEvent }`. @param structuredIds UUIDs as two numbers instead of text */
export function eventBytes({ event, link }: ResolvedEvent, structuredIds: boolean): Buffer {
  const found = event && recordedEvent(event, structuredIds);
  const origin = link && recordedEvent(link, structuredIds);
  const body = new Bytes((found?.length ?? 0) + (origin?.length ?? 0) + SMALL_PARTS_MAX);
  if (found) body.bytes(bytesField(1), found);
  if (origin) body.bytes(bytesField(2), origin);
  body.number(numberField(3), Number((link ?? event)?.position ?? 0n));
  const whole = new Bytes(body.length + SMALL_PARTS_MAX);
  whole.bytes(bytesField(1), body.written());
  return whole.written();
}

function recordedEvent(event: RawEvent, structuredIds: boolean): Buffer {
  const { id, streamName, type, data, metadata } = event;
  const text = (streamName.length + type.length) * 3;
  const bytes = new Bytes(text + data.length + metadata.length + SMALL_PARTS_MAX);
  bytes.bytes(bytesField(1), structuredIds ? structuredId(id) : textId(id));
  const name = Buffer.byteLength(streamName);
  bytes.begin(bytesField(2), 1 + sizeOf(name) + name);
  bytes.text(bytesField(3), streamName, name);
  if (event.revision === BigInt(TOMBSTONE_REVISION)) bytes.raw(numberField(3), TOMBSTONE_BYTES);
  else bytes.number(numberField(3), Number(event.revision));
  bytes.number(numberField(4), Number(event.position));
  bytes.number(numberField(5), Number(event.position));
  bytes.entry(bytesField(6), 'type', type);
  bytes.entry(bytesField(6), 'content-type', contentTypeOf(event.isJson));
  bytes.entry(bytesField(6), 'created', event.createdTicks.toString());
  if (metadata.length > 0) bytes.bytes(bytesField(7), metadata);
  if (data.length > 0) bytes.bytes(bytesField(8), data);
  return bytes.written();
}

function textId(id: string): Buffer {
  const bytes = new Bytes(40);
  bytes.text(bytesField(2), id, id.length);
  return bytes.written();
}

/** `Structured { most significant, least significant }`, each a signed number of 64 bits. */
function structuredId(id: string): Buffer {
  const digits = id.replaceAll('-', '');
  const halves = new Bytes(24);
  for (const [index, from] of [0, 16].entries())
    halves.bigNumber(numberField(index + 1), BigInt(`0x${digits.slice(from, from + 16)}`));
  const bytes = new Bytes(28);
  bytes.bytes(bytesField(1), halves.written());
  return bytes.written();
}

/** How many bytes a number takes: seven bits each. */
function sizeOf(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** Writes fields one behind the other, into a place that is known to be large enough. */
class Bytes {
  readonly #buffer: Buffer;
  length = 0;

  constructor(sizeMax: number) {
    this.#buffer = Buffer.allocUnsafe(sizeMax);
  }

  written(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  /** The head of a field whose `size` bytes come next. */
  begin(field: number, size: number): void {
    this.#varint(field);
    this.#varint(size);
  }

  bytes(field: number, value: Uint8Array): void {
    this.begin(field, value.length);
    this.#buffer.set(value, this.length);
    this.length += value.length;
  }

  /** @param size of the text in bytes */
  text(field: number, value: string, size: number): void {
    this.begin(field, size);
    this.length += this.#buffer.write(value, this.length);
  }

  /** 0 is not written: it is what a reader takes a missing number for. */
  number(field: number, value: number): void {
    if (value === 0) return;
    this.#varint(field);
    this.#varint(value);
  }

  bigNumber(field: number, value: bigint): void {
    if (value === 0n) return;
    this.#varint(field);
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) this.#byte(Number(rest & 0x7fn) | 0x80);
    this.#byte(Number(rest));
  }

  raw(field: number, value: Uint8Array): void {
    this.#varint(field);
    this.#buffer.set(value, this.length);
    this.length += value.length;
  }

  /** One entry of a map from text to text. */
  entry(field: number, key: string, value: string): void {
    const size = Buffer.byteLength(value);
    this.begin(field, 2 + key.length + 1 + sizeOf(size) + size);
    this.text(bytesField(1), key, key.length);
    this.text(bytesField(2), value, size);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) | 0x80);
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#buffer[this.length] = value;
    this.length += 1;
  }
}
