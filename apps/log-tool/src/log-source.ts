import type { EventStore } from '@action-do/event-store';
import type { CopiedEvent } from './copied-event.js';
import { copiedEvents } from './copied-events.js';

/** Where events come from: a store, or a file that was looked through. */
export interface LogSource {
  /** Of the log that the events were written to. */
  readonly logId: string;
  /** For messages: no password in it. */
  readonly name: string;
  /** How many events there are to copy. */
  readonly count: number;
  /** All of them in order; each call reads from the beginning. */
  events(): AsyncIterable<CopiedEvent>;
  /** True where there are more by now than `count`. */
  hasGrown(): Promise<boolean>;
}

/** The log as it is now: what is written later is not of it. */
export async function sourceOf(store: EventStore, name: string): Promise<LogSource> {
  let count = 0;
  let end = 0n;
  for await (const { position } of copiedEvents(store)) {
    count += 1;
    end = position;
  }
  return {
    logId: store.logId,
    name,
    count,
    async *events() {
      if (count === 0) return;
      for await (const event of copiedEvents(store)) {
        yield event;
        if (event.position === end) return;
      }
    },
    hasGrown: async () => {
      for await (const _ of copiedEvents(store, end)) return true;
      return false;
    },
  };
}
