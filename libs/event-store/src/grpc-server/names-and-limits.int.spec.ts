import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { bytesOf, event, events, readAllOf, someStream, waysToAppend } from './testing/official-client.js';
import { officialClientOnLog } from './testing/official-client-on-log.contract.js';
import type { ServedLog } from './testing/served-log.js';

let client: EventStoreDBClient;
let served: ServedLog;
officialClientOnLog((its, log) => {
  client = its;
  served = log;
});

const names: readonly [string, string][] = [
  ['of the system', '$settings'],
  ['of a metadata stream', '$$orders'],
  ['of a metadata stream of a system stream', '$$$settings'],
  ['$all', '$all'],
  ['a dollar', '$'],
  ['with spaces', 'orders of today'],
  ['with @ and slashes', 'a@b/c\\d'],
  ['with emoji', 'orders 😀'],
  ['with NUL', 'a\u0000b'],
  ['beyond ASCII', 'Größe ₤ 漢字'],
  ['of a hash, as an index key might look', `#${'0'.repeat(64)}`],
  ['of 2,000 characters', 'n'.repeat(2_000)],
  ['of 70,000 characters', 'm'.repeat(70_000)],
  ['of 100,000 bytes beyond ASCII', 'ü'.repeat(50_000)],
];

describe.each(names)('a stream whose name is %s', (_, name) => {
  it('is a stream like any other, and errors carry the name back', async () => {
    await client.appendToStream(name, events(2), { expectedRevision: 'no_stream' });
    await client.appendToStream(name, events(1), { expectedRevision: 1n });
    const read = await readAllOf(client.readStream(name, { direction: 'backwards', fromRevision: 'end' }));
    expect(read[0]?.event).toMatchObject({ streamId: name, revision: 2n });
    expect(read).toHaveLength(name.startsWith('$$') ? 1 : 3);
    for (const [, way] of waysToAppend)
      await expect(
        client.appendToStream(name, events(1), { expectedRevision: 'no_stream', ...way }),
      ).rejects.toMatchObject({ type: 'wrong-expected-version', streamName: name, actualVersion: 2n });
  });
});

describe.each(names.filter(([, name]) => !name.startsWith('$$')))('a stream whose name is %s', (_, name) => {
  it('can be deleted for ever, and says so', async () => {
    const other = `${name}-gone`;
    await client.appendToStream(other, events(1));
    await client.tombstoneStream(other);
    await expect(client.appendToStream(other, events(1))).rejects.toMatchObject({
      type: 'stream-deleted',
      streamName: other,
    });
    await expect(readAllOf(client.readStream(other))).rejects.toMatchObject({ type: 'stream-deleted' });
  });
});

it.each<[string, string]>([
  ['$$, the metadata of nothing', '$$'],
  ['over the limit of 128 KiB', 'x'.repeat(128 * 1024 + 1)],
])('a name that is %s is refused, and the server goes on', async (_, name) => {
  await expect(client.appendToStream(name, events(1))).rejects.toMatchObject({ type: 'unknown' });
  await expect(client.appendToStream(name, events(1), waysToAppend[1]?.[1])).rejects.toMatchObject({
    type: 'missing-required-metadata-property',
  });
  await expect(readAllOf(client.readStream(name))).rejects.toMatchObject({ code: 3 });
  await client.appendToStream(someStream(), events(1));
});

it('two names that begin alike are two streams', async () => {
  const [first, second] = [`${'p'.repeat(3_000)}1`, `${'p'.repeat(3_000)}2`];
  await client.appendToStream(first, events(1), { expectedRevision: 'no_stream' });
  await client.appendToStream(second, events(1), { expectedRevision: 'no_stream' });
});

describe.each(waysToAppend)('the size of an append %s', (_, way) => {
  const append = (list: Parameters<EventStoreDBClient['appendToStream']>[1]) =>
    client.appendToStream(someStream(), list, way);
  const tooLarge = { type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 };

  it('may be 1 MiB of data, not a byte more, in one event or several', async () => {
    await append(bytesOf(1_048_576));
    await expect(append(bytesOf(1_048_577))).rejects.toMatchObject(tooLarge);
    await expect(append([bytesOf(600_000), bytesOf(600_000)])).rejects.toMatchObject(tooLarge);
    await expect(append(bytesOf(4_500_000))).rejects.toMatchObject(tooLarge);
    await append(bytesOf(1));
  });

  it('counts neither metadata nor types', async () => {
    const stream = someStream();
    const large = jsonEvent({
      type: 'T'.repeat(2_000_000),
      data: {},
      metadata: { text: 'm'.repeat(8_000_000) },
    });
    await client.appendToStream(stream, large, way);
    const [read] = await readAllOf(client.readStream(stream));
    expect(read?.event?.type).toHaveLength(2_000_000);
    expect(read?.event?.metadata).toEqual({ text: 'm'.repeat(8_000_000) });
  });
});

describe('the time of an event', () => {
  it('is its own, to 100 ns, and never goes back, also over reopening and clocks that do', async () => {
    const ticks: bigint[] = [];
    for (const list of [events(3), events(2), [event()]]) await client.appendToStream(someStream(), list);
    for (let after = 0n; ; ) {
      const page = served.store.raw.readPage(after, 100);
      if (page.length === 0) break;
      ticks.push(...page.map(({ createdTicks }) => createdTicks));
      after = page.at(-1)?.position ?? after;
    }
    for (const [index, each] of ticks.entries())
      if (index > 0) expect(each > (ticks[index - 1] ?? 0n)).toBe(true);
    expect(Number(ticks.at(-1) ?? 0n) / 10_000).toBeCloseTo(Date.now(), -5);
  });
});
