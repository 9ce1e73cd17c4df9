/** What is the adapter's own: one a process, the log's name, what others do to a log, and how much it holds. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfSigned, until } from '@action-do/test-support';
import { binaryEvent, type EventStoreDBClient } from '@eventstore/db-client';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import { collect, idsOf, isCaughtUp, newEvent, newEvents, takeUntil } from '../contract/fixtures.contract.js';
import { ForeignEvent } from '../embedded/errors.js';
import { temporaryFolder } from '../embedded/testing/temporary-folder.js';
import { StoreUnavailable } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { connectTo, event } from '../grpc-server/testing/official-client.js';
import { type ServedLog, serveLog } from '../grpc-server/testing/served-log.js';
import { nameLog, readLogId, showLogId } from '../log-identity.js';
import { openEventStore } from '../open-event-store.js';
import { LogAccessDenied, SecondLogClient } from './errors.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';
import { Stalls } from './testing/stalls.js';

let served: ServedLog;
let store: EventStore;
/** Whoever else writes to the same server. */
let other: EventStoreDBClient;
const ends: (() => Promise<void>)[] = [];
const stalls = new Stalls();
const { signal } = new AbortController();
const urlOf = ({ server }: ServedLog) => `esdb://127.0.0.1:${server.port}?tls=false`;

beforeAll(async () => {
  served = await serveLog();
  await showLogId(served.store);
  other = connectTo(served.server.port);
});
afterAll(async () => {
  stalls.end();
  await other.dispose();
  await served.dispose();
});
beforeEach(async () => {
  store = await openEsdbEventStore({ url: urlOf(served) });
});
afterEach(async () => {
  await store.close();
  for (const end of ends.splice(0).reverse()) await end();
});

describe('one store on a server a process', () => {
  it('is open: a second is refused with the reason, also to another server, and taken after a close', async () => {
    for (const url of [urlOf(served), 'esdb://elsewhere.invalid:2113']) {
      const second = openEsdbEventStore({ url });
      await expect(second).rejects.toThrow(SecondLogClient);
      await expect(second).rejects.toThrow(/can have one: the official client keeps the appends of all/);
    }
    await store.append('one-client', [newEvent()], 'no-stream');
    await store.close();
    store = await openEventStore(urlOf(served));
    await store.append('one-client', [newEvent()], 0n);
  });

  it('is not open where it could not be opened', async () => {
    await store.close();
    await expect(openEsdbEventStore({ url: 'esdb://127.0.0.1:1?tls=false' })).rejects.toThrow(
      StoreUnavailable,
    );
    await expect(openEsdbEventStore({ url: 'esdb://' })).rejects.toThrow(TypeError);
    const noCertificate = openEsdbEventStore({ url: 'esdb://127.0.0.1:1?tlsCAFile=/nowhere/ca.pem' });
    await expect(noCertificate).rejects.toThrow(
      "tlsCAFile of the event log's url cannot be read: /nowhere/ca.pem",
    );
    store = await openEsdbEventStore({ url: urlOf(served) });
  });
});

it('over TLS the certificate is checked, and credentials may be given', async () => {
  await store.close();
  const tls = selfSigned();
  const secured = await serveLog({ tls });
  ends.push(() => secured.dispose());
  const folder = temporaryFolder();
  ends.push(async () => folder.remove());
  const ca = join(folder.path, 'ca.pem');
  writeFileSync(ca, tls.cert);
  const place = `ann:secret@127.0.0.1:${secured.server.port}`;
  await expect(openEsdbEventStore({ url: `esdb://${place}` })).rejects.toThrow(StoreUnavailable);
  store = await openEsdbEventStore({ url: `esdb://${place}?tlsCAFile=${encodeURIComponent(ca)}` });
  expect(await store.append('over-tls', [newEvent()], 'no-stream')).toMatchObject({ revision: 0n });
});

it.each([
  ['esdb', 'several-1'],
  ['esdb+discover', 'several-2'],
])('of several servers those are asked who leads that are there, with %s://', async (scheme, streamId) => {
  await store.close();
  const nobody = `${scheme}://127.0.0.1:1,127.0.0.1:2?tls=false&maxDiscoverAttempts=2&discoveryInterval=1`;
  await expect(openEsdbEventStore({ url: nobody })).rejects.toThrow(/Failed to discover after 2 attempts/);
  store = await openEsdbEventStore({
    url: `${scheme}://127.0.0.1:1,127.0.0.1:${served.server.port}?tls=false`,
  });
  expect(await store.append(streamId, [newEvent()], 'no-stream')).toMatchObject({
    revision: 0n,
  });
});

it('with discovery the server is asked who leads, and that nobody is there is said', async () => {
  await store.close();
  const nobody = 'esdb+discover://127.0.0.1:1?tls=false&maxDiscoverAttempts=2';
  await expect(openEsdbEventStore({ url: nobody })).rejects.toThrow(/Failed to discover after 2 attempts/);
  store = await openEsdbEventStore({ url: `kurrentdb+discover://127.0.0.1:${served.server.port}?tls=false` });
  expect(await store.append('discovered', [newEvent()], 'no-stream')).toMatchObject({ revision: 0n });
});

