/** What every adapter refuses before it touches its log, in the same words. Wrong shape: TypeError; wrong amount: RangeError. */
import type { ExpectedRevision, NewEvent, ReadAllOptions, ReadStreamOptions } from './event-store.js';

export const APPEND_EVENTS_MAX = 1_000;
/** An append's events as JSON text in UTF-8. */
const APPEND_BYTES_MAX = 16 * 1024 * 1024;

const STREAM_ID = /^[A-Za-z0-9._-]{1,200}$/;
/** Lower case only: an id is compared as text when an append is repeated. */
const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const EVENT_TYPE_LENGTH_MAX = 200;

/** Whether the port can name it; the embedded log holds streams of other names too (embedded/raw-log.ts). */
export const isStreamId = (name: string): boolean => STREAM_ID.test(name);

function checkStreamId(streamId: string): void {
  if (typeof streamId === 'string' && isStreamId(streamId)) return;
  throw new TypeError(`a stream id is 1 to 200 characters of [A-Za-z0-9._-], not ${quoted(streamId)}`);
}

export function checkAppend(streamId: string, events: readonly NewEvent[], expected: ExpectedRevision): void {
  checkStreamId(streamId);
  if (expected !== 'no-stream' && typeof expected !== 'bigint')
    throw new TypeError(`expected is 'no-stream' or a bigint, not ${quoted(expected)}`);
  if (expected !== 'no-stream' && expected < 0n)
    throw new RangeError(`expected is a revision from 0n, not ${expected}n`);
  if (events.length < 1 || events.length > APPEND_EVENTS_MAX)
    throw new RangeError(`an append has 1 to ${APPEND_EVENTS_MAX} events, not ${events.length}`);
  for (const event of events) checkEvent(event);
  if (events.length > 1 && new Set(events.map(({ id }) => id)).size < events.length)
    throw new TypeError(`two events of one append to ${streamId} have the same id`);
}

export function checkAppendBytes(streamId: string, bytes: number): void {
  if (bytes <= APPEND_BYTES_MAX) return;
  throw new RangeError(
    `an append has at most ${APPEND_BYTES_MAX} bytes; this one to ${streamId} has ${bytes}`,
  );
}

export function checkReadStream(streamId: string, { fromRevision, limit }: ReadStreamOptions): void {
  checkStreamId(streamId);
  if (fromRevision !== undefined && fromRevision < 0n)
    throw new RangeError(`fromRevision is a revision from 0n, not ${fromRevision}n`);
  checkLimit(limit);
}

export function checkReadAll({ after, limit }: ReadAllOptions): void {
  if (after !== undefined && after < 0n) throw new RangeError(`after is a position from 0n, not ${after}n`);
  checkLimit(limit);
}

function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 0)) return;
  throw new RangeError(`limit is a whole number from 0, not ${limit}`);
}

function checkEvent({ id, type, data, metadata }: NewEvent): void {
  if (typeof id !== 'string' || !EVENT_ID.test(id))
    throw new TypeError(`an event id is a UUID in lower case, not ${quoted(id)}`);
  if (typeof type !== 'string' || type.length < 1 || type.length > EVENT_TYPE_LENGTH_MAX)
    throw new TypeError(`an event type is 1 to ${EVENT_TYPE_LENGTH_MAX} characters, not ${quoted(type)}`);
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new TypeError(`the data of event ${id} is not an object`);
  for (const key of Object.keys(metadata))
    if (typeof metadata[key] !== 'string')
      throw new TypeError(`metadata ${key} of event ${id} is not a string`);
}

/** Wrong input may be anything and of any size: show enough to recognise it. */
function quoted(value: unknown): string {
  return `'${String(value).slice(0, 80)}'`;
}
