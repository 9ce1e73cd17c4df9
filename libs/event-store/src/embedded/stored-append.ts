/**
 * How one append is stored: a line that says what it is, then its events as JSON, all UTF-8.
 *
 *     ["action-default.9f2c",0,2,1767225600000]      stream, first revision, events, createdAtMs
 *     [{"id":…,"type":…,"data":…,"metadata":…},…]
 *
 * A reader with a filter looks at the first line only. JSON text keeps the order of keys and an own `__proto__`, and
 * can be read without this program. Changing this is a new format of the log.
 */
import type { NewEvent, RecordedEvent } from '../event-store.js';
import { CorruptLog } from './errors.js';

const LINE_END = 0x0a;

export interface AppendHeader {
  readonly streamId: string;
  readonly firstRevision: number;
  readonly count: number;
  readonly createdAtMs: number;
}

export function encodeAppend(header: AppendHeader, events: readonly NewEvent[]): Buffer {
  const { streamId, firstRevision, count, createdAtMs } = header;
  const line = JSON.stringify([streamId, firstRevision, count, createdAtMs]);
  const body = JSON.stringify(events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })));
  return Buffer.from(`${line}\n${body}`);
}

/** @throws CorruptLog */
export function decodeHeader(bytes: Buffer): AppendHeader {
  const line = parse(bytes.toString('utf8', 0, lineEnd(bytes)));
  if (!Array.isArray(line)) throw new CorruptLog('the first line of a record is not an array');
  const [streamId, firstRevision, count, createdAtMs]: unknown[] = line;
  if (
    typeof streamId !== 'string' ||
    typeof firstRevision !== 'number' ||
    typeof count !== 'number' ||
    typeof createdAtMs !== 'number'
  )
    throw new CorruptLog(`the first line of a record does not fit: ${JSON.stringify(line)}`);
  return { streamId, firstRevision, count, createdAtMs };
}

/** @throws CorruptLog */
export function decodeEvents(bytes: Buffer, header: AppendHeader, firstPosition: number): RecordedEvent[] {
  const { streamId, firstRevision, count, createdAtMs } = header;
  const events: Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata'>[] = parse(
    bytes.toString('utf8', lineEnd(bytes) + 1),
  );
  if (!Array.isArray(events) || events.length !== count)
    throw new CorruptLog(`the record at position ${firstPosition} does not hold ${count} events`);
  return events.map(({ id, type, data, metadata }, index) => ({
    id,
    type,
    data,
    metadata,
    streamId,
    revision: BigInt(firstRevision + index),
    position: BigInt(firstPosition + index),
    createdAtMs,
  }));
}

function lineEnd(bytes: Buffer): number {
  const end = bytes.indexOf(LINE_END);
  if (end < 0) throw new CorruptLog('a record has no first line');
  return end;
}

function parse(json: string) {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new CorruptLog('a record is not JSON', { cause });
  }
}
