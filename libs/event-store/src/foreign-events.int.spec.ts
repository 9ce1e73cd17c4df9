/** Somebody else's events in streams of ours are the same to every adapter, on one log that is served. */
import { binaryEvent, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import {
  collect,
  eventsIn,
  idsOf,
  isCaughtUp,
  newEvent,
  newStream,
  takeUntil,
} from './contract/fixtures.contract.js';
import type { EmbeddedEventStore } from './embedded/embedded-event-store.js';
import { type EventLogReader, openEmbeddedLogReader } from './embedded/embedded-log-reader.js';
import { ForeignEvent } from './embedded/errors.js';
import { openEmbeddedEventStore } from './embedded/open-embedded-event-store.js';
import { temporaryFolder } from './embedded/testing/temporary-folder.js';
import { openEsdbEventStore } from './esdb/open-esdb-event-store.js';
import { type EventLogServer, startEventLogServer } from './event-log-server.js';
import type { PassedOver } from './foreign-events.js';
import { connectTo } from './grpc-server/testing/official-client.js';

type Adapter = 'embedded' | 'reader of the embedded' | 'on a server';
const ADAPTERS: readonly Adapter[] = ['embedded', 'reader of the embedded', 'on a server'];

const folder = temporaryFolder();
const told: Record<Adapter, string[]> = { embedded: [], 'reader of the embedded': [], 'on a server': [] };
const tellOf = (adapter: Adapter) => ({
  onForeignEvent: ({ streamId, revision }: ForeignEvent) =>
    void told[adapter].push(`${revision} of ${streamId}`),
});
const { signal } = new AbortController();
let store: EmbeddedEventStore;
let server: EventLogServer;
let logs: Record<Adapter, EventLogReader>;
let other: EventStoreDBClient;

beforeAll(async () => {
  store = await openEmbeddedEventStore({ folder: folder.path, ...tellOf('embedded') });
  server = await startEventLogServer({ store, port: 0, host: '127.0.0.1' });
  logs = {
    embedded: store,
    'reader of the embedded': await openEmbeddedLogReader({
      folder: folder.path,
      durable: store.durable,
      ...tellOf('reader of the embedded'),
    }),
    'on a server': await openEsdbEventStore({
      url: `esdb://127.0.0.1:${server.port}?tls=false`,
      ...tellOf('on a server'),
    }),
  };
  other = connectTo(server.port);
});
afterAll(async () => {
  await other.dispose();
  await logs['on a server'].close();
  await logs['reader of the embedded'].close();
  await server.close();
  await store.close();
  folder.remove();
});
beforeEach(() => {
  for (const adapter of ADAPTERS) told[adapter].splice(0);
});

const foreign = {
  'an event of the server': jsonEvent({ type: '$x', data: { a: 1 } }),
  'an event of another shape': binaryEvent({ type: 'Odd', data: Buffer.from('{') }),
};

describe.each(ADAPTERS)('to the store %s', (adapter) => {
  describe.each(Object.keys(foreign) as (keyof typeof foreign)[])('%s', (what) => {
    /** Ours, theirs, ours, theirs. */
    async function write() {
      const streamId = newStream('foreign');
      const ours = [newEvent(), newEvent()];
      const { position } = await store.append(streamId, ours.slice(0, 1), 'no-stream');
      await other.appendToStream(streamId, { ...foreign[what], id: newEvent().id });
      await store.append(streamId, ours.slice(1), 1n);
      await other.appendToStream(streamId, { ...foreign[what], id: newEvent().id });
      return { streamId, ours: idsOf(ours), after: position - 1n, end: position + 3n };
    }

    it('is a hole in a stream that is read by itself, and is thrown', async () => {
      const { streamId } = await write();
      const log = logs[adapter];
      await expect(collect(log.readStream(streamId))).rejects.toMatchObject({
        code: 'FOREIGN_EVENT',
        streamId,
        revision: 1n,
      });
      await expect(collect(log.readStream(streamId, { direction: 'backwards' }))).rejects.toThrow(
        ForeignEvent,
      );
      expect(await collect(log.readStream(streamId, { limit: 1 }))).toHaveLength(1);
      expect(told[adapter]).toEqual([]);
    });

    it.each([
      ['all streams', undefined],
      ['streams of ours', ['foreign-']],
    ])('is passed over where %s are read or followed, and told once', async (_, prefixes) => {
      const { streamId, ours, after, end } = await write();
      const log = logs[adapter];
      const some = prefixes && { streamPrefixes: prefixes };
      expect(idsOf(await collect(log.readAll({ after, ...some })))).toEqual(ours);
      const items = await takeUntil(log.subscribe({ after, signal, ...some }), isCaughtUp);
      expect(idsOf(eventsIn(items))).toEqual(ours);
      expect(items.at(-2)).toEqual({ kind: 'checkpoint', position: end });
      expect(items.at(-1)).toEqual({ kind: 'caught-up', position: end });
      expect(told[adapter]).toEqual([`1 of ${streamId}`]);
    });
  });
});

it('each event that a read of the log passes over is told to whoever asks: of our streams, and of those without a name', async () => {
  const streamId = newStream('passed');
  const odd = foreign['an event of another shape'];
  const { position } = await store.append(streamId, [newEvent()], 'no-stream');
  const append = (name: string) => other.appendToStream(name, { ...odd, id: newEvent().id });
  for (const name of [streamId, streamId, 'orders of today', '$own']) await append(name);
  const passed: string[] = [];
  const onPassedOver = ({ streamName, revision, isNameable }: PassedOver): void =>
    void passed.push(`${revision} of ${streamName} ${isNameable}`);
  const expected = [
    `1 of ${streamId} true`,
    `2 of ${streamId} true`,
    '0 of orders of today false',
    '0 of $own false',
  ];

  const { port } = server;
  await logs['on a server'].close();
  logs['on a server'] = await openEsdbEventStore({ url: `esdb://127.0.0.1:${port}?tls=false`, onPassedOver });
  expect(await collect(logs['on a server'].readAll({ after: position }))).toEqual([]);
  expect(passed).toEqual(expected);

  await server.close();
  await store.close();
  passed.splice(0);
  store = await openEmbeddedEventStore({ folder: folder.path, onPassedOver });
  expect(await collect(store.readAll({ after: position }))).toEqual([]);
  expect(passed).toEqual(expected);
});
