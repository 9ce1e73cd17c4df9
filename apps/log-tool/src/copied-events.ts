import { LOG_IDENTITY_STREAM } from '@action-do/contracts';
import type { EventStore, RecordedEvent } from '@action-do/event-store';

/** The events that go along: all but the log's own name, which stands in it where it is or was served. */
export async function* copiedEvents(
  store: Pick<EventStore, 'readAll'>,
  after?: bigint,
): AsyncGenerator<RecordedEvent> {
  for await (const event of store.readAll(after === undefined ? {} : { after }))
    if (event.streamId !== LOG_IDENTITY_STREAM) yield event;
}
