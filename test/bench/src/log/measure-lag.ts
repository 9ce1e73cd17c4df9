import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@action-do/event-store';
import { percentile } from '../percentile.js';
import type { Called, Delivered, Lagged, Spread } from './log-report.js';
import { someEvent } from './some-event.js';

const EVERY_MS = 10;
const NS_PER_MS = 1_000_000;
/** An event here says that the follower is caught up. */
const FOLLOWER_READY = 'lag-follower-ready';
const LOOK_EVERY_MS = 20;
const FOLLOWER_READY_WITHIN_MS = 30_000;
/** Code is compiled on both sides: not counted. */
const WARM_UP_APPENDS = 100;

/** CLOCK_MONOTONIC: processes of one machine agree on it, and nobody sets it. */
const nowMs = (): number => Number(process.hrtime.bigint()) / NS_PER_MS;

/** Follows until it has so many. Tells the appender in the log itself when it may begin. */
export async function followLag(store: EventStore, appends: number): Promise<Delivered[]> {
  const delivered: Delivered[] = [];
  const stop = new AbortController();
  let ready = false;
  for await (const item of store.subscribe({
    after: 'end',
    streamPrefixes: ['lag-'],
    signal: stop.signal,
  })) {
    if (item.kind === 'caught-up' && !ready) {
      ready = true;
      await store.append(FOLLOWER_READY, [someEvent()], 'no-stream');
    }
    if (item.kind !== 'event' || item.event.streamId === FOLLOWER_READY) continue;
    delivered.push({ id: item.event.id, atMs: nowMs() });
    if (delivered.length === appends + WARM_UP_APPENDS) stop.abort();
  }
  return delivered;
}

/** A hundred appends a second, by the clock: a slow one holds up none behind it. @throws Error no follower came */
export async function appendSteadily(store: EventStore, appends: number): Promise<Called[]> {
  await followerIsReady(store);
  const called: Promise<Called>[] = [];
  const beganAtMs = nowMs();
  for (let n = 0; n < appends + WARM_UP_APPENDS; n += 1) {
    await delay(Math.max(0, beganAtMs + n * EVERY_MS - nowMs()));
    called.push(appendOne(store));
  }
  return (await Promise.all(called)).slice(WARM_UP_APPENDS);
}

async function appendOne(store: EventStore): Promise<Called> {
  const event = someEvent();
  const calledAtMs = nowMs();
  await store.append(`lag-${randomUUID()}`, [event], 'no-stream');
  return { id: event.id, calledAtMs, answeredAtMs: nowMs() };
}

async function followerIsReady(store: EventStore): Promise<void> {
  const givesUpAtMs = nowMs() + FOLLOWER_READY_WITHIN_MS;
  while (nowMs() < givesUpAtMs) {
    for await (const _ of store.readStream(FOLLOWER_READY, { limit: 1 })) return;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error('nobody follows the log');
}

/** @throws Error one was not delivered */
export function laggedOf(called: readonly Called[], delivered: readonly Delivered[]): Lagged {
  const deliveredAtMs = new Map(delivered.map(({ id, atMs }) => [id, atMs]));
  const until = (id: string): number => {
    const atMs = deliveredAtMs.get(id);
    if (atMs === undefined) throw new Error(`event ${id} was not delivered`);
    return atMs;
  };
  const first = called[0]?.calledAtMs ?? Number.NaN;
  const last = called.at(-1)?.calledAtMs ?? Number.NaN;
  return {
    appends: called.length,
    perSecond: (called.length - 1) / ((last - first) / 1_000),
    sinceCalled: spread(called.map(({ id, calledAtMs }) => until(id) - calledAtMs)),
    sinceAnswered: spread(called.map(({ id, answeredAtMs }) => until(id) - answeredAtMs)),
  };
}

const spread = (values: number[]): Spread => ({
  p50Ms: percentile(values, 0.5),
  p99Ms: percentile(values, 0.99),
  maxMs: percentile(values, 1),
});
