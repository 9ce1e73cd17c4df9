/** Reads pages from the file, never behind the durable position: lmdb shows a commit to readers on its own terms, we on ours. */
import type { LogPage, PageRequest } from '../follow-log.js';
import { CorruptLog } from './errors.js';
import type { LogRecords } from './event-log-file.js';
import { TOMBSTONE_REVISION } from './raw-event.js';
import type { Decoders } from './stored-events.js';
import { decodeHeader } from './stored-header.js';

/** A page is read in one go, so these bound how long the process does nothing else: a millisecond or two. */
const PAGE_EVENTS_MAX = 256;
const PAGE_BYTES_MAX = 256 * 1024;

export type Direction = 'forwards' | 'backwards';

export interface StreamPage<E> {
  readonly events: readonly E[];
  /** False: the stream has no more. */
  readonly more: boolean;
}

/** What the reader itself looks at. */
interface PlacedEvent {
  readonly id: string;
  readonly revision: bigint;
  readonly position: bigint;
}

/** @typeParam E how its user sees events (stored-events.ts) */
export class LogReader<E extends PlacedEvent> {
  constructor(
    private readonly file: LogRecords,
    private readonly durablePosition: () => number,
    private readonly decode: Decoders<E>,
  ) {}

  /** The page begins behind `after`, which is before `upTo`, which is durable. */
  readPage({ after, upTo, matches, eventsMax }: PageRequest): LogPage<E> {
    const events: E[] = [];
    let bytesSeen = 0;
    let end = after;
    for (const { firstPosition, bytes } of this.file.records(Number(after) + 1)) {
      const header = decodeHeader(bytes);
      const last = BigInt(firstPosition + header.count - 1);
      if (last > upTo) break;
      if (matches(header.streamId)) {
        for (const event of this.decode.ofLog(bytes, header, firstPosition)) {
          if (event.position <= after) continue;
          events.push(event);
          if (events.length === eventsMax) return { events, end: event.position };
        }
      }
      end = last;
      bytesSeen += bytes.length;
      if (bytesSeen >= PAGE_BYTES_MAX || events.length >= PAGE_EVENTS_MAX) break;
    }
    if (end === after) throw new CorruptLog(`no record behind position ${after}, although there was one`);
    return { events, end };
  }

  /** The durable events before `before`, the nearest first; none at the beginning of the log. */
  readPageBackwards(before: bigint, eventsMax: number): readonly E[] {
    const events: E[] = [];
    let bytesSeen = 0;
    for (const { firstPosition, bytes } of this.file.recordsBackwards(Number(before) - 1)) {
      const header = decodeHeader(bytes);
      if (firstPosition + header.count - 1 > this.durablePosition()) continue;
      for (const event of this.decode.ofLog(bytes, header, firstPosition).reverse()) {
        if (event.position >= before) continue;
        events.push(event);
        if (events.length === eventsMax) return events;
      }
      bytesSeen += bytes.length;
      if (bytesSeen >= PAGE_BYTES_MAX || events.length >= PAGE_EVENTS_MAX) break;
    }
    return events;
  }

  readStreamPage(streamKey: string, from: number, direction: Direction, eventsMax: number): StreamPage<E> {
    const events: E[] = [];
    let bytesSeen = 0;
    for (const append of this.#appends(streamKey, from, direction)) {
      for (const event of append.events) {
        if (direction === 'forwards' ? event.revision < from : event.revision > from) continue;
        events.push(event);
        if (events.length === eventsMax) return { events, more: true };
      }
      bytesSeen += append.bytes;
      if (bytesSeen >= PAGE_BYTES_MAX || events.length >= PAGE_EVENTS_MAX) return { events, more: true };
    }
    return { events, more: false };
  }

  /** Whether the stream was ended for ever, by somebody else: what was in it is no stream to be decided upon any more. */
  isTombstoned(streamKey: string): boolean {
    for (const { firstRevision, firstPosition } of this.file.segmentsBackwards(streamKey, TOMBSTONE_REVISION))
      return firstRevision === TOMBSTONE_REVISION && firstPosition <= this.durablePosition();
    return false;
  }

  /** The last of the stream's events at `from` and after, if they have exactly these ids in this order. */
  lastOfSame(streamKey: string, from: number, ids: readonly string[]): E | undefined {
    let seen = 0;
    for (const { events } of this.#appends(streamKey, from, 'forwards')) {
      for (const event of events) {
        if (event.revision < from) continue;
        if (event.id !== ids[seen]) return undefined;
        seen += 1;
        if (seen === ids.length) return event;
      }
    }
    return undefined;
  }

  /** The stream's appends from the one that holds revision `from`, each whole, its events in reading order. */
  *#appends(
    streamKey: string,
    from: number,
    direction: Direction,
  ): Generator<{ events: E[]; bytes: number }> {
    const forwards = direction === 'forwards';
    const segments = forwards
      ? this.file.segments(streamKey, from)
      : this.file.segmentsBackwards(streamKey, from);
    const durable = this.durablePosition();
    for (const { firstPosition, count } of segments) {
      if (firstPosition + count - 1 > durable) continue;
      const { bytes } = this.file.recordAt(firstPosition);
      const events = this.decode.ofStream(bytes, decodeHeader(bytes), firstPosition);
      yield { events: forwards ? events : events.reverse(), bytes: bytes.length };
    }
  }
}
