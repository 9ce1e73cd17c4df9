import type { EventStore, RecordedEvent } from '@action-do/event-store';
import type { CopiedEvent } from './copied-event.js';
import { copiedEvents } from './copied-events.js';
import { type LeftOut, LeftOutStreams } from './left-out.js';

/** Where events come from: a store, or a file that was looked through. */
export interface LogSource {
  /** Of the log that the events were written to. */
  readonly logId: string;
  /** For messages: no password in it. */
  readonly name: string;
  /** How many events there are to copy. */
  readonly count: number;
  /** What stands in it besides, and is not to copy. */
  readonly leftOut: LeftOut;
  /** All of them in order; each call reads from the beginning. */
  events(): AsyncIterable<CopiedEvent>;
  /** True where there are more by now than `count`. */
  hasGrown(): Promise<boolean>;
}

/**
 * The log as it is now: what is written later is not of it.
 * @param found told by the store of what it passes over
 */
export async function sourceOf(
  store: Pick<EventStore, 'logId' | 'readAll'>,
  name: string,
  found = new LeftOutStreams(),
): Promise<LogSource> {
  const isLeftOut = (streamId: string): boolean => found.isBroken(streamId);
  const all = await look(copiedEvents(store));
  found.end();
  // Which streams do not go along is known at the end of the log alone.
  const { count, end } = found.hasBroken ? await look(copiedEvents(store, { isLeftOut }), all.end) : all;
  return {
    logId: store.logId,
    name,
    count,
    leftOut: found.summary(all.count - count),
    async *events() {
      if (count === 0) return;
      for await (const event of copiedEvents(store, { isLeftOut })) {
        yield event;
        if (event.position === end) return;
      }
    },
    hasGrown: async () => {
      for await (const _ of copiedEvents(store, { after: all.end, isLeftOut })) return true;
      return false;
    },
  };
}

/** @param until the last position that counts */
async function look(
  events: AsyncIterable<RecordedEvent>,
  until?: bigint,
): Promise<{ readonly count: number; readonly end: bigint }> {
  let count = 0;
  let end = 0n;
  for await (const { position } of events) {
    if (until !== undefined && position > until) break;
    count += 1;
    end = position;
  }
  return { count, end };
}
