import { randomUUID } from 'node:crypto';
import type { EventStore } from '@action-do/event-store';
import { processMemoryMib } from '../process-cpu.js';
import type { ReadStreams, Replayed } from './log-report.js';
import { someEvent } from './measure-appends.js';
import { percentile } from './percentile.js';

const STREAMS = 300;
const LOOK_AT_MEMORY_EVERY = 5_000;

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

/** The whole log from its beginning, as a projector that builds its views follows it. */
export async function measureReplay(store: EventStore): Promise<Replayed> {
  const stop = new AbortController();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const ownMib: number[] = [];
  let events = 0;
  for await (const { kind } of store.subscribe({ signal: stop.signal })) {
    if (kind === 'caught-up') break;
    if (kind !== 'event') continue;
    events += 1;
    if (events % LOOK_AT_MEMORY_EVERY === 0) ownMib.push(processMemoryMib(process.pid).own);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    events,
    perSecond: events / seconds,
    cpuUs: (user + system) / events,
    ownMibAtTenth: ownMib[Math.floor(ownMib.length / 10)] ?? Number.NaN,
    ownMibMax: Math.max(...ownMib),
  };
}
