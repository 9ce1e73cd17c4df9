import type { EventStoreDBClient, ReadRevision, ReadStreamOptions } from '@eventstore/db-client';
import { events, readAllOf, revisionsOf, someStream } from './testing/official-client.js';
import { officialClientOnLog } from './testing/official-client-on-log.contract.js';
import type { ServedLog } from './testing/served-log.js';

let client: EventStoreDBClient;
let log: ServedLog['store']['raw'];
let nowMs = Date.now();
officialClientOnLog(
  (its, { store }) => {
    client = its;
    log = store.raw;
  },
  { nowMs: () => nowMs },
);
beforeEach(() => {
  nowMs = Date.now();
});

const streamOf = async (count: number): Promise<string> => {
  const stream = someStream();
  await client.appendToStream(stream, events(count));
  return stream;
};
const revisions = async (stream: string, options: ReadStreamOptions = {}) =>
  revisionsOf(await readAllOf(client.readStream(stream, options)));
const backwards = (fromRevision: ReadRevision = 'end') => ({ direction: 'backwards', fromRevision }) as const;

/** Metadata in the very words of its writer, beyond what a client would write of a number. */
async function setInWords(stream: string, words: string): Promise<void> {
  const id = crypto.randomUUID();
  const event = { id, type: '$metadata', isJson: true, data: Buffer.from(words), metadata: Buffer.alloc(0) };
  const name = `$$${stream}`;
  await log.append([{ name, events: [event], firstRevision: 0 }]).durable;
}

/** The revisions that a subscription brings before it is caught up. */
async function followed(stream: string): Promise<(bigint | undefined)[]> {
  const subscription = client.subscribeToStream(stream);
  const got: (bigint | undefined)[] = [];
  subscription.on('data', ({ event }) => got.push(event?.revision));
  await new Promise((resolve) => subscription.on('caughtUp', () => resolve(undefined)));
  await subscription.unsubscribe();
  return got;
}

describe('$maxCount', () => {
  it('hides all but the newest, both ways and from anywhere, on subscriptions too; the log still has them', async () => {
    const stream = await streamOf(5);
    await client.setStreamMetadata(stream, { maxCount: 2 });
    expect(await revisions(stream)).toEqual([3n, 4n]);
    expect(await revisions(stream, { fromRevision: 1n })).toEqual([3n, 4n]);
    expect(await revisions(stream, backwards())).toEqual([4n, 3n]);
    expect(await revisions(stream, backwards(2n))).toEqual([]);
    expect(await followed(stream)).toEqual([3n, 4n]);
    const all = await readAllOf(client.readAll());
    expect(all.filter(({ event }) => event?.streamId === stream)).toHaveLength(5);
  });

  it('of one keeps the last, whatever is appended', async () => {
    const stream = await streamOf(2);
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await client.appendToStream(stream, events(1), { expectedRevision: 1n });
    expect(await revisions(stream)).toEqual([2n]);
    expect(await revisions(stream, backwards())).toEqual([2n]);
  });

  it('may be set before the stream is there', async () => {
    const stream = someStream();
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await client.appendToStream(stream, events(3), { expectedRevision: 'no_stream' });
    expect(await revisions(stream)).toEqual([2n]);
  });
});

describe('$maxAge', () => {
  it('hides what is older; a stream all of which is hidden reads as empty, and goes on at its last revision', async () => {
    const stream = await streamOf(2);
    await client.setStreamMetadata(stream, { maxAge: 60 });
    expect(await revisions(stream)).toEqual([0n, 1n]);
    nowMs = Date.now() + 61_000;
    expect(await revisions(stream)).toEqual([]);
    expect(await revisions(stream, backwards())).toEqual([]);
    expect(await followed(stream)).toEqual([]);
    const next = await client.appendToStream(stream, events(1), { expectedRevision: 1n });
    expect(next.nextExpectedRevision).toBe(2n);
  });
});

