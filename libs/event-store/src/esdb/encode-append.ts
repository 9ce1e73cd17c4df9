import { type JSONEventData, jsonEvent } from '@eventstore/db-client';
import { checkAppendBytes } from '../check-arguments.js';
import type { ExpectedRevision, JsonObject, NewEvent } from '../event-store.js';

export interface EncodedAppend {
  readonly streamId: string;
  readonly expected: ExpectedRevision;
  readonly events: JSONEventData[];
  readonly bytes: number;
}

/**
 * The events as the client takes them, copied: it makes JSON of them later, when the caller may have changed them.
 * @throws RangeError more bytes than the port takes
 */
export function encodeAppend(
  streamId: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): EncodedAppend {
  const json = JSON.stringify(events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })));
  const bytes = Buffer.byteLength(json);
  checkAppendBytes(streamId, bytes);
  const copies: { id: string; type: string; data: JsonObject; metadata: JsonObject }[] = JSON.parse(json);
  return { streamId, expected, events: copies.map((event) => jsonEvent(event)), bytes };
}
