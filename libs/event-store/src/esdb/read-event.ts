/**
 * Everything read is looked at before anybody decides upon it: the client hands over JSON that does not parse as a
 * string, and binary data as bytes, without a word.
 */
import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { hasEventForm, isStreamId } from '../check-arguments.js';
import type { JsonObject, RecordedEvent } from '../event-store.js';
import { ForeignEvent } from './errors.js';

type Resolved = ResolvedEvent | AllStreamResolvedEvent;

/** Where something stands in the log, whoever wrote it. */
export interface Place {
  readonly streamId: string;
  readonly position: bigint;
}

/** @throws Error the server tells no positions  */
export function placeOf({ event, link, commitPosition }: Resolved): Place {
  const record = link ?? event;
  const position = record?.position?.commit ?? commitPosition;
  if (record === undefined || position === undefined)
    throw new Error('the server of the event log sent an event without its place in the log');
  return { streamId: record.streamId, position };
}

/** Whether the port could have written to it; others share the server with us, and the server itself does. */
export const isOurs = ({ streamId }: Place): boolean => isStreamId(streamId);

/** @throws ForeignEvent */
export function toRecorded(resolved: Resolved): RecordedEvent {
  const { position, streamId } = placeOf(resolved);
  const { event, link } = resolved;
  const revision = (link ?? event)?.revision ?? 0n;
  const foreign = (why: string) => new ForeignEvent(streamId, revision, position, why);
  if (link !== undefined || event === undefined) throw foreign('it is a link');
  const { id, type, data, metadata, isJson, created } = event;
  if (!isJson) throw foreign('it is not JSON');
  if (!hasEventForm({ id, type })) throw foreign('its id or its type has another form');
  if (!isJsonObject(data)) throw foreign('its data are no JSON object');
  if (!isFlatStrings(metadata)) throw foreign('its metadata are not an object of strings');
  return { id, type, data, metadata, streamId, revision, position, createdAtMs: created.getTime() };
}

/** What came out of JSON.parse and is an object has JSON all the way down. */
function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

function isFlatStrings(value: unknown): value is Record<string, string> {
  if (!isJsonObject(value)) return false;
  for (const key in value) if (typeof value[key] !== 'string') return false;
  return true;
}
