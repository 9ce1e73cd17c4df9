import {
  collect,
  eventsIn,
  isCaughtUp,
  newEvent,
  newEvents,
  takeUntil,
} from './contract/fixtures.contract.js';
import { InMemoryEventStore } from './in-memory/in-memory-event-store.js';

const { signal } = new AbortController();

describe('following a log', () => {
  it('from behind its end is refused: to wait there would skip events that are still to come', async () => {
    const store = new InMemoryEventStore();
    await store.append('s', newEvents(3), 'no-stream');
    await expect(collect(store.subscribe({ after: 4n, signal }))).rejects.toThrow(RangeError);
    await expect(collect(store.subscribe({ after: 4n, signal }))).rejects.toThrow(
      /behind the end of this log, 3/,
    );
    await expect(collect(store.subscribe({ after: -1n, signal }))).rejects.toThrow(RangeError);
  });

  it('takes the end at the call, not at the first look', async () => {
    const store = new InMemoryEventStore();
    const items = store.subscribe({ after: 'end', signal });
    await store.append('s', [newEvent()], 'no-stream');
    expect(eventsIn(await takeUntil(items, isCaughtUp))).toHaveLength(1);
  });

  it('says caught-up at 0 in an empty log, and checkpoints nothing when nothing is filtered out', async () => {
    const store = new InMemoryEventStore();
    expect(await takeUntil(store.subscribe({ signal }), isCaughtUp)).toEqual([
      { kind: 'caught-up', position: 0n },
    ]);
    await store.append('s', newEvents(200), 'no-stream');
    const items = await takeUntil(store.subscribe({ signal }), isCaughtUp);
    expect(items.map(({ kind }) => kind)).not.toContain('checkpoint');
  });
});

describe('reading a log', () => {
  it('ends where the log ended when it began', async () => {
    const store = new InMemoryEventStore();
    await store.append('s', newEvents(3), 'no-stream');
    let read = 0;
    for await (const { revision } of store.readAll()) {
      read += 1;
      await store.append('t', [newEvent()], revision === 0n ? 'no-stream' : revision - 1n);
    }
    expect(read).toBe(3);
  });
});
