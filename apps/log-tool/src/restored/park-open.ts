import type { ActionEventType } from '@action-do/contracts';
import { ABSENT, decideRestored, evolveExecution } from '@action-do/domain';
import {
  CorruptLog,
  type EventStore,
  ForeignEvent,
  type RecordedEvent,
  StreamCutShort,
} from '@action-do/event-store';
import { appendSurely } from '../append-surely.js';
import { actionEventOf, parkedRecord } from './restored-records.js';
import { writtenMeanwhile } from './written-meanwhile.js';

export interface Parked {
  /** Executions that were open. */
  readonly parked: number;
  /** Undos that were under way, and are given up. */
  readonly undosEnded: number;
  /** Streams that could not be read, and stay as they are: at most `NAMES_MAX` of them. */
  readonly unreadable: readonly string[];
  readonly unreadableCount: number;
}

export interface ParkWatch {
  readonly tell: (done: number) => void;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

/** Appends to different streams at once: they share flushes, and their order means nothing. */
const AT_ONCE = 32;
const NAMES_MAX = 5;
/** Half a minute: a store that restarts is back by then. */
const TRIES_MAX = 60;

/**
 * Parks what is open in the streams. Ended anywhere, it may be begun again: what is parked is no longer open.
 * @throws Refused the store is away, or somebody else writes
 */
export async function parkOpen(
  store: EventStore,
  streams: Iterable<string>,
  { tell, signal, nowMs, pause }: ParkWatch,
): Promise<Parked> {
  const waiting = streams[Symbol.iterator]();
  const unreadable: string[] = [];
  let [parked, undosEnded, unreadableCount, done] = [0, 0, 0, 0];
  const work = async (): Promise<void> => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      try {
        signal.throwIfAborted();
        const type = await park(store, next.value, nowMs(), pause);
        if (type === 'ActionUndoFailed') undosEnded += 1;
        else if (type !== null) parked += 1;
      } catch (error) {
        // Whoever fails ends; the others come to the same end, or park what is left.
        if (!isDamage(error)) throw error;
        unreadableCount += 1;
        if (unreadable.length < NAMES_MAX) unreadable.push(next.value);
      }
      done += 1;
      tell(done);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return { parked, undosEnded, unreadable, unreadableCount };
}

/** @returns what was recorded; null = nothing was open */
async function park(
  store: EventStore,
  stream: string,
  nowMs: number,
  pause: (ms: number) => Promise<void>,
): Promise<ActionEventType | null> {
  let state = ABSENT;
  let request: RecordedEvent | undefined;
  let last: RecordedEvent | undefined;
  for await (const recorded of store.readStream(stream)) {
    state = evolve(state, recorded);
    if (recorded.type === 'ActionRequested') request = recorded;
    last = recorded;
  }
  const [event] = decideRestored(state, nowMs);
  if (event === undefined || request === undefined || last === undefined) return null;
  const record = { ...parkedRecord(event, request, last), streamId: stream, revision: last.revision + 1n };
  await appendSurely(store, [record], TRIES_MAX, pause, writtenMeanwhile);
  return event.type;
}

/** One damaged stream must not keep all others from being parked. */
class UnreadableStream extends Error {}

function evolve(state: typeof ABSENT, recorded: RecordedEvent): typeof ABSENT {
  try {
    return evolveExecution(state, actionEventOf(recorded));
  } catch (error) {
    throw new UnreadableStream(recorded.streamId, { cause: error });
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof UnreadableStream ||
  error instanceof StreamCutShort ||
  error instanceof ForeignEvent ||
  error instanceof CorruptLog;
