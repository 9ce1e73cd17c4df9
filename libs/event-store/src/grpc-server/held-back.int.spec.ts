import { setImmediate as nextTurn } from 'node:timers/promises';
import { until } from '@action-do/test-support';
import type { EventStoreDBClient } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { type ControlledStore, openControlledStore } from '../embedded/testing/controlled-store.js';
import type { EventLogServer } from '../event-log-server.js';
import { serveEventLog } from './serve-event-log.js';
import { DEFAULT_LIMITS, type ServerLimits } from './server-limits.js';
import { bytesOf, connectTo, events, readAllOf, waysToAppend } from './testing/official-client.js';
import { identifier, nothing, rawClient, untilEnd, uuid } from './testing/raw-client.js';
import { settled } from './testing/settled.contract.js';

let controlled: ControlledStore;
let server: EventLogServer;
let client: EventStoreDBClient;
const opened = async (
  insides: Parameters<typeof openControlledStore>[0] = {},
  limits: Partial<ServerLimits> = { inFlightMax: 16 },
) => {
  controlled = await openControlledStore(insides);
  server = await serveEventLog(
    { store: controlled.store, port: 0, host: '127.0.0.1' },
    { ...DEFAULT_LIMITS, ...limits },
  );
  client = connectTo(server.port);
};
afterEach(async () => {
  controlled.file.letFlushesGo();
  await client.dispose();
  await server.close();
  await controlled.dispose();
});

