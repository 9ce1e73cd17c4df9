import { writeFileSync } from 'node:fs';
import { connect as http2 } from 'node:http2';
import { join } from 'node:path';
import { selfSigned, until } from '@action-do/test-support';
import type { EventStoreDBClient } from '@eventstore/db-client';
import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { credentials, status } from '@grpc/grpc-js';
import { openEmbeddedEventStore } from '../embedded/open-embedded-event-store.js';
import { temporaryFolder } from '../embedded/testing/temporary-folder.js';
import { startEventLogServer } from '../event-log-server.js';
import { endedLogs } from './testing/ended-logs.contract.js';
import { connectTo, events, readAllOf, someStream, waysToAppend } from './testing/official-client.js';
import { rawClient, readOptions, readRequest, untilEnd } from './testing/raw-client.js';
import type { ServedLog } from './testing/served-log.js';
import { settled } from './testing/settled.contract.js';

const { ends, opened, connected } = endedLogs();

describe('what clients ask of the server itself', () => {
  it('it has batch appends, but no subscriptions that it would keep for them', async () => {
    const { server } = await opened();
    const client = new features.ServerFeaturesClient(
      `127.0.0.1:${server.port}`,
      credentials.createInsecure(),
    );
    const answer = await new Promise((resolve, reject) => {
      client.getSupportedMethods(new shared.Empty(), (error, methods) =>
        error ? reject(error) : resolve(methods.toObject()),
      );
    });
    client.close();
    expect(answer).toMatchObject({
      eventStoreServerVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      methodsList: expect.arrayContaining([
        { serviceName: 'event_store.client.streams.streams', methodName: 'batchappend', featuresList: [] },
      ]),
    });
    expect(JSON.stringify(answer)).not.toContain('persistent');
  });

  it('who asks for members is sent to the only one there is', async () => {
    const { server } = await opened();
    const client = connected(`esdb+discover://127.0.0.1:${server.port}?tls=false`);
    const stream = someStream();
    await client.appendToStream(stream, events(1));
    expect(await readAllOf(client.readStream(stream))).toHaveLength(1);
  });

  it('may be advertised at another address than it listens at', async () => {
    const behind = await opened();
    const { server } = await opened({ advertised: { host: '127.0.0.1', port: behind.server.port } });
    const client = connected(`esdb+discover://127.0.0.1:${server.port}?tls=false`);
    await client.appendToStream('sent-on', events(1));
    expect(behind.store.raw.head('sent-on')).toEqual({ revision: 0, position: 1 });
  });

  it('listening at every address it sends nobody there, and says what to do', async () => {
    const { server } = await opened({ advertised: { host: '0.0.0.0' } });
    const client = new gossip.GossipClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
    const error = await new Promise((resolve) => {
      client.read(new shared.Empty(), (failure) => resolve(failure));
    });
    client.close();
    expect(error).toMatchObject({
      code: status.FAILED_PRECONDITION,
      details: expect.stringContaining('DO_EVENT_LOG_ADVERTISED'),
    });
  });
});

it('over TLS everything is as without', async () => {
  const folder = temporaryFolder();
  ends.push(async () => folder.remove());
  const tls = selfSigned();
  const caFile = join(folder.path, 'ca.pem');
  writeFileSync(caFile, tls.cert);
  const { server } = await opened({ tls });
  const client = connected(
    `esdb://admin:secret@localhost:${server.port}?tlsCAFile=${encodeURIComponent(caFile)}`,
  );
  await client.appendToStream('secret', events(2), { expectedRevision: 'no_stream' });
  expect(await readAllOf(client.readStream('secret'))).toHaveLength(2);
});

describe('a log that is served read-only', () => {
  it.each<[string, (client: EventStoreDBClient) => Promise<unknown>]>([
    ['an append', (client) => client.appendToStream('s', events(1))],
    ['an append of its own call', (client) => client.appendToStream('s', events(1), waysToAppend[1]?.[1])],
    ['a delete', (client) => client.deleteStream('s')],
    ['a tombstone', (client) => client.tombstoneStream('s')],
    ['setting metadata', (client) => client.setStreamMetadata('s', { maxCount: 1 })],
  ])('refuses %s, and follows what its owner writes', async (_, write) => {
    const { server, store } = await opened({ readOnly: true });
    const client = connected(`esdb://127.0.0.1:${server.port}?tls=false`);
    const subscription = client.subscribeToStream('s');
    const followed = new Promise((resolve) => subscription.on('data', ({ event }) => resolve(event?.type)));
    await expect(write(client)).rejects.toMatchObject({ type: 'access-denied' });
    await store.append('s', [{ id: crypto.randomUUID(), type: 'Own', data: {}, metadata: {} }], 'no-stream');
    expect(await followed).toBe('Own');
    await subscription.unsubscribe();
  });
});

