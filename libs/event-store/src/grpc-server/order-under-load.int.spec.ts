import type { EventStoreDBClient, JSONEventData, ResolvedEvent } from '@eventstore/db-client';
import { connectTo, event, readAllOf, someStream, waysToAppend } from './testing/official-client.js';
import { type ServedLog, serveLog } from './testing/served-log.js';

let served: ServedLog;
let client: EventStoreDBClient;
beforeEach(async () => {
  served = await serveLog();
  client = connectTo(served.server.port);
});
afterEach(async () => {
  await client.dispose();
  await served.dispose();
  expect(served.errors).toEqual([]);
});

const idsOf = (items: readonly ResolvedEvent[]) => items.map(({ event: read }) => read?.id);
/** Two events that belong together, and say so. */
const pair = (tag: number): JSONEventData[] => [0, 1].map((half) => event(undefined, { tag, half }));

describe.each(waysToAppend)('appends under way at once %s', (_, way) => {
  it('are acknowledged in the order in which they stand in $all, to readers and subscribers alike', async () => {
    const [WRITERS, ROUNDS] = [32, 10];
    const acknowledged: JSONEventData[] = [];
    const followed: ResolvedEvent[] = [];
    const subscription = client.subscribeToAll();
    const all = new Promise<void>((resolve) => {
      subscription.on('data', (item) => {
        if (followed.push(item) === WRITERS * ROUNDS * 2) resolve();
      });
    });
    const write = async (writer: number) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const list = pair(writer);
        await client.appendToStream(someStream(), list, { expectedRevision: 'no_stream', ...way });
        acknowledged.push(...list);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_each, writer) => write(writer)));
    await all;
    await subscription.unsubscribe();
    const ids = acknowledged.map(({ id }) => id);
    expect(idsOf(await readAllOf(client.readAll()))).toEqual(ids);
    expect(idsOf(followed)).toEqual(ids);
  });
});

it('an append of two events is never half there to who reads while it is written', async () => {
  const [WRITERS, ROUNDS] = [4, 100];
  const stream = someStream();
  await client.appendToStream(stream, pair(-1));
  let isWriting = true;
  const write = async (writer: number) => {
    for (let round = 0; round < ROUNDS; round += 1)
      await client.appendToStream(stream, pair(writer * ROUNDS + round));
  };
  const written = Promise.all(Array.from({ length: WRITERS }, (_each, writer) => write(writer))).finally(
    () => {
      isWriting = false;
    },
  );
  const reader = connectTo(served.server.port);
  const lengths = new Set<number>();
  while (isWriting) {
    const read = await Promise.all([
      readAllOf(reader.readStream(stream)),
      readAllOf(reader.readStream(stream, { direction: 'backwards', fromRevision: 'end' })),
      readAllOf(reader.readAll()),
    ]);
    for (const items of read) {
      lengths.add(items.length);
      expect(halfOf(items)).toEqual([]);
    }
  }
  await reader.dispose();
  await written;
  // Else nobody read while it was written.
  expect(lengths.size).toBeGreaterThan(2);
  expect(await readAllOf(client.readStream(stream))).toHaveLength((WRITERS * ROUNDS + 1) * 2);
});

/** Tags of the appends of which only one event was read. */
function halfOf(items: readonly ResolvedEvent[]): unknown[] {
  const alone = new Set<unknown>();
  for (const { event: read } of items) {
    const data: unknown = read?.data;
    const tag = typeof data === 'object' && data !== null && 'tag' in data ? data.tag : undefined;
    if (!alone.delete(tag)) alone.add(tag);
  }
  return [...alone];
}