describe("the log's name", () => {
  it('is that of the embedded log which is served, and so are the positions', async () => {
    expect(store.logId).toBe(served.store.logId);
    const answer = await store.append('named', newEvents(2), 'no-stream');
    const [, last] = await collect(served.store.readStream('named'));
    expect(last?.position).toBe(answer.position);
    expect(await collect(store.readStream('named'))).toEqual(await collect(served.store.readStream('named')));
  });

  it('is made for a log that has none, once, and kept', async () => {
    await store.close();
    const nameless = await serveLog();
    ends.push(() => nameless.dispose());
    store = await openEsdbEventStore({ url: urlOf(nameless) });
    const { logId } = store;
    expect(logId).toMatch(/^[a-z0-9]{10}$/);
    expect(await nameLog(store, 'toolate')).toBe(logId);
    await store.close();
    store = await openEsdbEventStore({ url: urlOf(nameless) });
    expect(store.logId).toBe(logId);
    // The embedded log has a name of its own, and must not be served by another.
    await expect(showLogId(nameless.store)).rejects.toThrow(`calls itself ${logId}`);
  });

  it('is nothing that somebody else wrote in its place', async () => {
    const strange = await serveLog();
    ends.push(() => strange.dispose());
    await strange.store.append('log-identity', [newEvent({ logId: 'NOT a name' }, 'LogNamed')], 'no-stream');
    await expect(readLogId(strange.store)).rejects.toThrow(/does not hold the name/);
    await store.close();
    await expect(openEsdbEventStore({ url: urlOf(strange) })).rejects.toThrow(/does not hold the name/);
    store = await openEsdbEventStore({ url: urlOf(served) });
  });
});

describe('a log that is read-only', () => {
  it('is read, and says why it takes no appends', async () => {
    await store.close();
    const shown = await serveLog({ readOnly: true });
    ends.push(() => shown.dispose());
    await showLogId(shown.store);
    await shown.store.append('shown', newEvents(2), 'no-stream');
    store = await openEsdbEventStore({ url: urlOf(shown) });
    expect(await collect(store.readStream('shown'))).toHaveLength(2);
    const refused = store.append('shown', [newEvent()], 1n);
    await expect(refused).rejects.toThrow(StoreUnavailable);
    await expect(refused).rejects.toThrow(/does not let us append to it: it is read-only/);
  });
});

