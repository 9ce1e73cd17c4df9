/**
 * The embedded log for another thread of the process that holds it: reads and subscriptions, no append.
 *
 * lmdb shares one open file among the threads of a process, so nothing is copied between them; what may be shown is
 * said by the store through `DurableEnd`, and its end is ours (StoreUnavailable).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StoreUnavailable } from '../errors.js';
import type {
  EventStore,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionItem,
} from '../event-store.js';
import { type LogSource, readLog, subscribeToLog } from '../follow-log.js';
import { ForeignEvents, type OnForeignEvent } from '../foreign-events.js';
import { WakeUp } from '../wake-up.js';
import { DurableEnd } from './durable-end.js';
import { LmdbEventLogFile, type LogFileToRead } from './lmdb-event-log-file.js';
import { LogReader } from './log-reader.js';
import { readStreamInPages } from './read-stream.js';
import { recordedEvents } from './stored-events.js';

/** The part of the port that only reads. */
export type EventLogReader = Pick<EventStore, 'logId' | 'readStream' | 'readAll' | 'subscribe' | 'close'>;

export interface EmbeddedLogReaderOptions {
  /** Of the store that is open in another thread of this process. */
  readonly folder: string;
  /** `durable` of that store. */
  readonly durable: SharedArrayBuffer;
  /** As of the store. */
  readonly onForeignEvent?: OnForeignEvent;
}

/** Everybody is woken by the bell; this is how long a lost one could go unnoticed. */
const BELL_BOUND_MS = 1_000;

/** @throws StoreUnavailable the store is closed or broken  @throws NotAnEventLog, FormatTooNew, TypeError */
export async function openEmbeddedLogReader({
  folder,
  durable,
  onForeignEvent,
}: EmbeddedLogReaderOptions): Promise<EventLogReader> {
  const end = new DurableEnd(durable);
  refuseIfEnded(end);
  const file = await LmdbEventLogFile.openToRead(folder);
  try {
    // Closed meanwhile: then the file that we opened may be another one by now.
    refuseIfEnded(end);
    return new EmbeddedLogReader(file, end, new ForeignEvents(onForeignEvent));
  } catch (error) {
    await file.close();
    throw error;
  }
}

class EmbeddedLogReader implements EventLogReader {
  readonly logId: string;
  readonly #file: LogFileToRead;
  readonly #end: DurableEnd;
  readonly #reader: LogReader<RecordedEvent>;
  readonly #source: LogSource;
  readonly #wakeUp = new WakeUp();
  readonly #closed = new AbortController();
  #listening = false;
  #closing: Promise<void> | undefined;

  constructor(file: LogFileToRead, end: DurableEnd, foreign: ForeignEvents) {
    this.logId = file.logId;
    this.#file = file;
    this.#end = end;
    this.#reader = new LogReader(file, () => Number(end.position), recordedEvents(foreign));
    this.#source = {
      end: () => end.position,
      refuseIfDown: () => this.#refuseIfDown(),
      readPage: (request) => this.#reader.readPage(request),
      pause: nextTurn,
      grown: (past, signal) => this.#grown(past, signal),
    };
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

  close(): Promise<void> {
    this.#closing ??= this.#file.close();
    this.#closed.abort();
    this.#wakeUp.notify();
    return this.#closing;
  }

  #grown(past: bigint, signal: AbortSignal): Promise<void> {
    const heard = this.#end.bell;
    if (this.#end.position > past || this.#end.state !== 'open') return Promise.resolve();
    void this.#listen(heard);
    return this.#wakeUp.wait(signal);
  }

  /** One listener at the bell, however many subscriptions wait. */
  async #listen(heard: number): Promise<void> {
    if (this.#listening) return;
    this.#listening = true;
    await this.#end.nextRing(heard, BELL_BOUND_MS, this.#closed.signal);
    this.#listening = false;
    this.#wakeUp.notify();
  }

  #refuseIfDown(): void {
    if (this.#closing) throw new StoreUnavailable('this reader of the event log is closed');
    refuseIfEnded(this.#end);
  }
}

function refuseIfEnded({ state }: DurableEnd): void {
  if (state === 'closed') throw new StoreUnavailable('the event store is closed');
  if (state === 'broken')
    throw new StoreUnavailable('the event log could not be written and is out of service: start again');
}
