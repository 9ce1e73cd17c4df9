import { ACTION_STREAM_PREFIX } from '@action-do/contracts';
import { openEmbeddedEventStore, type RecordedEvent } from '@action-do/event-store';

/** Everything that the log of a platform that no longer runs holds of actions, in order. */
export async function* recordedActions(folder: string): AsyncGenerator<RecordedEvent> {
  const store = await openEmbeddedEventStore({ folder });
  try {
    yield* store.readAll({ streamPrefixes: [ACTION_STREAM_PREFIX] });
  } finally {
    await store.close();
  }
}

/** How many events there are of each type. */
export async function countRecorded(folder: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { type } of recordedActions(folder)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
