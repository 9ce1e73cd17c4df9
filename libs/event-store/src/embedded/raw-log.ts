/**
 * The second door of the embedded log, for the gRPC server: streams of all names, bytes instead of JSON, no rule but that
 * the caller says where a stream goes on. Shares file, queue and positions with the first door (embedded-event-store.ts).
 *  R1 `append` decides nothing and waits for nothing: what was true of `head` in the same turn is true of the append.
 *  R2 what is read is durable; `head` is not: whoever tells of it waits for `durableAt` first (E2).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppendUnknown } from '../errors.js';
import type { AppendClock } from './append-clock.js';
import type { EventLogFile } from './event-log-file.js';
import type { GroupCommit } from './group-commit.js';
import type { Direction, LogReader, StreamPage } from './log-reader.js';
import { type NewRawEvent, type RawEvent, TOMBSTONE_REVISION } from './raw-event.js';
import { encodeRawAppend } from './stored-raw-append.js';
import type { StreamHead, StreamHeads } from './stream-heads.js';
import { streamKey } from './stream-key.js';

/** As long as a writer waits for its answer. */
const FLUSH_HANGS_MS = 2_000;

export interface RawLogParts {
  readonly file: EventLogFile;
  readonly commits: GroupCommit;
  readonly heads: StreamHeads;
  readonly reader: LogReader<RawEvent>;
  readonly clock: AppendClock;
  readonly grown: (signal: AbortSignal) => Promise<void>;
  readonly refuseIfDown: () => void;
}

export interface RawAppend {
  readonly name: string;
  readonly events: readonly NewRawEvent[];
  /** The one behind `head(name)`, asked in the same turn. */
  readonly firstRevision: number;
}

export class RawLog {
  readonly #parts: RawLogParts;

  constructor(parts: RawLogParts) {
    this.#parts = parts;
  }

  /** Position of the last durable event, 0n when there is none. */
  get end(): bigint {
    return BigInt(this.#parts.commits.durablePosition);
  }

  /** @throws StoreUnavailable when closed or broken */
  refuseIfDown(): void {
    this.#parts.refuseIfDown();
  }

  /** Whether appends reach the disk now: the log is open and not broken, and no flush hangs. */
  get isWritable(): boolean {
    try {
      this.refuseIfDown();
    } catch {
      return false;
    }
    return this.#parts.commits.commitMs < FLUSH_HANGS_MS;
  }

  /** Where the stream goes on, durable or not. */
  head(name: string): StreamHead | undefined {
    const { heads, file } = this.#parts;
    const key = streamKey(name);
    const known = heads.get(key);
    if (known) return known;
    // Most askers are about to begin the stream, and two look-ups cost less than a range. One that never began may have
    // ended all the same.
    if (!file.beginsAt(key, 0) && !file.beginsAt(key, TOMBSTONE_REVISION)) return undefined;
    for (const { firstRevision, firstPosition, count } of file.segmentsBackwards(key, Infinity)) {
      const head = { revision: firstRevision + count - 1, position: firstPosition + count - 1 };
      heads.set(key, head);
      return head;
    }
    return undefined;
  }

  /** Where the stream ends for readers. */
  durableHead(name: string): StreamHead | undefined {
    const { commits, file } = this.#parts;
    const head = this.head(name);
    if (!head || head.position <= commits.durablePosition) return head;
    for (const { firstRevision, firstPosition, count } of file.segmentsBackwards(streamKey(name), Infinity)) {
      const position = firstPosition + count - 1;
      if (position <= commits.durablePosition) return { revision: firstRevision + count - 1, position };
    }
    return undefined;
  }

  /**
   * All or none, also over a crash, one behind the other in the log; `durable` rejects with AppendUnknown.
   * @throws StoreUnavailable the queue is full, or the log is closed: nothing was taken
   */
  append(appends: readonly RawAppend[]): { heads: readonly StreamHead[]; durable: Promise<void> } {
    const { clock, commits, heads } = this.#parts;
    this.refuseIfDown();
    const records = appends.map(({ name, events, firstRevision }) => {
      const count = events.length;
      const header = { streamId: name, firstRevision, count, ...clock.take(count), isRaw: true };
      const bytes = encodeRawAppend(header, events);
      return { streamKey: streamKey(name), firstRevision, count, bytes, isRaw: true };
    });
    const { lastPosition, durable } = commits.addTogether(records);
    let position = lastPosition - records.reduce((events, { count }) => events + count, 0);
    const taken = records.map(({ streamKey: key, firstRevision, count }) => {
      position += count;
      const head = { revision: firstRevision + count - 1, position };
      heads.set(key, head);
      return head;
    });
    return { heads: taken, durable: this.#untilDurable(appends, durable) };
  }

  /** Resolves when the event at `position`, already given, is durable; AppendUnknown where that cannot be waited for. */
  async durableAt(name: string, position: number): Promise<void> {
    try {
      await this.#parts.commits.durableAt(position);
    } catch (cause) {
      throw new AppendUnknown(name, { cause });
    }
  }

  /** Whether it is so now, without waiting. */
  isDurable(position: number): boolean {
    return position <= this.#parts.commits.durablePosition;
  }

  /** Events behind `after`, as far as they are durable and fit a page; none at the end of the log. */
  readPage(after: bigint, eventsMax: number): readonly RawEvent[] {
    this.refuseIfDown();
    const upTo = this.end;
    if (after >= upTo) return [];
    return this.#parts.reader.readPage({ after, upTo, eventsMax, matches: () => true }).events;
  }

  /** Events before `before`, the nearest first. */
  readPageBackwards(before: bigint, eventsMax: number): readonly RawEvent[] {
    this.refuseIfDown();
    return this.#parts.reader.readPageBackwards(before, eventsMax);
  }

  readStreamPage(name: string, from: number, direction: Direction, eventsMax: number): StreamPage<RawEvent> {
    this.refuseIfDown();
    return this.#parts.reader.readStreamPage(streamKey(name), from, direction, eventsMax);
  }

  /** The last of the stream's durable events from `from` on, if they have exactly these ids in this order. */
  lastOfSame(name: string, from: number, ids: readonly string[]): RawEvent | undefined {
    return this.#parts.reader.lastOfSame(streamKey(name), from, ids);
  }

  /** Resolves when there may be something new, or `signal` aborts; never rejects. */
  grown(signal: AbortSignal): Promise<void> {
    return this.#parts.grown(signal);
  }

  async #untilDurable([first]: readonly RawAppend[], durable: Promise<void>): Promise<void> {
    try {
      await durable;
    } catch (cause) {
      throw new AppendUnknown(first?.name ?? '', { cause });
    }
  }

  /** Between two pages: lets the process do other work. */
  pause(): Promise<void> {
    return nextTurn();
  }
}
