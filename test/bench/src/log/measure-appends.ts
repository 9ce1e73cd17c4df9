import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent } from '@action-do/event-store';
import type { Appended } from './log-report.js';
import { percentile } from './percentile.js';

/** Before anything counts: code is compiled, the connection is there. */
export const WARM_UP_MS = 1_000;

/** About the size of an event of the platform. */
export const someEvent = (): NewEvent => ({
  id: randomUUID(),
  type: 'ActionRequested',
  data: {
    action: 'bench-note',
    note: 'a note of some length, as notes are',
    params: { id: randomUUID(), amountCents: 4_200 },
  },
  metadata: { tenant: 'default', recordVersion: '1', schemaVersion: '1', executor: 'bench' },
});

/** Each append begins a stream of its own with one event. */
export const measureAppends = (
  store: EventStore,
  concurrency: number,
  durationMs: number,
): Promise<Appended> =>
  measureWrites(concurrency, durationMs, async () => {
    await store.append(`bench-${randomUUID()}`, [someEvent()], 'no-stream');
  });

/** What is done again and again, so many at once, each to its end. */
export async function measureWrites(
  concurrency: number,
  durationMs: number,
  write: () => Promise<void>,
): Promise<Appended> {
  await writeFor(write, concurrency, WARM_UP_MS);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const tookMs = await writeFor(write, concurrency, durationMs);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    concurrency,
    perSecond: tookMs.length / seconds,
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    cpuUs: (user + system) / tookMs.length,
  };
}

async function writeFor(
  write: () => Promise<void>,
  concurrency: number,
  durationMs: number,
): Promise<number[]> {
  const tookMs: number[] = [];
  const endsAtMs = performance.now() + durationMs;
  const loop = async () => {
    while (performance.now() < endsAtMs) {
      const startedMs = performance.now();
      await write();
      tookMs.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return tookMs;
}