describe('a stop', () => {
  it('answers the appends under way, ends what would not end, and leaves the store open', async () => {
    const { server, store } = await opened();
    const client = connected(`esdb://127.0.0.1:${server.port}?tls=false`);
    const subscription = client.subscribeToAll();
    const ended = new Promise((resolve) => subscription.on('error', resolve));
    await new Promise((resolve) => subscription.on('caughtUp', () => resolve(undefined)).resume());
    await client.appendToStream('s', events(1));
    const underWay = client.appendToStream('t', events(1));
    await until('something was done', () => store.raw.head('t') !== undefined);
    await Promise.all([underWay, server.close()]);
    expect(await ended).toMatchObject({ type: 'cancelled' });
    expect(store.raw.head('t')).toBeDefined();
    await expect(client.appendToStream('u', events(1))).rejects.toThrow(/UNAVAILABLE/);
  });
});

describe('a new server on the same log', () => {
  it('knows again what named its place, and no more what did not', async () => {
    const folder = temporaryFolder();
    ends.push(async () => folder.remove());
    const appends = (['no_stream', 0n, 'any', 'stream_exists'] as const).map((expectedRevision) => ({
      stream: someStream(),
      list: events(2),
      expectedRevision,
    }));
    const [, behindOne, , existing] = appends;
    const serve = async <R>(use: (client: EventStoreDBClient) => Promise<R>): Promise<R> => {
      const store = await openEmbeddedEventStore({ folder: folder.path });
      const server = await startEventLogServer({ store, port: 0, host: '127.0.0.1' });
      const client = connectTo(server.port);
      try {
        return await use(client);
      } finally {
        await client.dispose();
        await server.close();
        await store.close();
      }
    };
    const appendAll = (client: EventStoreDBClient) =>
      Promise.all(
        appends.map(({ stream, list, expectedRevision }) =>
          client.appendToStream(stream, list, { expectedRevision }),
        ),
      );
    const first = await serve(async (client) => {
      for (const each of [behindOne, existing]) await client.appendToStream(each?.stream ?? '', events(1));
      const answers = await appendAll(client);
      expect(await appendAll(client)).toEqual(answers);
      return answers;
    });
    await serve(async (client) => {
      const again = await appendAll(client);
      expect(again.slice(0, 2)).toEqual(first.slice(0, 2));
      const counts = appends.map(async ({ stream }) => (await readAllOf(client.readStream(stream))).length);
      expect(await Promise.all(counts)).toEqual([2, 3, 4, 5]);
    });
  });
});

describe('a reader that takes nothing', () => {
  it('holds up only itself, costs no memory that grows, and gets all of it once it reads', async () => {
    const { server, store } = await opened();
    const client = connected(`esdb://127.0.0.1:${server.port}?tls=false`);
    const large = { ...events(1)[0]!, data: { text: 'x'.repeat(100_000) } };
    for (let round = 0; round < 20; round += 1)
      await client.appendToStream(
        'large',
        Array.from({ length: 10 }, () => ({ ...large, id: crypto.randomUUID() })),
      );
    const pages = countPages(store);
    const session = http2(`http://127.0.0.1:${server.port}`);
    const call = session.request({
      ':method': 'POST',
      ':path': '/event_store.client.streams.Streams/Read',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    call.pause();
    call.end(framed(readRequest(readOptions('large')).serializeBinary()));
    await until('the read has begun', () => pages() > 0);
    const atRest = await settled(pages);
    await client.appendToStream('other', events(1));
    // 20 MB lie there, a page of them is one.
    expect(atRest).toBeLessThan(5);
    let bytes = 0;
    for await (const chunk of call) bytes += chunk.length;
    session.close();
    expect(bytes).toBeGreaterThan(20_000_000);
  });

  it('that leaves, or whose deadline passes, ends its read', async () => {
    const { server, store } = await opened();
    const client = connected(`esdb://127.0.0.1:${server.port}?tls=false`);
    await client.appendToStream('many', events(2_000));
    const raw = rawClient(server.port);
    const late = raw.read(readRequest(readOptions('many')), { deadline: Date.now() + 1 });
    expect((await untilEnd(late)).error?.code).toBe(status.DEADLINE_EXCEEDED);
    raw.close();
    for await (const _ of client.readStream('many')) break;
    const pages = countPages(store);
    const seen = await settled(pages);
    expect(await settled(pages)).toBe(seen);
    expect(await readAllOf(client.readStream('many', { maxCount: 1 }))).toHaveLength(1);
  });
});

/** A message as it stands in the body of a call. */
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** How many pages of streams have been read of the store's log since now. */
function countPages({ raw }: ServedLog['store']): () => number {
  let pages = 0;
  const read = raw.readStreamPage.bind(raw);
  raw.readStreamPage = (...args: Parameters<typeof read>) => {
    pages += 1;
    return read(...args);
  };
  return () => pages;
}
