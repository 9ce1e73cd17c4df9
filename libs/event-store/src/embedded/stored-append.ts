/**
 * How an append of the port is stored: the header line, then its events as JSON, all UTF-8.
 *
 *     ["action-default.9f2c",0,2,1767225600000]
 *     [{"id":…,"type":…,"data":…,"metadata":…},…]
 *
 * JSON text keeps the order of keys and an own `__proto__`, and can be read without this program. Changing this is a new
 * format of the log.
 */
import type { NewEvent, RecordedEvent } from '../event-store.js';
import { CorruptLog } from './errors.js';
import { type AppendHeader, encodeHeader, lineEnd, parseStored } from './stored-header.js';

type StoredEvent = Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata'>;

export function encodeAppend(header: AppendHeader, events: readonly NewEvent[]): Buffer {
  const body = JSON.stringify(events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })));
  return Buffer.from(`${encodeHeader(header)}\n${body}`);
}

/** @throws CorruptLog */
export function decodeAppend(bytes: Buffer, header: AppendHeader, firstPosition: number): RecordedEvent[] {
  const { streamId, firstRevision, count, createdAtMs } = header;
  const events = parseStored(bytes.toString('utf8', lineEnd(bytes, 0) + 1));
  if (!isEvents(events) || events.length !== count)
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

/** What we wrote ourselves is as we wrote it, if its shape is: looking into every event would double the cost of a read. */
const isEvents = (value: unknown): value is StoredEvent[] => Array.isArray(value);
