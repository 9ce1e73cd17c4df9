import { randomUUID } from 'node:crypto';
import type { EventStore } from '@action-do/event-store';
import { percentile } from '../percentile.js';
import type { ReadStreams } from './log-report.js';
import { someEvent } from './some-event.js';

const STREAMS = 300;

/** Streams of two events, as a claim leaves them, read one after the other. */
export async function measureStreams(store: EventStore): Promise<ReadStreams> {
  const streams = Array.from({ length: STREAMS }, () => `read-${randomUUID()}`);
  for (const stream of streams) await store.append(stream, [someEvent(), someEvent()], 'no-stream');
  await readEach(store, streams);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const tookMs = await readEach(store, streams);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: STREAMS / seconds,
    p50Ms: percentile(tookMs, 0.5),
    cpuUs: (user + system) / STREAMS,
  };
}

async function readEach(store: EventStore, streams: readonly string[]): Promise<number[]> {
  const tookMs: number[] = [];
  for (const stream of streams) {
    const startedMs = performance.now();
    let events = 0;
    for await (const _ of store.readStream(stream)) events += 1;
    if (events !== 2) throw new Error(`${stream} has ${events} events`);
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}
