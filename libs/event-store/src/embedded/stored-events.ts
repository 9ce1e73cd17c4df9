/** The two ways to see what is stored, whoever wrote it: in the words of the port, and as bytes. */
import { isStreamId } from '../check-arguments.js';
import type { JsonObject, RecordedEvent } from '../event-store.js';
import type { ForeignEvents } from '../foreign-events.js';
import { ticksOf } from './append-clock.js';
import { ForeignEvent } from './errors.js';
import type { RawEvent } from './raw-event.js';
import { decodeAppend } from './stored-append.js';
import type { AppendHeader } from './stored-header.js';
import { decodeRawAppend } from './stored-raw-append.js';

/** How a reader turns a record into events. */
export type DecodeEvents<E> = (bytes: Buffer, header: AppendHeader, firstPosition: number) => E[];

/** One reader's two ways: a stream read by itself is decided upon, so nothing may be missing in it. */
export interface Decoders<E> {
  readonly ofStream: DecodeEvents<E>;
  readonly ofLog: DecodeEvents<E>;
}

/**
 * What the port shows. Streams whose names the port cannot say are no part of it.
 * @returns `ofStream` throws ForeignEvent where somebody else's event, or one of the log's own (`$…`), stands in a stream
 * that the port can name; `ofLog` leaves it to `foreign`. Both throw CorruptLog
 */
export const recordedEvents = (foreign: ForeignEvents): Decoders<RecordedEvent> => ({
  ofStream: (bytes, header, firstPosition) =>
    decodeRecorded(bytes, header, firstPosition, (error) => {
      throw error;
    }),
  ofLog: (bytes, header, firstPosition) =>
    decodeRecorded(
      bytes,
      header,
      firstPosition,
      (error, type) => foreign.passOver(error, type),
      (raw) => foreign.passOverStream(raw.streamName, raw.revision),
    ),
});

function decodeRecorded(
  bytes: Buffer,
  header: AppendHeader,
  firstPosition: number,
  onForeign: (foreign: ForeignEvent, type: string) => void,
  onOther?: (raw: RawEvent) => void,
): RecordedEvent[] {
  if (!header.isRaw) return decodeAppend(bytes, header, firstPosition);
  if (!isStreamId(header.streamId)) {
    if (onOther !== undefined) for (const raw of decodeRawAppend(bytes, header, firstPosition)) onOther(raw);
    return [];
  }
  return decodeRawAppend(bytes, header, firstPosition).flatMap((raw) => {
    const recorded = recordedOf(raw, header.createdAtMs);
    if (recorded === undefined) onForeign(new ForeignEvent(raw.streamName, raw.revision), raw.type);
    return recorded ?? [];
  });
}

const rawOf: DecodeEvents<RawEvent> = (bytes, header, firstPosition) => {
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

/** What a client of the gRPC server sees. @throws CorruptLog */
export const rawEvents: Decoders<RawEvent> = { ofStream: rawOf, ofLog: rawOf };

/** Undefined where the port has no words for it. */
function recordedOf(event: RawEvent, createdAtMs: number): RecordedEvent | undefined {
  const { id, type, streamName, revision, position } = event;
  const data = event.isJson ? parsed(event.data) : undefined;
  const metadata = event.metadata.length === 0 ? {} : parsed(event.metadata);
  if (type.startsWith('$') || !isJsonObject(data) || !isFlat(metadata)) return undefined;
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