it.each<[string, string]>([
  ['an age of 2^63-1 seconds', '{"$maxAge":9223372036854775807}'],
  ['an age that in milliseconds is beyond all numbers', '{"$maxAge":1e306}'],
  ['an age beyond all numbers', '{"$maxAge":1e400}'],
  ['a count of 1e306', '{"$maxCount":1e306}'],
  ['a count beyond all numbers', '{"$maxCount":1e400}'],
])('metadata with %s hides nothing, and the stream stays readable', async (_, words) => {
  const stream = await streamOf(2);
  await setInWords(stream, words);
  expect(await revisions(stream)).toEqual([0n, 1n]);
  expect(await revisions(stream, backwards())).toEqual([1n, 0n]);
  expect(await followed(stream)).toEqual([0n, 1n]);
});

it('metadata with a $tb of 1e306 deletes the stream, as the highest revision there is does', async () => {
  const stream = await streamOf(2);
  await setInWords(stream, '{"$tb":1e306}');
  await expect(revisions(stream)).rejects.toMatchObject({ type: 'stream-not-found' });
  await client.appendToStream(stream, events(1), { expectedRevision: 1n });
  expect(await revisions(stream)).toEqual([2n]);
});

describe('$tb', () => {
  it('hides what is before it', async () => {
    const stream = await streamOf(4);
    await client.setStreamMetadata(stream, { truncateBefore: 2 });
    expect(await revisions(stream)).toEqual([2n, 3n]);
    expect(await revisions(stream, backwards())).toEqual([3n, 2n]);
    expect(await followed(stream)).toEqual([2n, 3n]);
  });

  it('beyond the end leaves an empty stream that is there', async () => {
    const stream = await streamOf(2);
    await client.setStreamMetadata(stream, { truncateBefore: 10 });
    expect(await revisions(stream)).toEqual([]);
    await expect(
      client.appendToStream(stream, events(1), { expectedRevision: 'no_stream' }),
    ).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
    await client.appendToStream(stream, events(1), { expectedRevision: 'stream_exists' });
  });
});

describe('the metadata stream', () => {
  it('shows only its newest event, and counts them all', async () => {
    const stream = someStream();
    await client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision: 'no_stream' });
    await client.setStreamMetadata(stream, { maxCount: 2 }, { expectedRevision: 0n });
    expect(await revisions(`$$${stream}`)).toEqual([1n]);
    expect(await revisions(`$$${stream}`, backwards())).toEqual([1n]);
    await expect(
      client.setStreamMetadata(stream, { maxCount: 3 }, { expectedRevision: 0n }),
    ).rejects.toMatchObject({ type: 'wrong-expected-version' });
  });

  it('gives back all that was set, also what the log does not use', async () => {
    const stream = someStream();
    const metadata = {
      maxCount: 7,
      acl: { readRoles: ['a'], writeRoles: ['b', 'c'] },
      cacheControl: 3,
      own: 'x',
    };
    await client.setStreamMetadata(stream, metadata);
    expect((await client.getStreamMetadata(stream)).metadata).toEqual(metadata);
  });

  it('is told to the client with its position in the log, which that takes for a revision', async () => {
    const stream = someStream();
    await client.setStreamMetadata(stream, { maxCount: 1 });
    const { position } = await client.setStreamMetadata(stream, { maxCount: 2 });
    const { metastreamRevision } = await client.getStreamMetadata(stream);
    expect(metastreamRevision).toBe(position?.commit);
    expect(metastreamRevision).not.toBe(1n);
  });

  it('makes a stream that it is all there is of count as there, but with nothing to read', async () => {
    const stream = someStream();
    await client.setStreamMetadata(stream, { cacheControl: 1 });
    await expect(revisions(stream)).rejects.toMatchObject({ type: 'stream-not-found' });
    await client.appendToStream(stream, events(1), { expectedRevision: 'stream_exists' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a text', { $maxCount: 'two' }],
    ['a negative number', { $maxCount: -1 }],
    ['a fraction', { $tb: 1.5 }],
  ])('that says %s where a number belongs hides nothing', async (_, data) => {
    const stream = await streamOf(2);
    await client.appendToStream(`$$${stream}`, [{ ...events(1)[0]!, type: '$metadata', data }]);
    expect(await revisions(stream)).toEqual([0n, 1n]);
  });
});
