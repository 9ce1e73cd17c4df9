/** What the contract's cases share: events, unique streams, and ways to read a bounded part of an endless iteration. */
import { randomUUID } from 'node:crypto';
import type { EventStore, JsonObject, NewEvent, RecordedEvent, SubscriptionItem } from '../event-store.js';

export interface StoreUnderTest {
  readonly store: EventStore;
  /** Closes the store and opens the same log again; absent where a log ends with its process. */
  readonly reopen?: () => Promise<EventStore>;
  /** Deletes a stream for ever, as somebody else may who shares the log; absent where nobody else has a way in. */
  readonly tombstone?: (streamId: string) => Promise<unknown>;
  /** Closes whatever is open and removes what was made. */
  readonly dispose: () => Promise<void>;
}

/** The store of the running case; set before each. */
export interface Current {
  readonly store: EventStore;
  readonly reopen: () => Promise<EventStore>;
  readonly tombstone: (streamId: string) => Promise<unknown>;
}

export const newEvent = (data: JsonObject = {}, type = 'ActionRequested'): NewEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata: { correlationId: 'c-1' },
});

export const newEvents = (count: number): NewEvent[] =>
  Array.from({ length: count }, (_, index) => newEvent({ index }));

/** A log may be shared with other cases, as a real server is: every case writes to streams of its own. */
export const newStream = (category = 'contract'): string => `${category}-${randomUUID()}`;

export const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Takes items up to and with the first that `isLast` likes; the iteration is then ended from outside. */
export async function takeUntil<T>(items: AsyncIterable<T>, isLast: (item: T) => boolean): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (isLast(item)) return taken;
  }
  throw new Error('the iteration ended early');
}

export const isCaughtUp = ({ kind }: SubscriptionItem): boolean => kind === 'caught-up';

export const isEvent =
  (id: string) =>
  (item: SubscriptionItem): boolean =>
    item.kind === 'event' && item.event.id === id;

export const eventsIn = (items: readonly SubscriptionItem[]): RecordedEvent[] =>
  items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));

/** One event appended to a stream of its own: its position marks where a case begins. */
export async function mark(store: EventStore): Promise<bigint> {
  const { position } = await store.append(newStream('mark'), [newEvent()], 'no-stream');
  return position;
}
