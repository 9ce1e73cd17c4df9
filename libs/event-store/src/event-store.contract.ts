/** What every adapter of the port must do. An adapter's own spec calls this and adds only what is its own. */
import { describeAppends } from './contract/appends.contract.js';
import { describeDeleted } from './contract/deleted.contract.js';
import { describeFidelity } from './contract/fidelity.contract.js';
import type { Current, StoreUnderTest } from './contract/fixtures.contract.js';
import { describeReads } from './contract/reads.contract.js';
import { describeRepeats, type HowRepeated } from './contract/repeats.contract.js';
import { describeSubscriptions } from './contract/subscriptions.contract.js';
import type { EventStore } from './event-store.js';

export type { StoreUnderTest } from './contract/fixtures.contract.js';

/** @param makeStore called before each case; logs may be shared between cases, stores may not */
export function describeEventStore(
  name: string,
  makeStore: () => Promise<StoreUnderTest>,
  {
    survivesReopen = true,
    isShared = true,
    dropsRepeats = false,
  }: Partial<HowRepeated> & { isShared?: boolean } = {},
): void {
  describe(`${name} holds to the event store port`, () => {
    let made: StoreUnderTest;
    let store: EventStore;
    beforeEach(async () => {
      made = await makeStore();
      store = made.store;
    });
    afterEach(() => made.dispose());

    const current: Current = {
      get store() {
        return store;
      },
      async reopen() {
        if (!made.reopen) throw new Error(`${name} says it survives reopening, but cannot be reopened`);
        store = await made.reopen();
        return store;
      },
      async tombstone(streamId) {
        if (!made.tombstone) throw new Error(`${name} says it is shared, but nobody else can write to it`);
        await made.tombstone(streamId);
      },
    };

    it('has a name of one word, without the dash that ends it in public positions', () => {
      expect(store.logId).toMatch(/^[a-z0-9]{1,40}$/);
    });
    describeAppends(current);
    describeRepeats(current, { survivesReopen, dropsRepeats });
    describeReads(current, survivesReopen);
    describeSubscriptions(current);
    describeFidelity(current);
    if (isShared) describeDeleted(current);
  });
}
