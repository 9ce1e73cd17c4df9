/** Streams that somebody deleted or truncated: an action whose claim is gone must not be done a second time. */
import type { EventStoreDBClient } from '@eventstore/db-client';
import { collect, newEvents } from '../contract/fixtures.contract.js';
import { StreamCutShort } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { connectTo } from '../grpc-server/testing/official-client.js';
import { type ServedLog, serveLog } from '../grpc-server/testing/served-log.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';

let served: ServedLog;
let store: EventStore;
/** Whoever may delete streams. */
let other: EventStoreDBClient;

beforeAll(async () => {
  served = await serveLog();
  other = connectTo(served.server.port);
  store = await openEsdbEventStore({ url: `esdb://127.0.0.1:${served.server.port}?tls=false` });
});
afterAll(async () => {
  await store.close();
  await other.dispose();
  await served.dispose();
});

describe('a stream with a hole', () => {
  it('a stream that was truncated is not taken for a whole one', async () => {
    await store.append('cut', newEvents(4), 'no-stream');
    await other.setStreamMetadata('cut', { truncateBefore: 2 });
    await expect(collect(store.readStream('cut'))).rejects.toThrow(StreamCutShort);
    await expect(collect(store.readStream('cut', { direction: 'backwards' }))).rejects.toThrow(
      StreamCutShort,
    );
  });

  it('a repeat of what a deleted stream held is not taken for written', async () => {
    const events = newEvents(1);
    await store.append('cut-repeat', events, 'no-stream');
    await other.deleteStream('cut-repeat');
    await expect(store.append('cut-repeat', events, 'no-stream')).rejects.toThrow(StreamCutShort);
  });

  it('a claim on a stream that was deleted is not taken for the first: the action would be done a second time', async () => {
    await store.append('cut-claim', newEvents(2), 'no-stream');
    await other.deleteStream('cut-claim');
    const claim = store.append('cut-claim', newEvents(2), 'no-stream');
    await expect(claim).rejects.toThrow(StreamCutShort);
    await expect(claim).rejects.toThrow(/ends at revision 3 where 1 was to be/);
    await expect(collect(store.readStream('cut-claim'))).rejects.toThrow(StreamCutShort);
  });
});
