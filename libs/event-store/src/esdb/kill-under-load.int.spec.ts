/**
 * kill -9 of the server under 64 writers, each of whom has an append in flight at any time. ADO_KILL_ROUNDS asks for more
 * rounds than the two of every run.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@action-do/test-support';
import { collect, idsOf, newEvents } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { AppendResult, EventStore, NewEvent, RecordedEvent } from '../event-store.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';
import { LogProcess } from './testing/log-process.js';
import { Stalls } from './testing/stalls.js';

const rounds = Number(process.env['ADO_KILL_ROUNDS'] ?? 2);
const WRITERS = 64;
const DEADLINE_MS = 3_000;
/** Of a test, with a machine that does much else. */
const PATIENCE_MS = 20_000;

interface Acknowledged {
  readonly streamId: string;
  readonly events: readonly NewEvent[];
  readonly answer: AppendResult;
}

class Writers {
  readonly acknowledged: Acknowledged[] = [];
  readonly counts = { unknown: 0, unavailable: 0, longestMs: 0 };
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: EventStore) {}

  start(): void {
    this.#running = Promise.all(Array.from({ length: WRITERS }, () => this.#write()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const streamId = `load-${randomUUID()}`;
      const events = newEvents(2);
      this.acknowledged.push({ streamId, events, answer: await this.#appendUntilKnown(streamId, events) });
    }
  }

  /** Row 16: the same ids at the same place, after the try before has ended. */
  async #appendUntilKnown(streamId: string, events: readonly NewEvent[]): Promise<AppendResult> {
    for (;;) {
      const sentAtMs = performance.now();
      try {
        return await this.store.append(streamId, events, 'no-stream');
      } catch (error) {
        if (error instanceof AppendUnknown) this.counts.unknown += 1;
        else if (error instanceof StoreUnavailable) this.counts.unavailable += 1;
        else throw error;
        await delay(20);
      } finally {
        this.counts.longestMs = Math.max(this.counts.longestMs, performance.now() - sentAtMs);
      }
    }
  }
}

const log = new LogProcess();
const stalls = new Stalls();
const abort = new AbortController();
let store: EventStore;
beforeAll(async () => {
  await log.start();
  store = await openEsdbEventStore({ url: log.url, appendDeadlineMs: DEADLINE_MS });
});
afterAll(async () => {
  abort.abort();
  await store.close();
  await log.end();
  stalls.end();
});

it(
  `${rounds} kills: every acknowledged append is there once, at its place; followers see the log; nobody waits beyond a deadline`,
  async () => {
    const seen: RecordedEvent[] = [];
    const following = (async () => {
      for await (const item of store.subscribe({ streamPrefixes: ['load-'], signal: abort.signal }))
        if (item.kind === 'event') seen.push(item.event);
    })();
    const writers = new Writers(store);
    const { acknowledged, counts } = writers;
    writers.start();
    try {
      for (let round = 0; round < rounds; round += 1) {
        const enough = acknowledged.length + randomInt(200, 1_000);
        await until('there is load', () => acknowledged.length >= enough, PATIENCE_MS);
        await log.kill();
        await log.start();
      }
      const last = acknowledged.length + WRITERS;
      await until('writers go on', () => acknowledged.length >= last, PATIENCE_MS);
    } finally {
      await writers.stop();
    }
    expect(counts.unknown + counts.unavailable).toBeGreaterThanOrEqual(rounds);
    expect(counts.longestMs).toBeLessThan(DEADLINE_MS + 500 + 2 * stalls.longestMs);

    const stored = await collect(store.readAll({ streamPrefixes: ['load-'] }));
    const byStream = new Map<string, RecordedEvent[]>();
    for (const event of stored)
      byStream.set(event.streamId, [...(byStream.get(event.streamId) ?? []), event]);
    expect(acknowledged.map(({ streamId }) => idsOf(byStream.get(streamId) ?? []))).toEqual(
      acknowledged.map(({ events }) => idsOf(events)),
    );
    for (const { streamId, answer } of acknowledged)
      expect(byStream.get(streamId)?.at(-1)).toMatchObject({ ...answer });
    await until('the follower has seen it all', () => seen.length >= stored.length, PATIENCE_MS);
    expect(seen).toEqual(stored);
    abort.abort();
    await following;
  },
  60_000 + rounds * 2 * PATIENCE_MS,
);
