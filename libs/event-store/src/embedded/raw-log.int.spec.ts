import { randomUUID } from 'node:crypto';
import { open } from 'lmdb';
import { collect, eventsIn, isCaughtUp, newEvent, takeUntil } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { EmbeddedEventStore } from './embedded-event-store.js';
import { ForeignEvent } from './errors.js';
import { LOG_FILE } from './lmdb-event-log-file.js';
import { openEmbeddedEventStore } from './open-embedded-event-store.js';
import { type NewRawEvent, TOMBSTONE_REVISION } from './raw-event.js';
import { type ControlledStore, openControlledStore } from './testing/controlled-store.js';
import { type TemporaryFolder, temporaryFolder } from './testing/temporary-folder.js';

const rawEvent = (over: Partial<NewRawEvent> = {}): NewRawEvent => ({
  id: randomUUID(),
  type: 'Noted',
  isJson: true,
  data: Buffer.from('{"a":1}'),
  metadata: Buffer.from(''),
  ...over,
});

describe('a log with raw events', () => {
  let folder: TemporaryFolder;
  let store: EmbeddedEventStore;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = await openEmbeddedEventStore({ folder: folder.path });
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });
  const write = (name: string, events: NewRawEvent[], firstRevision = 0) =>
    store.raw.append([{ name, events, firstRevision }]).durable;
  const formatOf = async () => {
    await store.close();
    const root = open<unknown, string>({
      path: `${folder.path}/${LOG_FILE}`,
      noSubdir: true,
      readOnly: true,
    });
    const format = root.openDB<unknown, string>('meta', { encoding: 'json' }).get('log');
    await root.close();
    return format;
  };

  it('has a newer format from the first of them on, and not before', async () => {
    await store.append('s', [newEvent()], 'no-stream');
    expect(await formatOf()).toMatchObject({ format: 1 });
    store = await openEmbeddedEventStore({ folder: folder.path });
    await write('orders 7', [rawEvent()]);
    expect(await formatOf()).toMatchObject({ format: 2, logId: store.logId });
    store = await openEmbeddedEventStore({ folder: folder.path });
    expect(await collect(store.readAll())).toHaveLength(1);
    expect(store.raw.readPage(0n, 10)).toHaveLength(2);
  });

  it('keeps names, bytes and order over reopening, of names that are alike for most of their length too', async () => {
    const names = ['$x', 'a b', 'größe', 'a\u0000b', '#hash', 'n'.repeat(3_000), `${'n'.repeat(3_000)}2`];
    const data = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
    for (const name of names)
      await write(name, [rawEvent({ isJson: false, data, metadata: data, type: 'T\n"ü"' })]);
    await store.close();
    store = await openEmbeddedEventStore({ folder: folder.path });
    for (const [index, name] of names.entries()) {
      expect(store.raw.head(name)).toEqual({ revision: 0, position: index + 1 });
      const [read] = store.raw.readStreamPage(name, 0, 'forwards', 10).events;
      expect(read).toMatchObject({ streamName: name, type: 'T\n"ü"', isJson: false, revision: 0n });
      expect(read?.data).toEqual(data);
      expect(read?.metadata).toEqual(data);
    }
    expect(store.raw.readPage(0n, 100).map(({ streamName }) => streamName)).toEqual(names);
    expect(store.raw.readPageBackwards(8n, 100).map(({ streamName }) => streamName)).toEqual(
      names.toReversed(),
    );
  });

  it('shows through the port what the port can say, and neither foreign names nor events of the system', async () => {
    await write('$$orders', [rawEvent({ type: '$metadata' })]);
    await write('orders-1', [rawEvent({ metadata: Buffer.from('{"b":"c"}') }), rawEvent({ type: '$>' })]);
    await write('orders of today', [rawEvent()]);
    const last = newEvent();
    await store.append('own', [last], 'no-stream');
    const seen = await collect(store.readAll());
    expect(seen).toMatchObject([
      {
        streamId: 'orders-1',
        type: 'Noted',
        data: { a: 1 },
        metadata: { b: 'c' },
        revision: 0n,
        position: 2n,
      },
      { streamId: 'own', id: last.id, position: 5n },
    ]);
    const { signal } = new AbortController();
    const followed = await takeUntil(store.subscribe({ signal }), isCaughtUp);
    expect(eventsIn(followed)).toEqual(seen);
    expect(followed.at(-1)).toEqual({ kind: 'caught-up', position: 5n });
  });

  it.each<[string, Partial<NewRawEvent>]>([
    ['bytes', { isJson: false }],
    ['a list', { data: Buffer.from('[1]') }],
    ['what is no JSON', { data: Buffer.from('{') }],
    ['metadata that is not flat', { metadata: Buffer.from('{"a":{"b":1}}') }],
    ['metadata that is no JSON', { metadata: Buffer.from('x') }],
  ])('never guesses what %s would be in the words of the port', async (_, over) => {
    await write('orders-1', [rawEvent(over)]);
    await expect(collect(store.readStream('orders-1'))).rejects.toThrow(ForeignEvent);
    await expect(collect(store.readAll())).rejects.toThrow(/event 0 of stream orders-1/);
    expect(await collect(store.readAll({ streamPrefixes: ['action-'] }))).toEqual([]);
  });

  it('finds again where a stream ends that never began', async () => {
    await write('over', [rawEvent({ type: '$streamDeleted' })], TOMBSTONE_REVISION);
    await store.close();
    store = await openEmbeddedEventStore({ folder: folder.path });
    expect(store.raw.head('over')).toEqual({ revision: TOMBSTONE_REVISION, position: 1 });
    expect(store.raw.head('missing')).toBeUndefined();
  });

  it('lets both doors write one stream, each behind the other', async () => {
    await write('s', [rawEvent(), rawEvent()]);
    await store.append('s', [newEvent()], 1n);
    await write('s', [rawEvent()], 3);
    expect((await collect(store.readStream('s'))).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
    await expect(store.append('s', [newEvent()], 0n)).rejects.toMatchObject({ actual: 3n });
  });

  it('knows a repeat of the port also among raw events', async () => {
    const raw = rawEvent();
    await write('s', [raw]);
    const again = { ...newEvent(), id: raw.id };
    expect(await store.append('s', [again], 'no-stream')).toEqual({ revision: 0n, position: 1n });
  });
});

