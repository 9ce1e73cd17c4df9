import { randomUUID } from 'node:crypto';
import { type AppendExpectedRevision, EventStoreDBClient } from '@eventstore/db-client';
import {
  event,
  events,
  readAllOf,
  revisionsOf,
  someStream,
  waysToAppend,
} from './testing/official-client.js';
import { officialClientOnLog } from './testing/official-client-on-log.contract.js';

let client: EventStoreDBClient;
let port: number;
officialClientOnLog((its, { server }) => {
  client = its;
  port = server.port;
});

const stored = async (stream: string) => (await readAllOf(client.readStream(stream))).length;

describe.each(waysToAppend)('an append %s', (_, way) => {
  const append = (
    stream: string,
    list: ReturnType<typeof events>,
    expectedRevision: AppendExpectedRevision,
  ) => client.appendToStream(stream, list, { expectedRevision, ...way });

  it('of one or three events begins a stream, and answers with the revision and position of the last', async () => {
    const one = await append(someStream(), events(1), 'no_stream');
    const three = await append(someStream(), events(3), 'no_stream');
    expect(one).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(three.nextExpectedRevision).toBe(2n);
    expect(three.position?.commit).toBe(three.position?.prepare);
    expect(three.position?.commit).toBe((one.position?.commit ?? 0n) + 3n);
  });

  it.each<[string, number, AppendExpectedRevision, bigint | 'no_stream']>([
    ['none, though there is one', 2, 'no_stream', 1n],
    ['a revision too low', 3, 0n, 2n],
    ['a revision too high', 3, 7n, 2n],
    ['a revision of a missing stream', 0, 0n, 'no_stream'],
    ['a missing stream to be there', 0, 'stream_exists', 'no_stream'],
  ])('is refused where it expects %s', async (_name, count, expectedRevision, actualVersion) => {
    const streamName = someStream();
    if (count > 0) await append(streamName, events(count), 'no_stream');
    await expect(append(streamName, events(1), expectedRevision)).rejects.toMatchObject({
      type: 'wrong-expected-version',
      streamName,
      expectedVersion: expectedRevision,
      actualVersion,
    });
  });

  it.each<AppendExpectedRevision>(['no_stream', 'any', 'stream_exists'])(
    'with the same ids and %s again is a success with the old revision and position, also after later events',
    async (expectedRevision) => {
      const stream = someStream();
      const list = events(3);
      if (expectedRevision === 'stream_exists') await append(stream, events(1), 'any');
      const first = await append(stream, list, expectedRevision);
      expect(await append(stream, list, expectedRevision)).toEqual(first);
      await append(stream, events(2), 'any');
      expect(await append(stream, list, expectedRevision)).toEqual(first);
      expect(await stored(stream)).toBe(expectedRevision === 'stream_exists' ? 6 : 5);
    },
  );

  it('with the same ids at the exact revision again is a success with the old answer', async () => {
    const stream = someStream();
    await append(stream, events(2), 'no_stream');
    const list = events(2);
    const first = await append(stream, list, 1n);
    await append(stream, events(1), 3n);
    expect(await append(stream, list, 1n)).toEqual(first);
  });

  it.each<[string, readonly number[], boolean]>([
    ['the first alone', [0], true],
    ['the first two', [0, 1], true],
    ['from the second on', [1, 2], false],
    ['all and one more', [0, 1, 2, 3], false],
    ['the first and a new one', [0, 4], false],
    ['a new one and the first', [4, 0], false],
    ['another order', [1, 0], false],
  ])('of a part of what stands there: %s', async (_name, chosen, isRepeat) => {
    const stream = someStream();
    const list = events(5);
    await append(stream, list.slice(0, 3), 'no_stream');
    const again = append(
      stream,
      chosen.flatMap((index) => list[index] ?? []),
      'no_stream',
    );
    if (isRepeat) expect((await again).nextExpectedRevision).toBe(BigInt(chosen.length - 1));
    else await expect(again).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
    expect(await stored(stream)).toBe(3);
  });

  it('that names no revision: known, then new ids are refused; new, then known ones are written', async () => {
    const stream = someStream();
    const [a, b] = [event(), event()];
    await append(stream, [a], 'any');
    await expect(append(stream, [a, b], 'any')).rejects.toMatchObject({ type: 'wrong-expected-version' });
    await append(stream, [b, a], 'any');
    expect(await stored(stream)).toBe(3);
  });

  it('of no event checks the revision and has a position', async () => {
    const stream = someStream();
    const { position } = await append(stream, events(2), 'no_stream');
    const none = await append(stream, [], 1n);
    expect(none).toMatchObject({ nextExpectedRevision: 1n });
    expect((none.position?.commit ?? 0n) >= (position?.commit ?? 0n)).toBe(true);
    await expect(append(stream, [], 0n)).rejects.toMatchObject({ type: 'wrong-expected-version' });
  });

  it('takes 5,000 events, and knows them again', async () => {
    const stream = someStream();
    const list = events(5_000);
    const first = await append(stream, list, 'no_stream');
    expect(first.nextExpectedRevision).toBe(4_999n);
    expect(await append(stream, list, 'no_stream')).toEqual(first);
    expect(await append(stream, list, 'any')).toEqual(first);
  });

  it('with an id twice stores both', async () => {
    const stream = someStream();
    const twice = event();
    await append(stream, [twice, twice], 'no_stream');
    expect(await stored(stream)).toBe(2);
  });

  it('whose deadline is over is not stored', async () => {
    const stream = someStream();
    const late = client.appendToStream(stream, events(1), {
      expectedRevision: 'any',
      deadline: -1_000,
      ...way,
    });
    await expect(late).rejects.toMatchObject({ type: 'deadline-exceeded' });
    await append(stream, events(1), 'any');
    expect(await stored(stream)).toBe(1);
  });
});

