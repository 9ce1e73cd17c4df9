import { type EventStore, InMemoryEventStore, type NewEvent } from '@action-do/event-store';
import { seededRandom } from '@action-do/test-support';
import type { CopiedEvent } from '../copied-event.js';
import type { CopyWatch } from '../copy-log.js';

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
const idOf = (n: number): string => `00000000-0000-4000-8000-${hex(n, 12)}`;

export const event = (n: number, data: object = { n }): NewEvent => ({
  id: idOf(n),
  type: 'ActionRequested',
  data: { ...data },
  metadata: { tenant: 'default', n: String(n) },
});

/** Appends of one to three events to a few streams, in an order that the seed gives. @returns how many events */
export async function fillLog(store: EventStore, appends: number, seed = 1): Promise<number> {
  const random = seededRandom(seed);
  const revisions = new Map<string, bigint>();
  let n = 0;
  for (let at = 0; at < appends; at += 1) {
    const streamId = `action-default.${Math.floor(random() * 5)}`;
    const first = n + 1;
    const events = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, index) => event(first + index));
    n += events.length;
    const { revision } = await store.append(streamId, events, revisions.get(streamId) ?? 'no-stream');
    revisions.set(streamId, revision);
  }
  return n;
}

export async function filledLog(appends: number, seed = 1, logId = 'old'): Promise<InMemoryEventStore> {
  const store = new InMemoryEventStore({ logId });
  await fillLog(store, appends, seed);
  return store;
}

/** All of a log but what is each store's own. */
export async function contentOf(store: EventStore): Promise<CopiedEvent[]> {
  const all: CopiedEvent[] = [];
  for await (const { streamId, revision, id, type, data, metadata } of store.readAll())
    all.push({ streamId, revision, id, type, data, metadata });
  return all;
}

export const watch = (given: Partial<CopyWatch> = {}): CopyWatch => ({
  tell: () => undefined,
  signal: new AbortController().signal,
  pause: () => Promise.resolve(),
  ...given,
});
