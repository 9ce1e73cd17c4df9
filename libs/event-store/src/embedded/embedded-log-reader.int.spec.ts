import { describeDeleted } from '../contract/deleted.contract.js';
import {
  collect,
  eventsIn,
  idsOf,
  isCaughtUp,
  newEvent,
  newEvents,
  takeUntil,
} from '../contract/fixtures.contract.js';
import { describeReads } from '../contract/reads.contract.js';
import { describeSubscriptions } from '../contract/subscriptions.contract.js';
import { StoreUnavailable } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { tombstoneOf } from '../grpc-server/system-events.js';
import { DurableEnd } from './durable-end.js';
import type { EmbeddedEventStore } from './embedded-event-store.js';
import { type EventLogReader, openEmbeddedLogReader } from './embedded-log-reader.js';
import { NotAnEventLog } from './errors.js';
import { openEmbeddedEventStore } from './open-embedded-event-store.js';
import { openControlledStore } from './testing/controlled-store.js';
import { type TemporaryFolder, temporaryFolder } from './testing/temporary-folder.js';

let temporary: TemporaryFolder;
let folder: string;
let store: EmbeddedEventStore;
let reader: EventLogReader;
const { signal } = new AbortController();

async function openBoth(): Promise<void> {
  store = await openEmbeddedEventStore({ folder });
  reader = await openEmbeddedLogReader({ folder, durable: store.durable });
}

beforeEach(async () => {
  temporary = temporaryFolder();
  folder = temporary.path;
  await openBoth();
});
afterEach(async () => {
  await reader.close();
  await store.close();
  temporary.remove();
});

/** Appends go to the store, everything else comes from the reader. */
const together = (): EventStore => ({
  logId: reader.logId,
  append: (streamId, events, expected) => store.append(streamId, events, expected),
  readStream: (streamId, options) => reader.readStream(streamId, options),
  readAll: (options) => reader.readAll(options),
  subscribe: (options) => reader.subscribe(options),
  close: () => store.close(),
});

describe('a reader of the embedded log holds to the reading half of the port', () => {
  const current = {
    get store() {
      return together();
    },
    async reopen() {
      await reader.close();
      await store.close();
      await openBoth();
      return together();
    },
    tombstone: (streamId: string) => store.raw.append([tombstoneOf(streamId)]).durable,
  };
  describeReads(current, true);
  describeSubscriptions(current);
  describeDeleted(current);
});

describe('a reader of the embedded log', () => {
  it('has the name of the log', () => {
    expect(reader.logId).toBe(store.logId);
  });

  it('sees an append as soon as it was answered, also within one turn of the event loop', async () => {
    let revision = -1n;
    for (let round = 0; round < 200; round += 1) {
      ({ revision } = await store.append('s', newEvents(2), revision < 0n ? 'no-stream' : revision));
      const after = BigInt(round) * 2n;
      expect(await collect(reader.readAll({ after }))).toHaveLength(2);
      expect(await collect(reader.readStream('s', { fromRevision: after }))).toHaveLength(2);
    }
  });

  it('is woken by an append, not by looking now and then', async () => {
    const events = reader.subscribe({ after: 'end', signal })[Symbol.asyncIterator]();
    await events.next();
    const tookMs: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const next = events.next();
      await store.append(`s-${round}`, [newEvent()], 'no-stream');
      const answeredAt = performance.now();
      expect((await next).value).toMatchObject({ kind: 'event' });
      tookMs.push(performance.now() - answeredAt);
      expect((await events.next()).value).toMatchObject({ kind: 'caught-up' });
    }
    // Looking each second would make the middle one some 500 ms.
    expect(tookMs.sort((a, b) => a - b)[10]).toBeLessThan(100);
  });

  it('is refused once the store is closed, or where the folder holds no log', async () => {
    const empty = temporaryFolder();
    const elsewhere = openEmbeddedLogReader({ folder: empty.path, durable: store.durable });
    await expect(elsewhere).rejects.toThrow(NotAnEventLog);
    empty.remove();
    await store.close();
    const late = openEmbeddedLogReader({ folder, durable: store.durable });
    await expect(late).rejects.toThrow(StoreUnavailable);
    const foreign = openEmbeddedLogReader({ folder, durable: new SharedArrayBuffer(4) });
    await expect(foreign).rejects.toThrow(TypeError);
  });

  it('can be closed before the store, which goes on, and after it', async () => {
    await store.append('s', [newEvent()], 'no-stream');
    const waiting = expect(takeUntil(reader.subscribe({ signal }), () => false)).rejects.toThrow(
      StoreUnavailable,
    );
    await reader.close();
    await waiting;
    await expect(collect(reader.readAll())).rejects.toThrow(StoreUnavailable);
    await store.append('s', [newEvent()], 0n);

    const other = await openEmbeddedLogReader({ folder, durable: store.durable });
    expect(await collect(other.readAll())).toHaveLength(2);
    await store.close();
    await expect(collect(other.readAll())).rejects.toThrow(StoreUnavailable);
    await expect(collect(other.readStream('s'))).rejects.toThrow(StoreUnavailable);
    // Opened again while the reader of before still holds the file.
    store = await openEmbeddedEventStore({ folder });
    await store.append('s', [newEvent()], 1n);
    await expect(collect(other.readAll())).rejects.toThrow(StoreUnavailable);
    await other.close();
    await store.append('s', [newEvent()], 2n);
    expect(await collect(store.readAll())).toHaveLength(4);
  });

  it('that was away while the store closed is told so instead of waiting for ever', async () => {
    const items = reader.subscribe({ signal })[Symbol.asyncIterator]();
    const own = store.subscribe({ signal })[Symbol.asyncIterator]();
    await items.next();
    await own.next();
    await store.close();
    await expect(items.next()).rejects.toThrow(StoreUnavailable);
    await expect(own.next()).rejects.toThrow(StoreUnavailable);
  });
});

