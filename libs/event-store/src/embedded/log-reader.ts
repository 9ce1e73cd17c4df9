/** Reads pages from the file, never behind the durable position: lmdb shows a commit to readers on its own terms, we on ours. */
import type { RecordedEvent } from '../event-store.js';
import type { LogPage, PageRequest } from '../follow-log.js';
import { CorruptLog } from './errors.js';
import type { LogRecords } from './event-log-file.js';
import { decodeEvents, decodeHeader } from './stored-append.js';

/** A page is read in one go, so these bound how long the process does nothing else: a millisecond or two. */
const PAGE_EVENTS_MAX = 256;
const PAGE_BYTES_MAX = 256 * 1024;

export type Direction = 'forwards' | 'backwards';

export interface StreamPage {
  readonly events: readonly RecordedEvent[];
  /** False: the stream has no more. */
  readonly more: boolean;
}

export class LogReader {
  constructor(
    private readonly file: LogRecords,
    private readonly durablePosition: () => number,
  ) {}

  /** The page begins behind `after`, which is before `upTo`, which is durable. */
  readPage({ after, upTo, matches, eventsMax }: PageRequest): LogPage {
    const events: RecordedEvent[] = [];
    let bytesSeen = 0;
    let end = after;
    for (const { firstPosition, bytes } of this.file.records(Number(after) + 1)) {
      const header = decodeHeader(bytes);
      const last = BigInt(firstPosition + header.count - 1);
      if (last > upTo) break;
      if (matches(header.streamId)) {
        for (const event of decodeEvents(bytes, header, firstPosition)) {
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

  readStreamPage(streamId: string, from: number, direction: Direction, eventsMax: number): StreamPage {
    const events: RecordedEvent[] = [];
    let bytesSeen = 0;
    for (const append of this.#appends(streamId, from, direction)) {
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

  /** The last of the stream's events at `from` and after, if they have exactly these ids in this order. */
  lastOfSame(streamId: string, from: number, ids: readonly string[]): RecordedEvent | undefined {
    let seen = 0;
    for (const { events } of this.#appends(streamId, from, 'forwards')) {
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
    streamId: string,
    from: number,
    direction: Direction,
  ): Generator<{ events: RecordedEvent[]; bytes: number }> {
    const forwards = direction === 'forwards';
    const segments = forwards
      ? this.file.segments(streamId, from)
      : this.file.segmentsBackwards(streamId, from);
    const durable = this.durablePosition();
    for (const { firstPosition, count } of segments) {
      if (firstPosition + count - 1 > durable) continue;
      const { bytes } = this.file.recordAt(firstPosition);
      const events = decodeEvents(bytes, decodeHeader(bytes), firstPosition);
      yield { events: forwards ? events : events.reverse(), bytes: bytes.length };
    }
  }
}
