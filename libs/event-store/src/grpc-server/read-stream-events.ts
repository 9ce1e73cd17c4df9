/** Reads of one stream that end. */
import { status } from '@grpc/grpc-js';
import type { RawEvent } from '../embedded/raw-event.js';
import { CallFailure, streamDeleted } from './call-failure.js';
import type { LogView } from './log-view.js';
import type { StreamRead } from './read-request.js';
import { shownEvents } from './shown-events.js';
import type { KnownStream } from './stream-states.js';

/** @throws CallFailure what is literally empty is an error on a real server too */
export function refuseEmptyRead({ from, backwards, howLong }: StreamRead): void {
  if ((from === 'end' && !backwards) || howLong === 0n)
    throw new CallFailure(status.UNKNOWN, 'Unexpected ReadStreamResult: Error');
}

/** What of the stream readers know; undefined where there is nothing to read. @throws CallFailure it is gone for ever */
export function streamToRead({ states }: LogView, stream: string): KnownStream | undefined {
  const known = states.durable(stream);
  if (known.isTombstoned) throw streamDeleted(stream);
  return known.isSoftDeleted || known.lastRevision === undefined ? undefined : known;
}

/** Page by page; between two of them it may be left for long. */
export async function* readStreamEvents(
  { log, nowMs }: LogView,
  { stream, from, backwards, howLong }: StreamRead,
  known: KnownStream,
): AsyncGenerator<readonly RawEvent[]> {
  const { firstRevision, isShown } = shownEvents(known, nowMs());
  const last = known.lastRevision ?? -1;
  const direction = backwards ? 'backwards' : 'forwards';
  let at = from === 'start' ? 0 : from === 'end' ? last : Math.min(Number(from), Number.MAX_SAFE_INTEGER);
  at = backwards ? Math.min(at, last) : Math.max(at, firstRevision);
  let left = Number(howLong);
  while (left > 0 && at >= firstRevision && at <= last) {
    const { events } = log.readStreamPage(stream, at, direction, left);
    const final = events.at(-1);
    if (!final) return;
    const shown = events.filter(
      (event) => event.revision >= firstRevision && event.revision <= last && isShown(event),
    );
    yield shown;
    at = Number(final.revision) + (backwards ? -1 : 1);
    left -= shown.length;
    await log.pause();
  }
}