describe('with the flush held back', () => {
  it('a reader sees nothing of what is in the file already', async () => {
    const controlled = await openControlledStore();
    const { file } = controlled;
    const before = newEvents(2);
    await controlled.store.append('s', before, 'no-stream');
    const follower = await openEmbeddedLogReader({
      folder: controlled.folder,
      durable: controlled.store.durable,
    });
    file.holdFlushes();
    const written = file.nextWrite();
    const held = [
      controlled.store.append('s', newEvents(2), 1n),
      controlled.store.append('t', newEvents(1), 'no-stream'),
    ];
    await written;
    expect(file.lastPosition()).toBe(5);
    expect(idsOf(await collect(follower.readAll()))).toEqual(idsOf(before));
    expect(idsOf(await collect(follower.readStream('s')))).toEqual(idsOf(before));
    expect(await collect(follower.readStream('t', { direction: 'backwards' }))).toEqual([]);
    const seen = await takeUntil(follower.subscribe({ signal }), isCaughtUp);
    expect(idsOf(eventsIn(seen))).toEqual(idsOf(before));
    file.letFlushesGo();
    await Promise.all(held);
    expect(await collect(follower.readAll())).toHaveLength(5);
    await follower.close();
    await controlled.dispose();
  });

  it('that then fails, a waiting reader is told that the log is out of service', async () => {
    const controlled = await openControlledStore();
    const follower = await openEmbeddedLogReader({
      folder: controlled.folder,
      durable: controlled.store.durable,
    });
    const waiting = expect(takeUntil(follower.subscribe({ signal }), () => false)).rejects.toThrow(
      /out of service/,
    );
    controlled.file.failure = new Error('no space left on device');
    await expect(controlled.store.append('s', [newEvent()], 'no-stream')).rejects.toThrow();
    await waiting;
    await controlled.store.close();
    await expect(collect(follower.readAll())).rejects.toThrow(/out of service/);
    await follower.close();
    await controlled.dispose();
  });
});

describe('the durable end', () => {
  it('does not come back once it ended, and keeps the first reason', () => {
    const end = new DurableEnd();
    end.rise(7);
    end.end('broken');
    end.end('closed');
    const seen = new DurableEnd(end.memory);
    expect([seen.position, seen.state]).toEqual([7n, 'broken']);
  });

  it('does not let anybody sleep who has missed a ring, and wakes by itself at the bound', async () => {
    const end = new DurableEnd();
    const heard = end.bell;
    end.rise(1);
    await end.nextRing(heard, 60_000, signal);
    await end.nextRing(end.bell, 20, signal);
  });

  it('keeps a thread alive while somebody waits in it, and not once that one is closed', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const end = new DurableEnd();
    const closed = new AbortController();
    const ring = end.nextRing(end.bell, 60_000, closed.signal);
    expect(timers()).toBe(before + 1);
    closed.abort();
    expect(timers()).toBe(before);
    end.rise(1);
    await ring;
  });
});
