/**
 * The port through the official client: against the embedded log as it is served, and against a real server where
 * `ESDB_URL` names one that may be written to.
 */
import { describeEventStore, type StoreUnderTest } from '../event-store.contract.js';
import { type ServedLog, serveLog } from '../grpc-server/testing/served-log.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';

async function makeStore(url: string): Promise<StoreUnderTest> {
  let store = await openEsdbEventStore({ url });
  return {
    store,
    async reopen() {
      await store.close();
      store = await openEsdbEventStore({ url });
      return store;
    },
    dispose: () => store.close(),
  };
}

describe('the official client and the served log', () => {
  let served: ServedLog;
  beforeAll(async () => {
    served = await serveLog();
  });
  afterAll(() => served.dispose());

  describeEventStore('the store on a server', () =>
    makeStore(`esdb://127.0.0.1:${served.server.port}?tls=false`),
  );

  it('no call made the server report an error of its own', () => {
    expect(served.errors).toEqual([]);
  });
});

const real = process.env['ESDB_URL'];
// Skipped: only where no real server is given.
const suite = real === undefined ? describe.skip : describe;

suite('the official client and the server that ESDB_URL names', () => {
  describeEventStore('the store on a real server', () => makeStore(real ?? ''));
});
