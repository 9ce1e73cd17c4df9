import {
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  type Position,
  type ReadStreamOptions,
} from '@eventstore/db-client';
import { events, readAllOf, revisionsOf, someStream } from './testing/official-client.js';
import { officialClientOnLog } from './testing/official-client-on-log.contract.js';
import type { ServedLog } from './testing/served-log.js';

let client: EventStoreDBClient;
let served: ServedLog;
const stream = someStream();
officialClientOnLog(async (its, log) => {
  client = its;
  served = log;
  await client.appendToStream(stream, events(10));
});

describe('a read of a stream', () => {
  it.each<[string, ReadStreamOptions, bigint[]]>([
    ['forwards from the start', { fromRevision: 'start', maxCount: 2 }, [0n, 1n]],
    ['forwards from a revision, which is read too', { fromRevision: 7n }, [7n, 8n, 9n]],
    ['forwards from beyond the end', { fromRevision: 20n }, []],
    ['backwards from the end', { direction: 'backwards', fromRevision: 'end', maxCount: 2 }, [9n, 8n]],
    ['backwards from a revision', { direction: 'backwards', fromRevision: 3n }, [3n, 2n, 1n, 0n]],
    ['backwards from beyond the end', { direction: 'backwards', fromRevision: 50n, maxCount: 1 }, [9n]],
    ['backwards from the start', { direction: 'backwards', fromRevision: 'start' }, [0n]],
  ])('%s', async (_, options, revisions) => {
    expect(revisionsOf(await readAllOf(client.readStream(stream, options)))).toEqual(revisions);
  });

  it.each<[string, ReadStreamOptions]>([
    ['forwards from the end', { fromRevision: 'end' }],
    ['of no event', { maxCount: 0 }],
  ])('%s is an error, as on a real server', async (_, options) => {
    await expect(readAllOf(client.readStream(stream, options))).rejects.toMatchObject({
      type: 'unknown',
      message: expect.stringContaining('Unexpected ReadStreamResult: Error'),
    });
  });

  it.each(['forwards', 'backwards'] as const)('that is missing is not found, %s', async (direction) => {
    const fromRevision = direction === 'forwards' ? 'start' : 'end';
    await expect(readAllOf(client.readStream('missing', { direction, fromRevision }))).rejects.toMatchObject({
      type: 'stream-not-found',
      streamName: 'missing',
    });
  });
});

describe('a read of the whole log', () => {
  const all = () => readAllOf(client.readAll());
  const places = async (options: Parameters<EventStoreDBClient['readAll']>[0]) =>
    (await readAllOf(client.readAll(options))).map(({ event }) => event?.position?.commit);

  it('forwards from a position has its event, backwards has not', async () => {
    const positions = (await all()).map(({ event }) => event?.position);
    const third = positions[2] as Position;
    expect(await places({ fromPosition: third, maxCount: 1 })).toEqual([third.commit]);
    expect(await places({ direction: 'backwards', fromPosition: third })).toEqual([
      positions[1]?.commit,
      positions[0]?.commit,
    ]);
  });

  it('forwards from the end, backwards from the start and forwards from beyond the end are empty', async () => {
    const beyond = { commit: 1_000_000n, prepare: 1_000_000n };
    expect(await places({ fromPosition: 'end' })).toEqual([]);
    expect(await places({ direction: 'backwards', fromPosition: 'start' })).toEqual([]);
    expect(await places({ fromPosition: beyond })).toEqual([]);
  });

  it('backwards from the end has every event once, the newest first', async () => {
    const forwards = (await all()).map(({ event }) => event?.position?.commit);
    expect(await places({ direction: 'backwards', fromPosition: 'end' })).toEqual(forwards.toReversed());
  });

  it.each<[string, Position, 'forwards' | 'backwards']>([
    ['whose halves differ', { commit: 3n, prepare: 2n }, 'forwards'],
    ['whose halves differ, backwards', { commit: 3n, prepare: 2n }, 'backwards'],
    ['beyond the end, backwards', { commit: 1_000_000n, prepare: 1_000_000n }, 'backwards'],
  ])('from a position that is no event of this log (%s) is refused', async (_, fromPosition, direction) => {
    await expect(places({ fromPosition, direction })).rejects.toMatchObject({
      type: 'unknown',
      message: expect.stringContaining('InvalidPosition'),
    });
  });

  it('comes page by page: a reader that stops early costs no more than it took', async () => {
    const many = someStream();
    await client.appendToStream(many, events(600));
    const read = client.readStream(many);
    let taken = 0;
    for await (const _ of read) {
      taken += 1;
      if (taken === 300) break;
    }
    expect(taken).toBe(300);
    expect(revisionsOf(await readAllOf(client.readStream(many)))).toEqual(
      Array.from({ length: 600 }, (_, index) => BigInt(index)),
    );
  });
});

