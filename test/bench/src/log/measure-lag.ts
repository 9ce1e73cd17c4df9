import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@action-do/event-store';
import type { Lagged } from './log-report.js';
import { someEvent } from './measure-appends.js';
import { percentile } from './percentile.js';

const EVERY_MS = 10;

/** A hundred appends a second, and a subscriber that is caught up between them. */
export async function measureLag(store: EventStore, appends: number): Promise<Lagged> {
  const answeredAtMs = new Map<string, number>();
  const deliveredAtMs = new Map<string, number>();
  const stop = new AbortController();
  const following = (async () => {
    for await (const item of store.subscribe({
      after: 'end',
      streamPrefixes: ['lag-'],
      signal: stop.signal,
    })) {
      if (item.kind !== 'event') continue;
      deliveredAtMs.set(item.event.id, performance.now());
      if (deliveredAtMs.size === appends) stop.abort();
    }
  })();
  for (let n = 0; n < appends; n += 1) {
    const event = someEvent();
    await store.append(`lag-${randomUUID()}`, [event], 'no-stream');
    answeredAtMs.set(event.id, performance.now());
    await delay(EVERY_MS);
  }
  await following;
  const lagMs = [...answeredAtMs].map(([id, atMs]) => (deliveredAtMs.get(id) ?? Number.NaN) - atMs);
  return {
    appends: lagMs.length,
    p50Ms: percentile(lagMs, 0.5),
    p99Ms: percentile(lagMs, 0.99),
    maxMs: percentile(lagMs, 1),
  };
}
