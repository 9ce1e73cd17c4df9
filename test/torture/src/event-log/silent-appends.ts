import { randomUUID } from 'node:crypto';
import { AppendUnknown, type EventStore, type NewEvent, StoreUnavailable } from '@action-do/event-store';
import { PROMISED } from './promised.js';
import type { Span } from './stalls.js';

const APPENDS = 8;
const TRIES_MAX = 5;

export interface SilentAppends {
  readonly slowestMs: number;
  readonly unknown: number;
  /** To be called when the log goes on: repeats what is unknown, and looks what stands in the log. */
  truth(): Promise<string[]>;
  readonly broken: readonly string[];
}

interface Sent {
  readonly stream: string;
  readonly event: NewEvent;
  readonly heard: 'unknown' | 'unavailable';
}

/** So that the connection is there when the server falls silent: appends are sent, and their answers lost. */
export async function connect(store: EventStore, name: string): Promise<void> {
  await appendUntilKnown(store, `torture-${name}-first`, noted(0));
}

/**
 * Appends to a log whose server says nothing: each ends in time, and as what it is.
 * @param lateMs asked when one ended: how long this process was kept from running meanwhile
 */
export async function appendInSilence(
  store: EventStore,
  name: string,
  lateMs: (measured: Span) => number,
  nowMs = () => performance.now(),
): Promise<SilentAppends> {
  const broken: string[] = [];
  let slowestMs = 0;
  const send = async (_: unknown, index: number): Promise<Sent[]> => {
    const stream = `torture-${name}-${index}`;
    const event = noted(index);
    const begunMs = nowMs();
    const heard = await store.append(stream, [event], 'no-stream').then(() => 'written', kindOf);
    const endedMs = nowMs();
    const tookMs = endedMs - begunMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > PROMISED.appendMs + lateMs({ fromMs: begunMs, untilMs: endedMs }))
      broken.push(`an append to a silent log took ${Math.round(tookMs)} ms`);
    if (heard === 'unknown' || heard === 'unavailable') return [{ stream, event, heard }];
    broken.push(`an append to a silent log ended as ${heard}`);
    return [];
  };
  const sent = (await Promise.all(Array.from({ length: APPENDS }, send))).flat();
  return {
    broken,
    slowestMs,
    unknown: sent.filter(({ heard }) => heard === 'unknown').length,
    truth: async () => (await Promise.all(sent.map((one) => findOut(store, one)))).flat(),
  };
}

const noted = (index: number): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: { index },
  metadata: {},
});

/** The same event at the same place: it was written, or it is now; never twice. */
async function findOut(store: EventStore, { stream, event, heard }: Sent): Promise<string[]> {
  const before = await idsIn(store, stream);
  if (heard === 'unavailable' && before.length > 0) return [`${stream} was said not to be written, and is`];
  await appendUntilKnown(store, stream, event);
  const after = await idsIn(store, stream);
  return after.length === 1 && after[0] === event.id ? [] : [`${stream} holds ${after.length} events`];
}

/** The same event again and again, as the executors do: a busy machine may let the first deadline pass. */
async function appendUntilKnown(store: EventStore, stream: string, event: NewEvent): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await store.append(stream, [event], 'no-stream');
      return;
    } catch (error) {
      if (tries === TRIES_MAX || kindOf(error) === String(error)) throw error;
    }
  }
}

async function idsIn(store: EventStore, stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of store.readStream(stream)) ids.push(id);
  return ids;
}

function kindOf(error: unknown): string {
  if (error instanceof AppendUnknown) return 'unknown';
  return error instanceof StoreUnavailable ? 'unavailable' : String(error);
}
