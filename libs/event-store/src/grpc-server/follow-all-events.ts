/**
 * Following the whole log: what is behind a position, then what comes. With a filter the reader is also told how far it is,
 * though nothing of it was wanted.
 *
 *  C1 catching up, once each `multiplier` windows: at the last wanted event of the window, else at its first.
 *  C2 live, at every `multiplier` times window considered event itself.
 */
import { invalidArgument } from './call-failure.js';
import type { EventFilter } from './event-filter.js';
import type { LogView } from './log-view.js';
import type { AllRead } from './read-request.js';
import type { ReadAnswer } from './wire-events.js';

const PAGE_EVENTS_MAX = 256;

/** @throws CallFailure the position is none of an event */
export async function* followAllEvents(
  { log }: LogView,
  { from, filter }: AllRead,
  signal: AbortSignal,
): AsyncGenerator<ReadAnswer> {
  let at = beginOf(from, log.end);
  const progress = filter && new Progress(filter);
  let isLive = false;
  while (!signal.aborted) {
    log.refuseIfDown();
    const page = log.readPage(at, PAGE_EVENTS_MAX);
    if (page.length === 0) {
      // Told first, then looked again: sleeping is right only if nothing came while the reader was busy.
      if (isLive) await log.grown(signal);
      else yield { kind: 'caught-up' };
      if (!isLive) progress?.goLive();
      isLive = true;
      continue;
    }
    const wanted = filter?.select(page);
    for (const [index, event] of page.entries()) {
      const isWanted = wanted?.[index] ?? true;
      if (isWanted) yield { kind: 'event', event };
      const checkpoint = progress?.considered(event.position, isWanted);
      if (checkpoint !== undefined) yield { kind: 'checkpoint', position: checkpoint };
      at = event.position;
      if (signal.aborted) return;
    }
    await log.pause();
  }
}

function beginOf(from: AllRead['from'], end: bigint): bigint {
  if (from === 'start') return 0n;
  if (from === 'end') return end;
  // Waiting for the log to grow past it would silently skip events: the position is of another log or a lost one.
  if (from.commit !== from.prepare || from.commit > end)
    throw invalidArgument('Trying to read from an invalid position');
  return from.commit;
}

/** Counts what was considered, and says when and where a checkpoint is due. */
class Progress {
  #isLive = false;
  #considered = 0;
  #windowFirst: bigint | undefined;
  #windowWanted: bigint | undefined;

  constructor(private readonly filter: EventFilter) {}

  goLive(): void {
    this.#isLive = true;
    this.#considered = 0;
  }

  considered(position: bigint, isWanted: boolean): bigint | undefined {
    this.#windowFirst ??= position;
    if (isWanted) this.#windowWanted = position;
    this.#considered += 1;
    const { window, checkpointMultiplier } = this.filter;
    const ofWindow = this.#windowWanted ?? this.#windowFirst;
    if (this.#considered % window === 0) {
      this.#windowFirst = undefined;
      this.#windowWanted = undefined;
    }
    if (this.#considered < window * checkpointMultiplier) return undefined;
    this.#considered = 0;
    return this.#isLive ? position : ofWindow;
  }
}
