import { describeEventStore, type StoreUnderTest } from '../event-store.contract.js';
import { tombstoneOf } from '../grpc-server/system-events.js';
import { type EmbeddedInsides, openWithInsides } from './open-embedded-event-store.js';
import { temporaryFolder } from './testing/temporary-folder.js';

async function makeStore(insides: EmbeddedInsides): Promise<StoreUnderTest> {
  const { path: folder, remove } = temporaryFolder();
  let store = await openWithInsides({ folder }, insides);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openWithInsides({ folder }, insides);
      return store;
    },
    tombstone: (streamId) => store.raw.append([tombstoneOf(streamId)]).durable,
    async dispose() {
      await store.close();
      remove();
    },
  };
}

describeEventStore('the embedded event store', () => makeStore({}));

// Nothing may depend on what happens to be cached or to share a group.
describeEventStore('the embedded event store with the smallest cache and groups', () =>
  makeStore({ headsMax: 1, limits: { groupEventsMax: 1 } }),
);
