import { newEvent } from '../contract/fixtures.contract.js';
import { describeEventStore } from '../event-store.contract.js';
import { InMemoryEventStore } from './in-memory-event-store.js';

describeEventStore(
  'the in-memory event store',
  async () => {
    const store = new InMemoryEventStore();
    return { store, dispose: () => store.close() };
  },
  { survivesReopen: false, isShared: false },
);

describe('the in-memory event store', () => {
  it('is the same every time: its name and its clock come from outside', async () => {
    const store = new InMemoryEventStore({ logId: 'sim1', nowMs: () => 42 });
    expect(store.logId).toBe('sim1');
    await store.append('a', [newEvent()], 'no-stream');
    for await (const { createdAtMs, position } of store.readAll())
      expect([createdAtMs, position]).toEqual([42, 1n]);
  });
});
