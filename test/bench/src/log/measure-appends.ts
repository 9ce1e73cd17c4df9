import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent } from '@action-do/event-store';
import type { Appended } from './log-report.js';
import { percentile } from './percentile.js';

/** Before anything counts: code is compiled, the connection is there. */
const WARM_UP_MS = 1_000;

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
export async function measureAppends(
  store: EventStore,
  concurrency: number,
  durationMs: number,
): Promise<Appended> {
  await appendFor(store, concurrency, WARM_UP_MS);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const tookMs = await appendFor(store, concurrency, durationMs);
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

async function appendFor(store: EventStore, concurrency: number, durationMs: number): Promise<number[]> {
  const tookMs: number[] = [];
  const endsAtMs = performance.now() + durationMs;
  const write = async () => {
    while (performance.now() < endsAtMs) {
      const startedMs = performance.now();
      await store.append(`bench-${randomUUID()}`, [someEvent()], 'no-stream');
      tookMs.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, write));
  return tookMs;
}