describe('what is read is what was written', () => {
  it('data, metadata, type, id and content type, byte for byte', async () => {
    const name = someStream();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await client.appendToStream(name, [
      jsonEvent({
        type: 'Größe 😀',
        data: { nested: { list: [1, 'zwei', null] } },
        metadata: { who: 'me', n: 1 },
      }),
      binaryEvent({ type: 'Bytes', data: bytes, metadata: bytes }),
      jsonEvent({ type: 'Empty', data: {} }),
    ]);
    const [json, binary, empty] = (await readAllOf(client.readStream(name))).map(({ event }) => event);
    expect(json).toMatchObject({
      type: 'Größe 😀',
      isJson: true,
      data: { nested: { list: [1, 'zwei', null] } },
      metadata: { who: 'me', n: 1 },
    });
    expect(binary).toMatchObject({ type: 'Bytes', isJson: false });
    expect(Buffer.from(binary?.data as Uint8Array)).toEqual(Buffer.from(bytes));
    expect(Buffer.from(binary?.metadata as Uint8Array)).toEqual(Buffer.from(bytes));
    expect(empty).toMatchObject({ data: {}, metadata: undefined });
  });

  it('what the store wrote itself reads like any other, and the store reads what clients wrote', async () => {
    const id = crypto.randomUUID();
    await served.store.append(
      'mixed',
      [{ id, type: 'Own', data: { a: [1] }, metadata: { b: 'c' } }],
      'no-stream',
    );
    await client.appendToStream(
      'mixed',
      [jsonEvent({ type: 'Theirs', data: { d: 2 }, metadata: { e: 'f' } })],
      {
        expectedRevision: 0n,
      },
    );
    const read = (await readAllOf(client.readStream('mixed'))).map(({ event }) => event);
    expect(read).toMatchObject([
      { id, type: 'Own', isJson: true, data: { a: [1] }, metadata: { b: 'c' }, revision: 0n },
      { type: 'Theirs', data: { d: 2 }, revision: 1n },
    ]);
    const own = [];
    for await (const event of served.store.readStream('mixed')) own.push(event);
    expect(own).toMatchObject([
      { type: 'Own', data: { a: [1] } },
      { type: 'Theirs', data: { d: 2 }, metadata: { e: 'f' }, revision: 1n },
    ]);
  });
});

describe('links', () => {
  const link = (text: string) => binaryEvent({ type: '$>', data: Buffer.from(text) });
  const resolved = async (name: string) => readAllOf(client.readStream(name, { resolveLinkTos: true }));

  it('are followed where asked, and read as they are where not', async () => {
    const links = someStream();
    await client.appendToStream(links, [link(`4@${stream}`)]);
    const [found] = await resolved(links);
    expect(found?.event).toMatchObject({ streamId: stream, revision: 4n });
    expect(found?.link).toMatchObject({ streamId: links, revision: 0n, type: '$>' });
    const [plain] = await readAllOf(client.readStream(links));
    expect(plain?.event?.type).toBe('$>');
    expect(plain?.link).toBeUndefined();
  });

  it('to what is missing, hidden, deleted or gone for ever come without an event', async () => {
    const [links, deleted, gone, cut] = [someStream(), someStream(), someStream(), someStream()];
    for (const name of [deleted, gone, cut]) await client.appendToStream(name, events(2));
    await client.deleteStream(deleted);
    await client.tombstoneStream(gone);
    await client.setStreamMetadata(cut, { truncateBefore: 1 });
    const targets = [`99@${stream}`, '0@missing', `0@${deleted}`, `0@${gone}`, `0@${cut}`];
    await client.appendToStream(links, targets.map(link));
    const read = await resolved(links);
    expect(read).toHaveLength(5);
    for (const { event, link: found } of read) {
      expect(event).toBeUndefined();
      expect(found?.type).toBe('$>');
    }
  });

  it('whose text names nothing come as the plain event', async () => {
    const links = someStream();
    await client.appendToStream(links, ['nonsense', 'x@y', '@', ''].map(link));
    const read = await resolved(links);
    expect(read.map(({ event }) => event?.type)).toEqual(['$>', '$>', '$>', '$>']);
    expect(read.every(({ link: found }) => found === undefined)).toBe(true);
  });
});
