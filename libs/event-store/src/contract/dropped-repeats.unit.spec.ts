/** The contract's cases of repeats, on what a real server does with one that comes while the first is under way. */
import { AppendUnknown } from '../errors.js';
import { InMemoryEventStore } from '../in-memory/in-memory-event-store.js';
import { describeRepeats } from './repeats.contract.js';

class DroppingEventStore extends InMemoryEventStore {
  readonly #underWay = new Set<string>();

  override async append(...[streamId, events, expected]: Parameters<InMemoryEventStore['append']>) {
    const key = JSON.stringify([streamId, ...events.map(({ id }) => id)]);
    if (this.#underWay.has(key)) throw new AppendUnknown(streamId);
    this.#underWay.add(key);
    try {
      return await super.append(streamId, events, expected);
    } finally {
      this.#underWay.delete(key);
    }
  }
}

const store = new DroppingEventStore();
describe('a store that drops a repeat while the first is under way', () => {
  describeRepeats({ store, reopen: async () => store }, { survivesReopen: false, dropsRepeats: true });

  it('does so', async () => {
    const event = { id: '00000000-0000-4000-8000-000000000001', type: 'Noted', data: {}, metadata: {} };
    const both = [1, 2].map(() => store.append('dropped', [event], 'no-stream'));
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