describe('the time of events', () => {
  it('rises with every event, over reopening and a clock that goes back', async () => {
    const folder = temporaryFolder();
    let nowMs = 1_767_225_600_000;
    let store = await openEmbeddedEventStore({ folder: folder.path, nowMs: () => nowMs });
    await store.append('a', [newEvent(), newEvent(), newEvent()], 'no-stream');
    nowMs -= 5_000;
    await store.append('b', [newEvent()], 'no-stream');
    await store.close();
    store = await openEmbeddedEventStore({ folder: folder.path, nowMs: () => nowMs });
    await store.append('c', [newEvent(), newEvent()], 'no-stream');
    nowMs += 60_000;
    await store.append('d', [newEvent()], 'no-stream');
    const start = 17_672_256_000_000_000n;
    expect(store.raw.readPage(0n, 10).map(({ createdTicks }) => createdTicks - start)).toEqual([
      0n,
      1n,
      2n,
      3n,
      4n,
      5n,
      550_000_000n,
    ]);
    const seen = await collect(store.readAll());
    expect(seen.map(({ createdAtMs }) => createdAtMs - 1_767_225_600_000)).toEqual([
      0, 0, 0, -5_000, -5_000, -5_000, 55_000,
    ]);
    await store.close();
    folder.remove();
  });
});

describe('with the flush held back or failed', () => {
  let controlled: ControlledStore;
  beforeEach(async () => {
    controlled = await openControlledStore();
  });
  afterEach(() => controlled.dispose());
  const append = (name = 's') =>
    controlled.store.raw.append([{ name, events: [rawEvent()], firstRevision: 0 }]);

  it('the head is known at once, to who decides; nothing is readable', async () => {
    const { store, file } = controlled;
    file.holdFlushes();
    const written = file.nextWrite();
    const { durable, heads } = append('größe');
    await written;
    expect(heads).toEqual([{ revision: 0, position: 1 }]);
    expect(store.raw.head('größe')).toEqual({ revision: 0, position: 1 });
    expect(store.raw.durableHead('größe')).toBeUndefined();
    expect(store.raw.readPage(0n, 10)).toEqual([]);
    expect(store.raw.readPageBackwards(10n, 10)).toEqual([]);
    expect(store.raw.readStreamPage('größe', 0, 'forwards', 10).events).toEqual([]);
    file.letFlushesGo();
    await durable;
    expect(store.raw.durableHead('größe')).toEqual({ revision: 0, position: 1 });
  });

  it('a failed flush answers AppendUnknown, and then the log is out of service', async () => {
    controlled.file.failure = new Error('no space left on device');
    await expect(append().durable).rejects.toThrow(AppendUnknown);
    expect(() => append()).toThrow(StoreUnavailable);
    expect(() => controlled.store.raw.readPage(0n, 1)).toThrow(StoreUnavailable);
  });

  it('several appends are taken together or not at all', async () => {
    await controlled.dispose();
    controlled = await openControlledStore({ limits: { waitingEventsMax: 2 } });
    const two = (name: string) => ({ name, events: [rawEvent(), rawEvent()], firstRevision: 0 });
    const first = append('first');
    expect(() => controlled.store.raw.append([two('second'), two('third')])).toThrow(StoreUnavailable);
    expect(controlled.store.raw.head('second')).toBeUndefined();
    await first.durable;
    expect(controlled.store.raw.end).toBe(1n);
  });

  it('several appends that are more than the queue holds are taken whole when nothing waits', async () => {
    await controlled.dispose();
    controlled = await openControlledStore({ limits: { waitingEventsMax: 2 } });
    const two = (name: string) => ({ name, events: [rawEvent(), rawEvent()], firstRevision: 0 });
    const { durable, heads } = controlled.store.raw.append([two('first'), two('second')]);
    await durable;
    expect(heads.map(({ position }) => position)).toEqual([2, 4]);
    expect(controlled.store.raw.head('second')).toEqual({ revision: 1, position: 4 });
  });

  it('what is appended together is written together, so that no crash comes between', async () => {
    await controlled.dispose();
    controlled = await openControlledStore({ limits: { groupEventsMax: 2, groupBytesMax: 1 } });
    const two = (name: string) => ({ name, events: [rawEvent(), rawEvent()], firstRevision: 0 });
    const { raw } = controlled.store;
    await Promise.all([raw.append([two('first'), two('second')]).durable, append('third').durable]);
    expect(controlled.file.groups).toEqual([4, 1]);
  });
});
