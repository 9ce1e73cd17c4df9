/** Following one stream: what is there behind a revision, then what comes. */
import { type RawEvent, TOMBSTONE_REVISION } from '../embedded/raw-event.js';
import { streamDeleted } from './call-failure.js';
import type { LogView } from './log-view.js';
import type { StreamRead } from './read-request.js';
import { shownEvents } from './shown-events.js';
import type { ReadAnswer } from './wire-events.js';

/** @throws CallFailure at once when the stream is gone for ever, or behind its last event when it goes */
export async function* followStreamEvents(
  { log, states, nowMs }: LogView,
  { stream, from }: StreamRead,
  signal: AbortSignal,
): AsyncGenerator<readonly ReadAnswer[]> {
  const atFirst = states.durable(stream);
  if (atFirst.isTombstoned) throw streamDeleted(stream);
  let next = nextOf(from, atFirst.lastRevision ?? -1);
  let toldCaughtUp = false;
  while (!signal.aborted) {
    log.refuseIfDown();
    const last = log.durableHead(stream)?.revision ?? -1;
    if (last < next) {
      // Told first, then looked again: sleeping is right only if nothing came while the reader was busy.
      if (toldCaughtUp) await log.grown(signal);
      else yield [{ kind: 'caught-up' }];
      toldCaughtUp = true;
      continue;
    }
    const { firstRevision, isShown } = shownEvents(states.durable(stream), nowMs());
    const begin = Math.min(Math.max(next, firstRevision), last);
    const { events } = log.readStreamPage(stream, begin, 'forwards', Infinity);
    const isTombstone = ({ revision }: RawEvent) => revision === BigInt(TOMBSTONE_REVISION);
    yield events
      .filter((event) => isTombstone(event) || (event.revision >= firstRevision && isShown(event)))
      .map((event) => ({ kind: 'event', event }));
    if (events.some(isTombstone)) throw streamDeleted(stream);
    next = Math.max(next, Number(events.at(-1)?.revision ?? last) + 1);
    await log.pause();
  }
}

const nextOf = (from: StreamRead['from'], last: number): number =>
  from === 'start' ? 0 : from === 'end' ? last + 1 : Math.min(Number(from) + 1, TOMBSTONE_REVISION);
