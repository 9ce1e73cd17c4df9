/** Reads of the whole log that end: what settings of streams hide is still in it. */
import { status } from '@grpc/grpc-js';
import type { RawEvent } from '../embedded/raw-event.js';
import { CallFailure } from './call-failure.js';
import type { LogView } from './log-view.js';
import type { AllRead } from './read-request.js';

/** Forwards a position is inclusive, backwards it is not. @throws CallFailure it is none of an event */
export async function* readAllEvents(
  { log }: LogView,
  { from, backwards, howLong, filter }: AllRead,
  signal: AbortSignal,
): AsyncGenerator<readonly RawEvent[]> {
  if (howLong === 0n) throw new CallFailure(status.UNKNOWN, 'Unexpected ReadAllResult: Error');
  const upTo = log.end;
  let at = beginOf(from, backwards, upTo);
  let left = Number(howLong);
  while (left > 0 && !signal.aborted && (backwards ? at > 1n : at < upTo)) {
    const max = filter ? Infinity : left;
    const page = backwards ? log.readPageBackwards(at, max) : log.readPage(at, max);
    const final = page.at(-1);
    if (!final) return;
    const wanted = filter?.select(page);
    const chosen = page
      .filter(({ position }, index) => (backwards || position <= upTo) && (wanted?.[index] ?? true))
      .slice(0, left);
    yield chosen;
    at = final.position;
    left -= chosen.length;
    await log.pause();
  }
}

/** The position behind which (backwards: before which) it reads. */
function beginOf(from: AllRead['from'], backwards: boolean, end: bigint): bigint {
  if (from === 'start') return backwards ? 1n : 0n;
  if (from === 'end') return backwards ? end + 1n : end;
  const { commit, prepare } = from;
  if (commit !== prepare || (backwards && commit > end))
    throw new CallFailure(status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition');
  return backwards || commit === 0n ? commit : commit - 1n;
}
