/** The server falls silent, or dies and comes back: nobody waits beyond a deadline, nobody is told what is not so. */
import { until } from '@action-do/test-support';
import { collect, idsOf, newEvent, newEvents } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent, RecordedEvent } from '../event-store.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';
import { LogProcess } from './testing/log-process.js';
import { Stalls } from './testing/stalls.js';

const DEADLINE_MS = 1_000;
/** Of a test, with a machine that does much else. */
const PATIENCE_MS = 20_000;
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

/** What a caller does: again, with the same ids, until it is known. A server that is short of the processor is late too. */
async function appended(
  streamId: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<AppendResult> {
  const answers: AppendResult[] = [];
  const tried = () => store.append(streamId, events, expected).then((answer) => answers.push(answer));
  await until(`${streamId} is appended`, () => succeeds(tried()), PATIENCE_MS);
  return answers[0]!;
}

async function read(streamId: string): Promise<RecordedEvent[]> {
  const found: RecordedEvent[][] = [];
  const tried = () => collect(store.readStream(streamId)).then((events) => found.push(events));
  await until(`${streamId} is read`, () => succeeds(tried()), PATIENCE_MS);
  return found[0]!;
}

/** @throws what no waiting mends */
const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppendUnknown || error instanceof StoreUnavailable) return false;
      throw error;
    },
  );

describe('a server that falls silent', () => {
  it('leaves an append unknown within its deadline and half a second, and a repeat tells the truth', async () => {
    const streamId = 'silent-1';
    await appended(streamId, [newEvent()], 'no-stream');
    log.freeze();
    const events = newEvents(2);
    const sentAtMs = performance.now();
    await expect(store.append(streamId, events, 0n)).rejects.toThrow(AppendUnknown);
    const tookMs = performance.now() - sentAtMs;
    expect(tookMs).toBeLessThan(DEADLINE_MS + 500 + 2 * stalls.longestMs);
    expect(tookMs).toBeGreaterThan(DEADLINE_MS * 0.9);
    log.thaw();
    expect(await appended(streamId, events, 0n)).toMatchObject({ revision: 2n });
    expect(await read(streamId)).toHaveLength(3);
  });

  it('before it was ever spoken to leaves nothing to be unknown: nothing is appended, then or later', async () => {
    log.freeze();
    const event = newEvent();
    await expect(store.append('silent-2', [event], 'no-stream')).rejects.toThrow(StoreUnavailable);
    log.thaw();
    await appended('silent-2', [newEvent()], 'no-stream');
    expect(idsOf(await read('silent-2'))).not.toContain(event.id);
  });

  it('does not let a read wait for ever, and is read again when it goes on', async () => {
    await appended('silent-3', [newEvent()], 'no-stream');
    log.freeze();
    await expect(collect(store.readStream('silent-3'))).rejects.toThrow(StoreUnavailable);
    await expect(collect(store.readAll())).rejects.toThrow(/said nothing for 1000 ms/);
    log.thaw();
    expect(await read('silent-3')).toHaveLength(1);
  });

  it.each([
    ['all streams', undefined],
    ['some streams', ['silent-5']],
  ])(
    'in the middle of a read of %s is waited for as long as before its first word',
    async (what, prefixes) => {
      // More than is under way at once: the server has not said all of it when it stops.
      const text = 'x'.repeat(1_000);
      const events = Array.from({ length: 400 }, () => newEvent({ text }));
      const streamId = `silent-5-${what.length}`;
      await appended(streamId, events, 'no-stream');
      let seen = 0;
      let silentSinceMs = 0;
      const reading = (async () => {
        for await (const _ of store.readAll(prefixes && { streamPrefixes: prefixes })) {
          if (seen === 0) {
            log.freeze();
            silentSinceMs = performance.now();
          }
          seen += 1;
        }
      })();
      await expect(reading).rejects.toThrow(/said nothing for 1000 ms/);
      expect(performance.now() - silentSinceMs).toBeLessThan(1_000 + 500 + 2 * stalls.longestMs);
      expect(seen).toBeGreaterThan(0);
      log.thaw();
      expect(await read(streamId)).toHaveLength(400);
    },
  );

  it('is not waited for when the store is closed', async () => {
    await appended('silent-4', [newEvent()], 'no-stream');
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
    const first = newEvents(3);
    await appended('killed-0', first, 'no-stream');
    written.push(...idsOf(first));
    await until('it is seen', () => seen.length === 3, PATIENCE_MS);
    await log.kill();
    await until('the subscriber is told', () => troubles.length > 0, PATIENCE_MS);
    const outOfReach = () =>
      store.append('killed-1', [newEvent()], 'no-stream').then(
        () => false,
        (error: unknown) => error instanceof StoreUnavailable,
      );
    await until('it is out of reach', outOfReach, PATIENCE_MS);
    await expect(collect(store.readStream('killed-1'))).rejects.toThrow(StoreUnavailable);

    await log.start();
    const backAtMs = performance.now();
    const second = newEvents(3);
    await appended('killed-2', second, 'no-stream');
    written.push(...idsOf(second));
    await until('it is followed', () => seen.length >= written.length, PATIENCE_MS);
    // The server is kept from running as much as we are.
    expect(performance.now() - backAtMs).toBeLessThan(2_000 + 4 * stalls.longestMs);
    expect(idsOf(seen)).toEqual(written);
    expect(troubles).toEqual(['STORE_UNAVAILABLE', undefined]);
    abort.abort();
    await following;
  });
});
