import { LOG_IDENTITY_STREAM } from '@action-do/contracts';
import type { EventStore, RecordedEvent } from '@action-do/event-store';

export interface WhichEvents {
  /** Only behind this position. */
  readonly after?: bigint | undefined;
  /** Streams that do not go along. */
  readonly isLeftOut?: (streamId: string) => boolean;
}

/** The events that go along: all but the log's own name, which stands in it where it is or was served. */
export async function* copiedEvents(
  store: Pick<EventStore, 'readAll'>,
  { after, isLeftOut = () => false }: WhichEvents = {},
): AsyncGenerator<RecordedEvent> {
  for await (const event of store.readAll(after === undefined ? {} : { after }))
    if (event.streamId !== LOG_IDENTITY_STREAM && !isLeftOut(event.streamId)) yield event;
}