it.each(waysToAppend)(
  'a client that wants no error for a wrong revision, %s, is told of it as a result',
  async (_, way) => {
    const lenient = EventStoreDBClient.connectionString(
      `esdb://127.0.0.1:${port}?tls=false&throwOnAppendFailure=false`,
    );
    const stream = someStream();
    await lenient.appendToStream(stream, events(4));
    const refused = { success: false, position: undefined };
    expect(
      await lenient.appendToStream(stream, events(1), { expectedRevision: 'no_stream', ...way }),
    ).toEqual({
      ...refused,
      // Of a batch call the client tells 1 for whatever revision there is: a fault of its own.
      nextExpectedRevision: 'credentials' in way ? 3n : 1n,
    });
    expect(await lenient.appendToStream(someStream(), events(1), { expectedRevision: 7n, ...way })).toEqual({
      ...refused,
      nextExpectedRevision: -1n,
    });
    await lenient.dispose();
    expect(await stored(stream)).toBe(4);
  },
);

it('the first stream that used an id keeps it', async () => {
  const [first, second] = [someStream(), someStream()];
  const shared = event();
  const answer = await client.appendToStream(first, [shared]);
  await client.appendToStream(second, [shared]);
  expect(await client.appendToStream(first, [shared])).toEqual(answer);
  await client.appendToStream(second, [shared]);
  expect([await stored(first), await stored(second)]).toEqual([1, 2]);
});

describe('appends at once', () => {
  it('with the same ids all get the one answer', async () => {
    const stream = someStream();
    const list = events(2);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        client.appendToStream(stream, list, { expectedRevision: 'no_stream' }),
      ),
    );
    expect(new Set(answers.map(({ position }) => position?.commit)).size).toBe(1);
    expect(await stored(stream)).toBe(2);
  });

  it('of one client are stored in the order of its calls', async () => {
    const stream = someStream();
    const list = events(100);
    await Promise.all(list.map((each) => client.appendToStream(stream, [each])));
    const read = await readAllOf(client.readStream(stream));
    expect(read.map(({ event: got }) => got?.id)).toEqual(list.map(({ id }) => id));
  });

  it('that each expect the one before need not wait for its answer', async () => {
    const stream = someStream();
    const expectations: AppendExpectedRevision[] = ['no_stream', 0n, 1n, 2n];
    const answers = await Promise.all(
      expectations.map((expectedRevision) => client.appendToStream(stream, events(1), { expectedRevision })),
    );
    expect(answers.map(({ nextExpectedRevision }) => nextExpectedRevision)).toEqual([0n, 1n, 2n, 3n]);
  });

  it('expecting none: the first call wins, and the others are told of it', async () => {
    const stream = someStream();
    const contenders = events(50);
    const outcomes = await Promise.allSettled(
      contenders.map((each) => client.appendToStream(stream, [each], { expectedRevision: 'no_stream' })),
    );
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
      contenders.map((_, index) => index === 0),
    );
    for (const outcome of outcomes.slice(1))
      expect(outcome).toMatchObject({ reason: { type: 'wrong-expected-version', actualVersion: 0n } });
    expect(revisionsOf(await readAllOf(client.readStream(stream)))).toEqual([0n]);
  });
});

it('every event of an append has a position of its own, and the answer has that of the last', async () => {
  const stream = someStream();
  const { position } = await client.appendToStream(stream, events(3));
  const read = await readAllOf(client.readStream(stream));
  const positions = read.map(({ event: got }) => got?.position);
  for (const place of positions) expect(place?.commit).toBe(place?.prepare);
  expect(new Set(positions.map((place) => place?.commit)).size).toBe(3);
  expect(positions.at(-1)).toEqual(position);
});

it('an id is compared without regard to case', async () => {
  const stream = someStream();
  const id = randomUUID();
  const first = await client.appendToStream(stream, [event(id.toUpperCase())], {
    expectedRevision: 'no_stream',
  });
  const again = await client.appendToStream(stream, [event(id)], { expectedRevision: 'no_stream' });
  expect(again).toEqual(first);
});
