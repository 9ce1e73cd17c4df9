/**
 * Everything read is looked at before anybody decides upon it: the client hands over JSON that does not parse as a
 * string, and binary data as bytes, without a word. What is shown is what the embedded store shows of the same log.
 */
import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { isStreamId } from '../check-arguments.js';
import { ForeignEvent } from '../embedded/errors.js';
import type { JsonObject, RecordedEvent } from '../event-store.js';
import type { ForeignEvents } from '../foreign-events.js';

type Resolved = ResolvedEvent | AllStreamResolvedEvent;

/** Where something stands in the log, whoever wrote it. */
export interface Place {
  readonly streamId: string;
  readonly type: string;
  readonly revision: bigint;
  readonly position: bigint;
}

/** @throws Error the server tells no positions */
export function placeOf({ event, link, commitPosition }: Resolved): Place {
  const record = link ?? event;
  const position = record?.position?.commit ?? commitPosition;
  if (record === undefined || position === undefined)
    throw new Error('the server of the event log sent an event without its place in the log');
  return { streamId: record.streamId, type: record.type, revision: record.revision, position };
}

/** Others share the server with us, and it has streams of its own (`$…`): the port has no names for those. */
export const isOurs = ({ streamId }: Place): boolean => isStreamId(streamId);

/** Of one of our streams in a read of the whole log: undefined is passed over. @throws ForeignEvent as `foreign` says */
export function shownInLog(resolved: Resolved, foreign: ForeignEvents): RecordedEvent | undefined {
  try {
    return toRecorded(resolved);
  } catch (error) {
    if (!(error instanceof ForeignEvent)) throw error;
    foreign.passOver(error, placeOf(resolved).type);
    return undefined;
  }
}

/** @throws ForeignEvent */
export function toRecorded(resolved: Resolved): RecordedEvent {
  const { position, streamId } = placeOf(resolved);
  const { event, link } = resolved;
  if (link !== undefined || event === undefined) throw new ForeignEvent(streamId, link?.revision ?? 0n);
  const { id, type, data, metadata = {}, isJson, created, revision } = event;
  if (type.startsWith('$') || !isJson || !isJsonObject(data) || !isFlat(metadata))
    throw new ForeignEvent(streamId, revision);
  return { id, type, data, metadata, streamId, revision, position, createdAtMs: created.getTime() };
}

/** What came out of JSON.parse and is an object has JSON all the way down. */
const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const isFlat = (value: unknown): value is Record<string, string> =>
  isJsonObject(value) && Object.values(value).every((member) => typeof member === 'string');
