/** The server falls silent, or dies and comes back: nobody waits beyond a deadline, nobody is told what is not so. */
import { randomUUID } from 'node:crypto';
import { until } from '@action-do/test-support';
import { collect, idsOf, isCaughtUp, newEvent, newEvents } from '../contract/fixtures.contract.js';
import { openEmbeddedEventStore } from '../embedded/open-embedded-event-store.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { AppendResult, EventStore, NewEvent, RecordedEvent } from '../event-store.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';
import { LogProcess } from './testing/log-process.js';

const DEADLINE_MS = 1_000;
let log: LogProcess;
let store: EventStore;
beforeEach(async () => {
  log = new LogProcess();
  await log.start();
  store = await openEsdbEventStore({ url: log.url, appendDeadlineMs: DEADLINE_MS, silenceMs: 1_000 });
});
afterEach(async () => {
  log.thaw();
  await store.close();
  await log.end();
});

describe('a server that falls silent', () => {
  it('leaves an append unknown within its deadline and half a second, and a repeat tells the truth', async () => {
    const streamId = 'silent-1';
    await store.append(streamId, [newEvent()], 'no-stream');
    log.freeze();
    const events = newEvents(2);
    const sentAtMs = performance.now();
    await expect(store.append(streamId, events, 0n)).rejects.toThrow(AppendUnknown);
    expect(performance.now() - sentAtMs).toBeLessThan(DEADLINE_MS + 500);
    expect(performance.now() - sentAtMs).toBeGreaterThan(DEADLINE_MS * 0.9);
    log.thaw();
    const { revision } = await store.append(streamId, events, 0n);
    expect(revision).toBe(2n);
    expect(await collect(store.readStream(streamId))).toHaveLength(3);
  });

  it('does not let a read wait for ever, and is read again when it goes on', async () => {
    await store.append('silent-2', [newEvent()], 'no-stream');
    log.freeze();
    await expect(collect(store.readStream('silent-2'))).rejects.toThrow(StoreUnavailable);
    await expect(collect(store.readAll())).rejects.toThrow(/said nothing for 1000 ms/);
    log.thaw();
    expect(await collect(store.readStream('silent-2'))).toHaveLength(1);
  });

  it('is not waited for when the store is closed', async () => {
    log.freeze();
    const reading = expect(collect(store.readAll())).rejects.toThrow(/closed/);
    await store.close();
    await reading;
  });
});

describe('a server that is killed', () => {
  it('is out of reach at once: what was not sent is said not to be written', async () => {
    await store.append('killed-1', [newEvent()], 'no-stream');
    await log.kill();
    const late = newEvent();
    await until('nothing is sent any more', async () => {
      const error = await store.append('killed-1', [late], 0n).catch((thrown: unknown) => thrown);
      return error instanceof StoreUnavailable;
    });
    await expect(collect(store.readStream('killed-1'))).rejects.toThrow(StoreUnavailable);
    await log.start();
    await until('it is back', () => store.append('killed-1', [late], 0n).then(() => true, () => false), 2_000);
  });

  it('is followed again within two seconds of its return, without gap or repeat', async () => {
    const seen: RecordedEvent[] = [];
    const abort = new AbortController();
    const following = (async () => {
      for await (const item of store.subscribe({ streamPrefixes: ['follow-'], signal: abort.signal }))
        if (item.kind === 'event') seen.push(item.event);
    })();
    const written: string[] = [];
    const write = async () => {
      const events = newEvents(3);
      await store.append(`follow-${randomUUID()}`, events, 'no-stream');
      written.push(...idsOf(events));
    };
    await write();
    await until('it is seen', () => seen.length === 3);
    await log.kill();
    // Long enough for every wait between two tries to have grown to its bound.
    await expect(waited(1_500)).resolves.toBeUndefined();
    await log.start();
    const backAtMs = performance.now();
    await until('it takes appends', () => write().then(() => true, () => false), 2_000);
    await until('it is followed', () => seen.length >= written.length, 2_000);
    expect(performance.now() - backAtMs).toBeLessThan(2_000);
    expect(idsOf(seen)).toEqual(written);
    abort.abort();
    await following;
  });
});

/** Time is what this test is about: a server that stays away for a while. */
const waited = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
