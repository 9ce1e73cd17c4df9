import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkReadStream } from '../check-arguments.js';
import { StreamCutShort } from '../errors.js';
import type { ReadStreamOptions, RecordedEvent } from '../event-store.js';
import type { LogReader } from './log-reader.js';

/** A stream's events page by page, with a turn for others between two pages. @throws StoreUnavailable, StreamCutShort */
export async function* readStreamInPages(
  { reader, refuseIfDown }: { readonly reader: LogReader<RecordedEvent>; readonly refuseIfDown: () => void },
  streamId: string,
  options: ReadStreamOptions,
): AsyncGenerator<RecordedEvent> {
  checkReadStream(streamId, options);
  const { direction = 'forwards', fromRevision } = options;
  const step = direction === 'forwards' ? 1 : -1;
  let from = Number(fromRevision ?? (direction === 'forwards' ? 0 : Number.MAX_SAFE_INTEGER));
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    refuseIfDown();
    if (reader.isTombstoned(streamId)) throw new StreamCutShort(streamId, 'it is deleted');
    const { events, more } = reader.readStreamPage(streamId, from, direction, left);
    yield* events;
    const last = events.at(-1);
    if (!more || !last) return;
    left -= events.length;
    from = Number(last.revision) + step;
    await nextTurn();
  }
}
