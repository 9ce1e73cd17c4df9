import { AppendUnknown, type EventStore, InMemoryEventStore } from '@action-do/event-store';
import { appendInSilence } from './silent-appends.js';
import type { Span } from './stalls.js';

/** A log whose appends all end after so long, by a clock of its own. */
function silentFor(ms: number): { readonly store: EventStore; readonly nowMs: () => number } {
  const store = new InMemoryEventStore({ logId: 'silent' });
  let now = 0;
  store.append = async (streamId) => {
    await Promise.resolve();
    now = ms;
    throw new AppendUnknown(streamId);
  };
  return { store, nowMs: () => now };
}

describe('an append to a log that says nothing', () => {
  it.each([
    ['with its deadline and half a second', 3_500, 0, 0],
    ['a millisecond behind that', 3_501, 0, 8],
    ['as late as whoever looks was kept from looking', 3_550, 50, 0],
  ])('that ends %s', async (_, tookMs, lateMs, brokenCount) => {
    const { store, nowMs } = silentFor(tookMs);
    const late = ({ fromMs, untilMs }: Span) => (fromMs === 0 && untilMs === tookMs ? lateMs : 0);
    const { broken, unknown, slowestMs } = await appendInSilence(store, 's', late, nowMs);
    expect([broken.length, unknown, slowestMs]).toEqual([brokenCount, 8, tookMs]);
  });
});
