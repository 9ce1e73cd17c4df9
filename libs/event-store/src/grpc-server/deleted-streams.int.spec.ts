import type { AppendExpectedRevision, EventStoreDBClient } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ServiceError, status } from '@grpc/grpc-js';
import {
  connectTo,
  event,
  events,
  readAllOf,
  revisionsOf,
  someStream,
  waysToAppend,
} from './testing/official-client.js';
import { officialClientOnLog } from './testing/official-client-on-log.contract.js';
import { identifier, nothing, type RawClient, rawClient } from './testing/raw-client.js';
import { type ServedLog, serveLog } from './testing/served-log.js';

let client: EventStoreDBClient;
let port: number;
officialClientOnLog((its, { server }) => {
  client = its;
  port = server.port;
});

const softDeleted = async (count = 3): Promise<string> => {
  const stream = someStream();
  await client.appendToStream(stream, events(count));
  await client.deleteStream(stream);
  return stream;
};
const tombstoned = async (): Promise<string> => {
  const stream = someStream();
  await client.appendToStream(stream, events(3));
  await client.tombstoneStream(stream);
  return stream;
};
const revisions = async (stream: string) => revisionsOf(await readAllOf(client.readStream(stream)));

describe('a soft-deleted stream', () => {
  it('is not found, in either direction, and its events are still in the log', async () => {
    const stream = await softDeleted();
    for (const direction of ['forwards', 'backwards'] as const)
      await expect(
        readAllOf(
          client.readStream(stream, { direction, fromRevision: direction === 'forwards' ? 'start' : 'end' }),
        ),
      ).rejects.toMatchObject({ type: 'stream-not-found', streamName: stream });
    const all = await readAllOf(client.readAll());
    expect(all.filter(({ event: read }) => read?.streamId === stream)).toHaveLength(3);
  });

  it.each<AppendExpectedRevision>(['no_stream', 'any', 2n])(
    'goes on behind its last event when written to, expecting %s',
    async (expectedRevision) => {
      const stream = await softDeleted();
      const answer = await client.appendToStream(stream, events(1), { expectedRevision });
      expect(answer.nextExpectedRevision).toBe(3n);
      await client.appendToStream(stream, events(1), { expectedRevision: 3n });
      expect(await revisions(stream)).toEqual([3n, 4n]);
      const { metadata } = await client.getStreamMetadata(stream);
      expect(metadata).toEqual({ truncateBefore: 3 });
    },
  );

  it.each<AppendExpectedRevision>([1n, 5n])('is not written to at %s', async (expectedRevision) => {
    const stream = await softDeleted();
    await expect(client.appendToStream(stream, events(1), { expectedRevision })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      actualVersion: 2n,
    });
  });

  it.each(waysToAppend)('is deleted for who expects it there, %s', async (_, way) => {
    const stream = await softDeleted();
    await expect(
      client.appendToStream(stream, events(1), { expectedRevision: 'stream_exists', ...way }),
    ).rejects.toMatchObject({ type: 'stream-deleted', streamName: stream });
  });

  it.each<AppendExpectedRevision>(['no_stream', 'any'])(
    'stays deleted when an event that it holds is sent again, expecting %s',
    async (expectedRevision) => {
      const stream = someStream();
      const list = events(2);
      const first = await client.appendToStream(stream, list);
      await client.deleteStream(stream);
      const again = await client.appendToStream(stream, list, { expectedRevision });
      expect(again.nextExpectedRevision).toBe(1n);
      expect(again.position).toEqual(expectedRevision === 'no_stream' ? undefined : first.position);
      await expect(revisions(stream)).rejects.toMatchObject({ type: 'stream-not-found' });
    },
  );

  it('can be deleted again, expecting anything', async () => {
    const stream = await softDeleted();
    await expect(client.deleteStream(stream)).resolves.toHaveProperty('position');
  });

  it('comes back empty, behind its last event, when it is given metadata', async () => {
    const stream = await softDeleted();
    await client.setStreamMetadata(stream, { maxCount: 100 });
    expect(await revisions(stream)).toEqual([]);
    const { metadata } = await client.getStreamMetadata(stream);
    expect(metadata).toEqual({ maxCount: 100, truncateBefore: 3 });
  });

  it('can be written to by many at once: all of it is shown', async () => {
    const stream = await softDeleted();
    await Promise.all(events(20).map((each) => client.appendToStream(stream, [each])));
    expect(await revisions(stream)).toHaveLength(20);
  });
});

describe('a soft delete', () => {
  it.each<['any' | 'no_stream' | bigint, bigint]>([
    ['any', -2n],
    ['no_stream', -1n],
    [0n, 0n],
  ])('of a missing stream, expecting %s, is a wrong revision', async (expectedRevision, expectedVersion) => {
    const streamName = someStream();
    await expect(client.deleteStream(streamName, { expectedRevision })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      code: 9,
      streamName,
      expectedVersion,
    });
  });

  it('at another revision than the last is refused, and says which is', async () => {
    const stream = someStream();
    await client.appendToStream(stream, events(3));
    await expect(client.deleteStream(stream, { expectedRevision: 1n })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: 1n,
      actualVersion: 2n,
    });
    await client.deleteStream(stream, { expectedRevision: 2n });
  });

  it('of a stream of which there is only metadata succeeds, expecting anything', async () => {
    const stream = someStream();
    await client.setStreamMetadata(stream, { maxCount: 3 });
    await client.deleteStream(stream);
  });
});

