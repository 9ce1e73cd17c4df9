/**
 * The event log in this process, on one file.
 *
 * Who owns what: `EventLogFile` the bytes; `GroupCommit` the queue, positions and what is durable; `DurableEnd` tells
 * other threads so; `StreamHeads` where streams end, flushed or not; `LogReader` pages of what is durable; this class
 * decides each append and answers it.
 *  S1 an append is decided when it is called, against everything decided before it, flushed or not.
 *  S2 whatever the answer tells of others' events (conflict, repeat), it waits until those are durable (E2).
 *  S3 a failed commit ends the store: waiting appends get AppendUnknown, everything later StoreUnavailable.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkAppend, checkAppendBytes } from '../check-arguments.js';
import { AppendUnknown, StoreUnavailable, StreamConflict, StreamCutShort } from '../errors.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionItem,
} from '../event-store.js';
import { type LogSource, readLog, subscribeToLog } from '../follow-log.js';
import type { ForeignEvents } from '../foreign-events.js';
import { WakeUp } from '../wake-up.js';
import { AppendClock } from './append-clock.js';
import { DurableEnd } from './durable-end.js';
import type { EventLogFile } from './event-log-file.js';
import { GroupCommit, type QueueLimits } from './group-commit.js';
import { LogReader } from './log-reader.js';
import { TOMBSTONE_REVISION } from './raw-event.js';
import { RawLog } from './raw-log.js';
import { readStreamInPages } from './read-stream.js';
import { encodeAppend } from './stored-append.js';
import { rawEvents, recordedEvents } from './stored-events.js';
import { StreamHeads } from './stream-heads.js';

export interface EmbeddedParts {
  readonly file: EventLogFile;
  readonly nowMs: () => number;
  readonly onFatal: (error: Error) => void;
  readonly foreign: ForeignEvents;
  readonly limits: QueueLimits;
  readonly headsMax: number;
  /** Called once, when the file is closed. */
  readonly release: () => void;
}

export class EmbeddedEventStore implements EventStore {
  readonly logId: string;
  readonly #parts: EmbeddedParts;
  readonly #commits: GroupCommit;
  readonly #heads: StreamHeads;
  readonly #reader: LogReader<RecordedEvent>;
  readonly #clock: AppendClock;
  readonly #source: LogSource;
  readonly #raw: RawLog;
  readonly #wakeUp = new WakeUp();
  readonly #end = new DurableEnd();
  #backups: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(parts: EmbeddedParts) {
    const { file, limits, headsMax, onFatal } = parts;
    const durable = () => this.#commits.durablePosition;
    this.logId = file.logId;
    this.#parts = parts;
    this.#commits = new GroupCommit(file, limits, {
      onDurable: () => {
        this.#end.rise(durable());
        this.#wakeUp.notify();
      },
      onBroken: (cause) => {
        this.#end.end('broken');
        this.#wakeUp.notify();
        onFatal(cause);
      },
    });
    this.#end.rise(durable());
    this.#heads = new StreamHeads(headsMax, durable);
    this.#reader = new LogReader(file, durable, recordedEvents(parts.foreign));
    this.#clock = new AppendClock(parts.nowMs, file.lastWritten());
    this.#source = {
      end: () => BigInt(durable()),
      refuseIfDown: () => this.#refuseIfDown(),
      readPage: (request) => this.#reader.readPage(request),
      pause: nextTurn,
      grown: (_past, signal) => this.#wakeUp.wait(signal),
    };
    this.#raw = new RawLog({
      file,
      commits: this.#commits,
      heads: this.#heads,
      reader: new LogReader(file, durable, rawEvents),
      clock: this.#clock,
      grown: (signal) => this.#wakeUp.wait(signal),
      refuseIfDown: () => this.#refuseIfDown(),
    });
  }

  /** For `openEmbeddedLogReader` in another thread of this process: tells it how far the log is durable. */
  get durable(): SharedArrayBuffer {
    return this.#end.memory;
  }

  /** The same log for the gRPC server: bytes, and streams of any name. */
  get raw(): RawLog {
    return this.#raw;
  }

  async append(
    streamId: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    checkAppend(streamId, events, expected);
    this.#refuseIfDown();
    const head = this.#raw.head(streamId);
    const firstRevision = expected === 'no-stream' ? 0 : Number(expected) + 1;
    const nextRevision = head ? head.revision + 1 : 0;
    const isTombstoned = head?.revision === TOMBSTONE_REVISION;
    if (firstRevision === nextRevision && !isTombstoned) return this.#write(streamId, events, firstRevision);

    if (head) await this.#untilDurable(streamId, this.#commits.durableAt(head.position));
    if (isTombstoned) throw new StreamCutShort(streamId, 'it is deleted');
    if (firstRevision < nextRevision) {
      const ids = events.map(({ id }) => id);
      const same = this.#reader.lastOfSame(streamId, firstRevision, ids);
      if (same) return { revision: same.revision, position: same.position };
    }
    throw new StreamConflict(streamId, expected, head ? BigInt(head.revision) : 'no-stream');
  }

  readStream(streamId: string, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    return readStreamInPages(
      { reader: this.#reader, refuseIfDown: this.#source.refuseIfDown },
      streamId,
      options,
    );
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return readLog(this.#source, options);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionItem> {
    return subscribeToLog(this.#source, options);
  }

  /**
   * Copies the log into an empty or new folder while appends go on; the copy opens like any log and keeps the log's id.
   * @throws StoreUnavailable when closed; Error when the folder is not empty or cannot be written
   */
  async backup(folder: string): Promise<void> {
    this.#refuseIfDown();
    const copy = this.#backups.then(() => this.#parts.file.backup(folder));
    this.#backups = copy.catch(() => undefined);
    await copy;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end.end('closed');
    this.#wakeUp.notify();
    await this.#commits.idle();
    await this.#backups;
    await this.#parts.file.close();
    this.#parts.release();
  }

  async #write(streamId: string, events: readonly NewEvent[], firstRevision: number): Promise<AppendResult> {
    const count = events.length;
    const header = { streamId, firstRevision, count, ...this.#clock.take(count), isRaw: false };
    const bytes = encodeAppend(header, events);
    checkAppendBytes(streamId, bytes.length);
    const { lastPosition, durable } = this.#commits.add({ streamKey: streamId, firstRevision, count, bytes });
    const revision = firstRevision + count - 1;
    this.#heads.set(streamId, { revision, position: lastPosition });
    await this.#untilDurable(streamId, durable);
    return { revision: BigInt(revision), position: BigInt(lastPosition) };
  }

  async #untilDurable(streamId: string, durable: Promise<void>): Promise<void> {
    try {
      await durable;
    } catch (cause) {
      throw new AppendUnknown(streamId, { cause });
    }
  }

  #refuseIfDown(): void {
    if (this.#closing) throw new StoreUnavailable('the event store is closed');
    this.#commits.refuseIfBroken();
  }
}