describe('a server that does not let us in', () => {
  it('is said so at the open, which is no reason to wait', async () => {
    await store.close();
    const server = new Server();
    server.addService(services.StreamsService, {
      read: (call: ServerWritableStream<unknown, unknown>) =>
        call.emit('error', { code: status.UNAUTHENTICATED, details: 'wrong password' }),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    ends.push(async () => server.forceShutdown());
    const refused = openEsdbEventStore({ url: `esdb://127.0.0.1:${port}?tls=false` });
    await expect(refused).rejects.toThrow(LogAccessDenied);
    await expect(refused).rejects.toThrow(
      /does not let us read it: .* the user and password of its url are wrong/,
    );
  });

  it('also where it lets us read and the log has to be given its name', async () => {
    await store.close();
    const nameless = await serveLog({ readOnly: true });
    ends.push(() => nameless.dispose());
    await expect(openEsdbEventStore({ url: urlOf(nameless) })).rejects.toThrow(LogAccessDenied);
  });
});

describe('what others do to the log', () => {
  it('events of another shape in a stream of ours are not read past', async () => {
    const after = (await store.append('foreign-1', [newEvent()], 'no-stream')).position;
    await other.appendToStream('foreign-1', [binaryEvent({ type: 'Odd', data: Buffer.from('{"a":1') })], {
      expectedRevision: 0n,
    });
    await expect(collect(store.readStream('foreign-1'))).rejects.toMatchObject({
      code: 'FOREIGN_EVENT',
      streamId: 'foreign-1',
      revision: 1n,
    });
    await expect(collect(store.readAll({ after }))).rejects.toThrow(ForeignEvent);
    const subscription = store.subscribe({ after, streamPrefixes: ['foreign-'], signal });
    await expect(collect(subscription)).rejects.toThrow(ForeignEvent);
  });

  it('streams whose names are none of ours are passed over', async () => {
    const after = (await store.append('ours-1', [newEvent()], 'no-stream')).position;
    await other.appendToStream('some body', [binaryEvent({ type: 'Odd', data: Buffer.from('x') })]);
    await other.setStreamMetadata('another body', { maxCount: 5 });
    const mine = newEvent();
    await store.append('ours-2', [mine], 'no-stream');
    expect(idsOf(await collect(store.readAll({ after })))).toEqual([mine.id]);
    const items = await takeUntil(store.subscribe({ after, signal }), isCaughtUp);
    expect(items.map(({ kind }) => kind)).toEqual(['event', 'caught-up']);
  });

  it('a subscription from behind the end of the log is refused: it would wait and skip', async () => {
    const { position } = await store.append('end-1', [newEvent()], 'no-stream');
    const items = collect(store.subscribe({ after: position + 1_000n, signal }));
    await expect(items).rejects.toThrow(RangeError);
    expect(await collect(store.readAll({ after: position + 1_000n }))).toEqual([]);
  });
});

describe('limits', () => {
  it("an append larger than the server takes is refused with the server's limit, and the connection is usable", async () => {
    const large = newEvent({ text: 'x'.repeat(1_100_000) });
    const refused = store.append('large-1', [large], 'no-stream');
    await expect(refused).rejects.toThrow(RangeError);
    await expect(refused).rejects.toThrow(/takes 1048576 bytes of data/);
    await store.append('large-1', [newEvent()], 'no-stream');
  });

  it('a slow subscriber holds up the server, not the memory', async () => {
    const before = served.server.counts.eventsRead;
    const { position: after } = await store.append('slow-0', [newEvent()], 'no-stream');
    const text = 'x'.repeat(1_000);
    for (const stream of ['slow-1', 'slow-2'])
      await store.append(
        stream,
        Array.from({ length: 400 }, () => newEvent({ text })),
        'no-stream',
      );
    const items = store.subscribe({ after, signal })[Symbol.asyncIterator]();
    await items.next();
    let last = -1;
    await until('no more is sent', () => {
      const { eventsRead } = served.server.counts;
      const same = eventsRead === last;
      last = eventsRead;
      return same && eventsRead > before;
    });
    // Those in the windows and buffers between the two.
    expect(last - before).toBeLessThan(400);
    expect(1 + (await rest(items, 799))).toBe(800);
  });

  it('reads that are left early are over for the server too, and hold up no close', async () => {
    // As many as the buffers of the client hold: all of it arrives, and its end is behind what nobody reads.
    const { position: last } = await store.append('left', newEvents(45), 'no-stream');
    const after = last - 45n;
    for await (const _ of store.readStream('left')) break;
    for await (const _ of store.readAll({ after })) {
      await until('the server has said it all', () => served.server.counts.openReads === 0);
      await roundTrips(10);
      break;
    }
    for await (const _ of store.subscribe({ after, signal })) break;
    await until('none is open', () => {
      const { openReads, openSubscriptions } = served.server.counts;
      return openReads + openSubscriptions === 0;
    });
    const startedAtMs = performance.now();
    await store.close();
    expect(performance.now() - startedAtMs).toBeLessThan(1_800 + 2 * stalls.longestMs);
  });
});

it('caught-up comes behind the events before it, however long they wait to be read', async () => {
  const { position: after } = await store.append('behind-0', [newEvent()], 'no-stream');
  const written = newEvents(10);
  await store.append('behind-1', written, 'no-stream');
  const sentBefore = served.server.counts.eventsRead;
  const items = store.subscribe({ after, signal })[Symbol.asyncIterator]();
  const first = await items.next();
  await until('all were sent', () => served.server.counts.eventsRead >= sentBefore + written.length);
  await roundTrips(10);
  const kinds = [first.value.kind];
  while (kinds.at(-1) === 'event') kinds.push((await items.next()).value.kind);
  expect(kinds).toEqual([...written.map(() => 'event'), 'caught-up']);
  await items.return?.();
});

it.each([
  ['all streams', undefined],
  ['some streams', ['growing-']],
])('a read of %s ends where the log ended when it began', async (what, streamPrefixes) => {
  const stream = `growing-${what.length}`;
  // More than is under way at once, so that the server still reads when the log has grown.
  const text = 'x'.repeat(1_000);
  const events = Array.from({ length: 300 }, () => newEvent({ text }));
  const { position, revision } = await store.append(stream, events, 'no-stream');
  const filter = streamPrefixes && { streamPrefixes };
  let read = 0;
  for await (const event of store.readAll({ after: position - 300n, ...filter })) {
    expect(event.position <= position).toBe(true);
    if (read < 5) await store.append(stream, [newEvent()], revision + BigInt(read));
    read += 1;
  }
  expect(read).toBe(300);
});

it('events and their size come back as the embedded store tells them', async () => {
  const { position: after } = await store.append('same-1', [newEvent()], 'no-stream');
  await other.appendToStream('same-2', [event()], { expectedRevision: 'no_stream' });
  await store.append('same-1', newEvents(3), 0n);
  expect(await collect(store.readAll({ after }))).toEqual(await collect(served.store.readAll({ after })));
});

/** Long enough for what the server has sent before to have arrived. */
async function roundTrips(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await collect(store.readStream('behind-0'));
}

async function rest(items: AsyncIterator<{ kind: string }>, count: number): Promise<number> {
  let events = 0;
  while (events < count) {
    const { value, done } = await items.next();
    if (done) break;
    if (value.kind === 'event') events += 1;
  }
  await items.return?.();
  return events;
}
