/** What the store does on a connection that breaks, or does not come, in the midst of what it makes sure of. */
import { collect } from '../contract/fixtures.contract.js';
import { ForeignEvents } from '../foreign-events.js';
import { EsdbEventStore } from './esdb-event-store.js';
import { KnownLog } from './known-log.js';
import { HeldClient } from './testing/held-client.js';

let client: HeldClient;
let store: EsdbEventStore;
beforeEach(() => {
  client = new HeldClient();
  const known = new KnownLog(() => undefined);
  known.learn('ours');
  const appender = { append: () => Promise.reject(new Error('nothing is appended')), close: async () => {} };
  store = new EsdbEventStore({
    appender,
    client,
    known,
    silenceMs: 60_000,
    onTrouble: () => undefined,
    foreign: new ForeignEvents(undefined),
    release: () => undefined,
  });
});
afterEach(() => store.close());

it.each([
  ['the whole log', undefined],
  ['some streams', ['claim-']],
])('a read of %s asks nothing of another log that came behind the end of ours', async (_, streamPrefixes) => {
  client.onEndTold = () => {
    client.breaks();
    client.logId = 'theirs';
  };
  await expect(collect(store.readAll(streamPrefixes && { streamPrefixes }))).rejects.toMatchObject({
    code: 'OTHER_LOG',
  });
  expect(client.readsOfAll).toBe(0);
});

describe.each(['start', 'end', 1n] as const)(
  'a subscription after %s that waits for a connection',
  (after) => {
    let waits: Promise<void>;
    let giveUp: (why: Error) => void;
    beforeEach(() => {
      waits = new Promise((isWaiting) => {
        client.watchConnection = () =>
          new Promise((_, reject) => {
            giveUp = reject;
            isWaiting();
          });
      });
    });
    afterEach(() => giveUp(new Error('nobody came')));

    it('ends when it is aborted', async () => {
      const abort = new AbortController();
      const next = store.subscribe({ after, signal: abort.signal })[Symbol.asyncIterator]().next();
      await waits;
      abort.abort();
      expect(await next).toEqual({ done: true, value: undefined });
    });

    it('ends when the store is closed, and says so', async () => {
      const { signal } = new AbortController();
      const next = store.subscribe({ after, signal })[Symbol.asyncIterator]().next();
      next.catch(() => undefined);
      await waits;
      await store.close();
      await expect(next).rejects.toThrow('the event store is closed');
    });
  },
);
