/**
 * The port through the official client: against the embedded log as it is served, and against a real server where
 * `ESDB_URL` names one that may be written to. Neither has to be empty: others may have written to it, and the log may have
 * its name.
 */
import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describeEventStore, type StoreUnderTest } from '../event-store.contract.js';
import { connectTo } from '../grpc-server/testing/official-client.js';
import { type ServedLog, serveLog } from '../grpc-server/testing/served-log.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';

async function makeStore(url: string): Promise<StoreUnderTest> {
  const other = EventStoreDBClient.connectionString(url);
  const open = () => openEsdbEventStore({ url, onForeignEvent: () => {} });
  let store = await open();
  return {
    store,
    async reopen() {
      await store.close();
      store = await open();
      return store;
    },
    tombstone: (streamId) => other.tombstoneStream(streamId),
    async dispose() {
      await other.dispose();
      await store.close();
    },
  };
}

describe('the official client and the served log', () => {
  let served: ServedLog;
  beforeAll(async () => {
    served = await serveLog();
    const other = connectTo(served.server.port);
    const odd = () => binaryEvent({ type: 'Odd', data: Buffer.from([1, 2]) });
    await other.appendToStream('$statistics', odd());
    await other.appendToStream('orders of somebody', odd());
    await other.appendToStream(`orders-${randomUUID()}`, [odd(), jsonEvent({ type: '$x', data: {} })]);
    await other.dispose();
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
const why = real === undefined ? ' (skipped: ESDB_URL names no server that may be written to)' : '';
// Skipped: only where no real server is given.
const suite = real === undefined ? describe.skip : describe;

suite(`the official client and the server that ESDB_URL names${why}`, () => {
  describeEventStore('the store on a real server', () => makeStore(real ?? ''), { dropsRepeats: true });
});
