/**
 * Following the whole log: what is behind a position, then what comes. With a filter the reader is also told how far it is,
 * though nothing of it was wanted.
 *
 *  C1 catching up, once each `multiplier` windows: at the last wanted event of the window, else at its first.
 *  C2 live, at every `multiplier` times window considered event itself.
 */
import type { RawEvent } from '../embedded/raw-event.js';
import { invalidArgument } from './call-failure.js';
import type { EventFilter } from './event-filter.js';
import type { LogView } from './log-view.js';
import type { AllRead } from './read-request.js';
import type { ReadAnswer } from './wire-events.js';

/** @throws CallFailure the position is none of an event */
export async function* followAllEvents(
  { log }: LogView,
  { from, filter }: AllRead,
  signal: AbortSignal,
): AsyncGenerator<readonly ReadAnswer[]> {
  let at = beginOf(from, log.end);
  const progress = filter && new Progress(filter);
  let isLive = false;
  while (!signal.aborted) {
    log.refuseIfDown();
    const page = log.readPage(at, Infinity);
    if (page.length === 0) {
      // Told first, then looked again: sleeping is right only if nothing came while the reader was busy.
      if (isLive) await log.grown(signal);
      else yield [{ kind: 'caught-up' }];
      if (!isLive) progress?.goLive();
      isLive = true;
      continue;
    }
    yield progress ? progress.answers(page) : page.map((event) => ({ kind: 'event', event }));
    at = page.at(-1)?.position ?? at;
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
  #count = 0;
  #windowFirst: bigint | undefined;
  #windowWanted: bigint | undefined;

  constructor(private readonly filter: EventFilter) {}

  goLive(): void {
    this.#isLive = true;
    this.#count = 0;
  }

  /** What is wanted of a page, with the checkpoints that are due between. */
  answers(page: readonly RawEvent[]): ReadAnswer[] {
    const wanted = this.filter.select(page);
    return page.flatMap((event, index): ReadAnswer[] => {
      const isWanted = wanted[index] ?? false;
      const position = this.#considered(event.position, isWanted);
      return [
        ...(isWanted ? [{ kind: 'event', event } as const] : []),
        ...(position === undefined ? [] : [{ kind: 'checkpoint', position } as const]),
      ];
    });
  }

  #considered(position: bigint, isWanted: boolean): bigint | undefined {
    this.#windowFirst ??= position;
    if (isWanted) this.#windowWanted = position;
    this.#count += 1;
    const { window, checkpointMultiplier } = this.filter;
    const ofWindow = this.#windowWanted ?? this.#windowFirst;
    if (this.#count % window === 0) {
      this.#windowFirst = undefined;
      this.#windowWanted = undefined;
    }
    if (this.#count < window * checkpointMultiplier) return undefined;
    this.#count = 0;
    return this.#isLive ? position : ofWindow;
  }
}