/** The client's types do not have it, and its message of a soft delete does not serialize. */
describe.each<[string, (raw: RawClient, stream: string, done: (error: ServiceError | null) => void) => void]>(
  [
    [
      'a soft delete',
      (raw, stream, done) => {
        const options = new streams.DeleteReq.Options();
        options.setStreamIdentifier(identifier(stream)).setStreamExists(nothing());
        raw.delete(new streams.DeleteReq().setOptions(options), done);
      },
    ],
    [
      'a tombstone',
      (raw, stream, done) => {
        const options = new streams.TombstoneReq.Options();
        options.setStreamIdentifier(identifier(stream)).setStreamExists(nothing());
        raw.tombstone(new streams.TombstoneReq().setOptions(options), done);
      },
    ],
  ],
)('%s that expects the stream to be there', (_, call) => {
  let raw: RawClient;
  beforeAll(() => {
    raw = rawClient(port);
  });
  afterAll(() => raw.close());
  const failure = (stream: string) =>
    new Promise<ServiceError | null>((resolve) => {
      call(raw, stream, resolve);
    });

  it('succeeds where it is', async () => {
    const stream = someStream();
    await client.appendToStream(stream, events(1));
    expect(await failure(stream)).toBeNull();
    await expect(revisions(stream)).rejects.toThrow();
  });

  it('is a wrong revision where it is not, and is told by -4', async () => {
    const stream = someStream();
    const error = await failure(stream);
    expect(error?.code).toBe(status.FAILED_PRECONDITION);
    expect(error?.metadata.getMap()).toMatchObject({
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': '-4',
      'actual-version': '',
    });
  });

  it('is refused as deleted where it was deleted already', async () => {
    const error = await failure(await softDeleted());
    expect(error?.code).toBe(status.FAILED_PRECONDITION);
    expect(error?.metadata.getMap()).toMatchObject({ exception: 'stream-deleted' });
  });
});

describe('a tombstoned stream', () => {
  it.each<[string, (stream: string) => Promise<unknown>]>([
    ['an append', (stream) => client.appendToStream(stream, events(1))],
    ['an append of its own call', (stream) => client.appendToStream(stream, events(1), waysToAppend[1]?.[1])],
    ['a read', (stream) => readAllOf(client.readStream(stream))],
    [
      'a read backwards',
      (stream) => readAllOf(client.readStream(stream, { direction: 'backwards', fromRevision: 'end' })),
    ],
    ['a subscription', (stream) => readAllOf(client.subscribeToStream(stream))],
    ['a delete', (stream) => client.deleteStream(stream)],
    ['a tombstone', (stream) => client.tombstoneStream(stream)],
    ['setting metadata', (stream) => client.setStreamMetadata(stream, { maxCount: 2 })],
    ['getting metadata', (stream) => client.getStreamMetadata(stream)],
  ])('refuses %s as deleted', async (_, call) => {
    const stream = await tombstoned();
    await expect(call(stream)).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('ends with an event at the highest revision there is', async () => {
    const stream = await tombstoned();
    const all = await readAllOf(client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }));
    expect(all[0]?.event).toMatchObject({
      streamId: stream,
      type: '$streamDeleted',
      revision: 9_223_372_036_854_775_807n,
    });
  });

  it('may be one that never began', async () => {
    const stream = someStream();
    await client.tombstoneStream(stream, { expectedRevision: 'no_stream' });
    await expect(client.appendToStream(stream, events(1))).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('is refused at another revision than the last', async () => {
    const stream = someStream();
    await client.appendToStream(stream, events(3));
    await expect(client.tombstoneStream(stream, { expectedRevision: 0n })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      actualVersion: 2n,
    });
    await client.tombstoneStream(stream, { expectedRevision: 2n });
  });
});

describe('streams that are protected', () => {
  let guarded: ServedLog;
  let user: EventStoreDBClient;
  beforeAll(async () => {
    guarded = await serveLog({ protectedPrefixes: ['action-', 'tenant-'] });
    user = connectTo(guarded.server.port);
    await user.appendToStream('action-a.1', events(3), { expectedRevision: 'no_stream' });
  });
  afterAll(async () => {
    await user.dispose();
    await guarded.dispose();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a delete', () => user.deleteStream('action-a.1')],
    ['a tombstone', () => user.tombstoneStream('action-a.1')],
    ['a tombstone of one that never began', () => user.tombstoneStream('tenant-new')],
    ['$maxCount', () => user.setStreamMetadata('action-a.1', { maxCount: 1 })],
    ['$maxAge', () => user.setStreamMetadata('action-a.1', { maxAge: 1 })],
    ['$tb', () => user.setStreamMetadata('action-a.1', { truncateBefore: 1 })],
    [
      '$tb in a call of its own',
      () => user.appendToStream('$$action-a.1', [event(undefined, { $tb: 1 })], waysToAppend[1]?.[1]),
    ],
    ['$tb in a batch call', () => user.appendToStream('$$action-a.1', [event(undefined, { $tb: 1 })])],
  ])('refuse %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ type: 'access-denied' });
    expect(await readAllOf(user.readStream('action-a.1'))).toHaveLength(3);
  });

  it('take metadata that hides nothing', async () => {
    await user.setStreamMetadata('action-a.1', { cacheControl: 5 });
    expect((await user.getStreamMetadata('action-a.1')).metadata).toEqual({ cacheControl: 5 });
  });

  it('are told by their prefix alone', async () => {
    await user.appendToStream('reaction-1', events(1));
    await user.deleteStream('reaction-1');
  });
});