describe('with the flush held back', () => {
  it('nobody is told of what is not durable: neither its writer, nor a loser, a repeat or a reader', async () => {
    await opened();
    await client.appendToStream('s', events(1));
    controlled.file.holdFlushes();
    const written = controlled.file.nextWrite();
    const told: string[] = [];
    const noted = (who: string, call: Promise<unknown>) =>
      call.catch(() => undefined).finally(() => told.push(who));
    const [winner] = events(1);
    const calls = [
      noted('winner', client.appendToStream('s', winner!, { expectedRevision: 0n })),
      noted('repeat', client.appendToStream('s', winner!, { expectedRevision: 0n })),
      noted('loser', client.appendToStream('s', events(1), { expectedRevision: 0n })),
      noted('too far', client.appendToStream('s', events(1), { expectedRevision: 9n })),
      noted('repeat by id', client.appendToStream('s', winner!, { expectedRevision: 'any' })),
      noted('delete', client.deleteStream('s')),
    ];
    await written;
    expect(await readAllOf(client.readStream('s'))).toHaveLength(1);
    expect(await readAllOf(client.readAll())).toHaveLength(1);
    expect(told).toEqual([]);
    controlled.file.letFlushesGo();
    await Promise.all(calls);
    expect(told.sort()).toEqual(['delete', 'loser', 'repeat', 'repeat by id', 'too far', 'winner']);
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      'an append of no event',
      () => client.appendToStream('s', events(1)),
      () => client.appendToStream('s', []),
    ],
    [
      'one to a stream of which there is only metadata',
      () => client.setStreamMetadata('s', { maxCount: 3 }),
      () => client.appendToStream('s', [], { expectedRevision: 'stream_exists' }),
    ],
    [
      'that a stream is deleted',
      () => client.deleteStream('here'),
      () => client.appendToStream('here', events(1), { expectedRevision: 'stream_exists' }),
    ],
    [
      'that metadata is of a stream that is gone',
      () => client.tombstoneStream('gone'),
      () => client.setStreamMetadata('gone', { maxCount: 3 }),
    ],
    [
      'that metadata was changed meanwhile',
      () => client.setStreamMetadata('here', { maxCount: 3 }),
      () => client.setStreamMetadata('here', { maxCount: 4 }, { expectedRevision: 'no_stream' }),
    ],
  ])('nobody is told by an answer of its own what is not durable: %s', async (_, write, ask) => {
    await opened();
    await client.appendToStream('here', events(1));
    controlled.file.holdFlushes();
    const reached = controlled.file.nextWrite();
    const written = write();
    await reached;
    const told: string[] = [];
    const asked = ask()
      .catch(() => undefined)
      .finally(() => told.push('asked'));
    // Answers to a later question on the same connection, which wait for nothing, come back behind its own.
    for (let round = 0; round < 5; round += 1) await readAllOf(client.readStream('here'));
    expect(told).toEqual([]);
    controlled.file.letFlushesGo();
    await Promise.all([written, asked]);
    expect(told).toEqual(['asked']);
  });

  it.each(waysToAppend)('an append of no event to an empty log has no position: %s', async (_, way) => {
    await opened();
    const answer = await client.appendToStream('s', [], way);
    expect(answer.success).toBe(true);
    expect(answer.position).toBeUndefined();
  });

  it.each(waysToAppend)(
    'a writer waits until its deadline, and its write may be there: %s',
    async (_, way) => {
      await opened();
      await client.appendToStream('warm', events(1));
      controlled.file.holdFlushes();
      await expect(client.appendToStream('s', events(1), { ...way, deadline: 150 })).rejects.toMatchObject({
        type: 'deadline-exceeded',
      });
      controlled.file.letFlushesGo();
      await client.appendToStream('warm', events(1));
      expect(await readAllOf(client.readStream('s'))).toHaveLength(1);
    },
  );

  it.each(waysToAppend)(
    'a stop waits for what is under way, and its writer is answered: %s',
    async (_, way) => {
      await opened();
      await client.appendToStream('warm', events(1));
      controlled.file.holdFlushes();
      const written = controlled.file.nextWrite();
      const underWay = client.appendToStream('s', events(1), way);
      await written;
      const stopped = server.close();
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      controlled.file.letFlushesGo();
      expect(await underWay).toMatchObject({ nextExpectedRevision: 0n });
      await stopped;
    },
  );

  it('and never longer than 2 s, whatever its deadline', async () => {
    await opened();
    await client.appendToStream('warm', events(1));
    controlled.file.holdFlushes();
    const [, own] = waysToAppend[1] ?? [];
    const began = performance.now();
    await Promise.all([
      expect(client.appendToStream('s', events(1))).rejects.toMatchObject({ type: 'deadline-exceeded' }),
      expect(client.appendToStream('t', events(1), own)).rejects.toMatchObject({ type: 'timeout' }),
    ]);
    // The client's own deadline is 10 s.
    expect(performance.now() - began).toBeLessThan(8_000);
    await until('the log is seen to hang', () => !server.isWritable);
    controlled.file.letFlushesGo();
    await until('and to go on', () => server.isWritable);
  });

  it('no more appends of a call are taken at once than may be; the rest comes when they are answered', async () => {
    await opened();
    controlled.file.holdFlushes();
    const raw = rawClient(server.port);
    const call = raw.batchAppend();
    const ended = untilEnd(call);
    const names = Array.from({ length: 100 }, (_, index) => `s-${index}`);
    for (const name of names) call.write(batchOf(name));
    call.end();
    await until('as many are taken as may be', () => controlled.store.raw.head('s-15') !== undefined);
    const taken = () => names.filter((name) => controlled.store.raw.head(name) !== undefined).length;
    // A few lie in the call's own buffers.
    expect(await settled(taken)).toBeLessThan(40);
    controlled.file.letFlushesGo();
    const { answers, error } = await ended;
    expect(error).toBeUndefined();
    expect(answers).toHaveLength(100);
    expect(controlled.store.raw.head('s-99')).toBeDefined();
    raw.close();
  });

  it.each(waysToAppend)(
    'what is being written counts until it is, also when its writer was told that nobody knows, or left: %s',
    async (_, way) => {
      await opened();
      await client.appendToStream('warm', events(1));
      await until('that is over', () => server.counts.waitingBytes === 0);
      controlled.file.holdFlushes();
      const large = bytesOf(500_000);
      await expect(client.appendToStream('s', large, { ...way, deadline: 150 })).rejects.toMatchObject({
        type: 'deadline-exceeded',
      });
      expect(await settled(() => server.counts.waitingBytes)).toBeGreaterThan(500_000);
      controlled.file.letFlushesGo();
      await until('it is let go', () => server.counts.waitingBytes === 0);
    },
  );

  it('and takes its place in the batch call for as long', async () => {
    await opened({}, { inFlightMax: 1 });
    controlled.file.holdFlushes();
    const raw = rawClient(server.port);
    const call = raw.batchAppend();
    const ended = untilEnd(call);
    const soon = timestamps.Timestamp.fromDate(new Date(Date.now() + 150));
    const names = Array.from({ length: 100 }, (_, index) => `s-${index}`);
    for (const name of names) {
      const request = batchOf(name);
      request.getOptions()?.setDeadline(soon);
      call.write(request);
    }
    call.end();
    let answered = 0;
    call.on('data', () => {
      answered += 1;
    });
    await until('who writes was told that nobody knows', () => answered > 0);
    // A few lie in the call's own buffers; were the rest read, it would be answered too, for its deadline is over.
    expect(await settled(() => answered)).toBeLessThan(40);
    controlled.file.letFlushesGo();
    expect((await ended).answers).toHaveLength(100);
    raw.close();
  });

  it.each(waysToAppend)(
    'a full queue is told so, nothing of it is written, and later it is taken: %s',
    async (_, way) => {
      await opened({ limits: { waitingEventsMax: 2 } });
      await client.appendToStream('warm', events(1));
      controlled.file.holdFlushes();
      const written = controlled.file.nextWrite();
      const first = client.appendToStream('first', events(2));
      await written;
      await expect(client.appendToStream('second', events(1), way)).rejects.toMatchObject({
        type: way.credentials ? 'timeout' : 'deadline-exceeded',
      });
      expect(controlled.store.raw.head('second')).toBeUndefined();
      controlled.file.letFlushesGo();
      await first;
      await client.appendToStream('second', events(1), way);
    },
  );

  it.each(waysToAppend)(
    'a deleted stream is written to and begins anew, or neither, however little the queue holds: %s',
    async (_, way) => {
      await opened({ limits: { waitingEventsMax: 1 } });
      await client.appendToStream('s', events(1));
      await client.deleteStream('s');
      const answer = await client.appendToStream('s', events(1), way);
      expect(answer.nextExpectedRevision).toBe(1n);
      expect(await readAllOf(client.readStream('s'))).toHaveLength(1);
    },
  );
});

it('a failed flush leaves the outcome unknown, and then the log is unavailable', async () => {
  await opened();
  await client.appendToStream('s', events(1));
  controlled.file.failure = new Error('no space left on device');
  await expect(client.appendToStream('s', events(1))).rejects.toMatchObject({ type: 'deadline-exceeded' });
  await expect(readAllOf(client.readStream('s'))).rejects.toMatchObject({ type: 'unavailable' });
  expect(controlled.fatal).toHaveLength(1);
  expect(server.isWritable).toBe(false);
});

function batchOf(stream: string): streams.BatchAppendReq {
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(identifier(stream));
  const message = new streams.BatchAppendReq.ProposedMessage().setId(uuid(crypto.randomUUID()));
  message.getMetadataMap().set('type', 'Noted').set('content-type', 'application/json');
  return new streams.BatchAppendReq()
    .setCorrelationId(uuid(crypto.randomUUID()))
    .setOptions(options.setAny(nothing()))
    .setProposedMessagesList([message])
    .setIsFinal(true);
}
