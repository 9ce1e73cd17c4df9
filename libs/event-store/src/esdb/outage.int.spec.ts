/** The server falls silent, or dies and comes back: nobody waits beyond a deadline, nobody is told what is not so. */
import { randomUUID } from 'node:crypto';
import { until } from '@action-do/test-support';
import { collect, idsOf, newEvent, newEvents } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { EventStore, RecordedEvent } from '../event-store.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';
import { LogProcess } from './testing/log-process.js';
import { Stalls } from './testing/stalls.js';

const DEADLINE_MS = 1_000;
const log = new LogProcess();
const stalls = new Stalls();
let store: EventStore;
const troubles: (string | undefined)[] = [];

beforeAll(() => log.start());
afterAll(async () => {
  stalls.end();
  await log.end();
});
beforeEach(async () => {
  troubles.splice(0);
  store = await openEsdbEventStore({
    url: log.url,
    appendDeadlineMs: DEADLINE_MS,
    silenceMs: 1_000,
    onTrouble: (trouble) => troubles.push(trouble?.code),
  });
});
afterEach(async () => {
  log.thaw();
  await store.close();
});

describe('a server that falls silent', () => {
  it('leaves an append unknown within its deadline and half a second, and a repeat tells the truth', async () => {
    const streamId = 'silent-1';
    await store.append(streamId, [newEvent()], 'no-stream');
    log.freeze();
    const events = newEvents(2);
    const sentAtMs = performance.now();
    await expect(store.append(streamId, events, 0n)).rejects.toThrow(AppendUnknown);
    const tookMs = performance.now() - sentAtMs;
    expect(tookMs).toBeLessThan(DEADLINE_MS + 500 + stalls.longestMs);
    expect(tookMs).toBeGreaterThan(DEADLINE_MS * 0.9);
    log.thaw();
    expect(await store.append(streamId, events, 0n)).toMatchObject({ revision: 2n });
    expect(await collect(store.readStream(streamId))).toHaveLength(3);
  });

  it('before it was ever spoken to leaves nothing to be unknown: nothing is appended, then or later', async () => {
    log.freeze();
    const event = newEvent();
    await expect(store.append('silent-2', [event], 'no-stream')).rejects.toThrow(StoreUnavailable);
    log.thaw();
    await store.append('silent-2', [newEvent()], 'no-stream');
    expect(idsOf(await collect(store.readStream('silent-2')))).not.toContain(event.id);
  });

  it('does not let a read wait for ever, and is read again when it goes on', async () => {
    await store.append('silent-3', [newEvent()], 'no-stream');
    log.freeze();
    await expect(collect(store.readStream('silent-3'))).rejects.toThrow(StoreUnavailable);
    await expect(collect(store.readAll())).rejects.toThrow(/said nothing for 1000 ms/);
    log.thaw();
    expect(await collect(store.readStream('silent-3'))).toHaveLength(1);
  });

  it('is not waited for when the store is closed', async () => {
    await store.append('silent-4', [newEvent()], 'no-stream');
    log.freeze();
    const cutOff = [
      expect(collect(store.readAll())).rejects.toThrow(/closed/),
      expect(collect(store.readStream('silent-4'))).rejects.toThrow(/closed/),
    ];
    await store.close();
    await Promise.all(cutOff);
  });
});

describe('a server that is killed', () => {
  it('is out of reach at once, takes appends when it is back, and is followed again within two seconds', async () => {
    const seen: RecordedEvent[] = [];
    const abort = new AbortController();
    const following = (async () => {
      for await (const item of store.subscribe({ streamPrefixes: ['killed-'], signal: abort.signal }))
        if (item.kind === 'event') seen.push(item.event);
    })();
    const written: string[] = [];
    const write = async () => {
      const events = newEvents(3);
      await store.append(`killed-${randomUUID()}`, events, 'no-stream');
      written.push(...idsOf(events));
    };
    await write();
    await until('it is seen', () => seen.length === 3);
    await log.kill();
    await until('the subscriber is told', () => troubles.length > 0);
    await expect(write()).rejects.toThrow(StoreUnavailable);
    await expect(collect(store.readStream('killed-1'))).rejects.toThrow(StoreUnavailable);

    await log.start();
    const backAtMs = performance.now();
    const wrote = () =>
      write().then(
        () => true,
        () => false,
      );
    await until('it takes appends', wrote);
    await until('it is followed', () => seen.length >= written.length);
    // The server is kept from running as much as we are.
    expect(performance.now() - backAtMs).toBeLessThan(2_000 + 4 * stalls.longestMs);
    expect(idsOf(seen)).toEqual(written);
    expect(troubles).toEqual(['STORE_UNAVAILABLE', undefined]);
    abort.abort();
    await following;
  });
});
