/** The two ways to see what is stored, whoever wrote it: in the words of the port, and as bytes. */
import { isStreamId } from '../check-arguments.js';
import type { JsonObject, RecordedEvent } from '../event-store.js';
import { ticksOf } from './append-clock.js';
import { ForeignEvent } from './errors.js';
import type { RawEvent } from './raw-event.js';
import { decodeAppend } from './stored-append.js';
import type { AppendHeader } from './stored-header.js';
import { decodeRawAppend } from './stored-raw-append.js';

/** How a reader turns a record into events. */
export type DecodeEvents<E> = (bytes: Buffer, header: AppendHeader, firstPosition: number) => E[];

/**
 * What the port shows. Streams whose names the port cannot say, and the log's own events (`$…`), are no part of it.
 * @throws ForeignEvent somebody else's event stands in a stream that the port can name  @throws CorruptLog
 */
export const recordedEvents: DecodeEvents<RecordedEvent> = (bytes, header, firstPosition) => {
  if (!header.isRaw) return decodeAppend(bytes, header, firstPosition);
  if (!isStreamId(header.streamId)) return [];
  return decodeRawAppend(bytes, header, firstPosition)
    .filter(({ type }) => !type.startsWith('$'))
    .map((event) => recordedOf(event, header.createdAtMs));
};

/** What a client of the gRPC server sees. @throws CorruptLog */
export const rawEvents: DecodeEvents<RawEvent> = (bytes, header, firstPosition) => {
  if (header.isRaw) return decodeRawAppend(bytes, header, firstPosition);
  return decodeAppend(bytes, header, firstPosition).map(
    ({ id, type, data, metadata, streamId, revision, position }, index) => ({
      id,
      type,
      isJson: true,
      data: Buffer.from(JSON.stringify(data)),
      metadata: Buffer.from(JSON.stringify(metadata)),
      streamName: streamId,
      revision,
      position,
      createdTicks: ticksOf(header, index),
    }),
  );
};

function recordedOf(event: RawEvent, createdAtMs: number): RecordedEvent {
  const { id, type, streamName, revision, position } = event;
  const data = event.isJson ? parsed(event.data) : undefined;
  const metadata = event.metadata.length === 0 ? {} : parsed(event.metadata);
  if (!isJsonObject(data) || !isFlat(metadata)) throw new ForeignEvent(streamName, revision);
  return { id, type, data, metadata, streamId: streamName, revision, position, createdAtMs };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    return undefined;
  }
}

const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFlat = (value: unknown): value is Record<string, string> =>
  isJsonObject(value) && Object.values(value).every((member) => typeof member === 'string');
