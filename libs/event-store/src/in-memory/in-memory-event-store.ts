/**
 * The port in a few maps, for tests and simulation: the plainest thing that passes the contract.
 * It keeps everything in memory without a bound and forgets it with the process; never run a product on it.
 *
 * Events are kept as JSON text and parsed at each read, so nothing is shared with a caller by reference.
 */
import { checkAppend, checkAppendBytes, checkReadStream } from '../check-arguments.js';
import { StoreUnavailable, StreamConflict } from '../errors.js';
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
import { type LogPage, type LogSource, type PageRequest, readLog, subscribeToLog } from '../follow-log.js';
import { WakeUp } from '../wake-up.js';

const PAGE_EVENTS_MAX = 64;

interface KeptEvent {
  readonly streamId: string;
  readonly revision: number;
  readonly createdAtMs: number;
  readonly id: string;
  /** The NewEvent as it came in. */
  readonly json: string;
}

export interface InMemoryEventStoreOptions {
  /** Without '-'. */
  readonly logId?: string;
  readonly nowMs?: () => number;
}

export class InMemoryEventStore implements EventStore {
  readonly logId: string;
  readonly #nowMs: () => number;
  /** An event's position is its place here, counted from 1. */
  readonly #log: KeptEvent[] = [];
  readonly #positionsByStream = new Map<string, number[]>();
  readonly #source: LogSource;
  readonly #wakeUp = new WakeUp();
  #closed = false;

  constructor({ logId = 'memory', nowMs = Date.now }: InMemoryEventStoreOptions = {}) {
    this.logId = logId;
    this.#nowMs = nowMs;
    this.#source = {
      end: () => BigInt(this.#log.length),
      refuseIfDown: () => this.#refuseIfClosed(),
      readPage: (request) => this.#readPage(request),
      pause: () => Promise.resolve(),
      grown: (_past, signal) => this.#wakeUp.wait(signal),
    };
  }

  async append(
    streamId: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    checkAppend(streamId, events, expected);
    this.#refuseIfClosed();
    const positions = this.#positionsByStream.get(streamId) ?? [];
    const next = expected === 'no-stream' ? 0 : Number(expected) + 1;
    if (next !== positions.length) return this.#repeat(streamId, events, expected);

    const texts = events.map(({ id, type, data, metadata }) => JSON.stringify({ id, type, data, metadata }));
    checkAppendBytes(streamId, Buffer.byteLength(texts.join()));
    const createdAtMs = this.#nowMs();
    for (const [index, { id }] of events.entries()) {
      const json = texts[index] ?? '';
      positions.push(this.#log.push({ streamId, revision: next + index, createdAtMs, id, json }));
    }
    this.#positionsByStream.set(streamId, positions);
    this.#wakeUp.notify();
    return { revision: BigInt(positions.length - 1), position: BigInt(this.#log.length) };
  }

  async *readStream(streamId: string, options: ReadStreamOptions = {}): AsyncGenerator<RecordedEvent> {
    checkReadStream(streamId, options);
    this.#refuseIfClosed();
    const positions = this.#positionsByStream.get(streamId) ?? [];
    const backwards = options.direction === 'backwards';
    const from = Number(options.fromRevision ?? (backwards ? positions.length : 0));
    const chosen = backwards ? positions.slice(0, from + 1).reverse() : positions.slice(from);
    for (const position of chosen.slice(0, options.limit)) {
      this.#refuseIfClosed();
      yield this.#recorded(position);
    }
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return readLog(this.#source, options);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionItem> {
    return subscribeToLog(this.#source, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wakeUp.notify();
  }

  /** E4: an append that is already there, event by event, is answered as the first time. */
  #repeat(streamId: string, events: readonly NewEvent[], expected: ExpectedRevision): AppendResult {
    const positions = this.#positionsByStream.get(streamId) ?? [];
    const first = expected === 'no-stream' ? 0 : Number(expected) + 1;
    const stored = positions.slice(first, first + events.length);
    const last = stored.at(-1);
    const same =
      stored.length === events.length &&
      stored.every((position, index) => this.#log[position - 1]?.id === events[index]?.id);
    if (same && last !== undefined)
      return { revision: BigInt(first + events.length - 1), position: BigInt(last) };
    throw new StreamConflict(
      streamId,
      expected,
      positions.length > 0 ? BigInt(positions.length - 1) : 'no-stream',
    );
  }

  #readPage({ after, upTo, matches, eventsMax }: PageRequest): LogPage {
    const events: RecordedEvent[] = [];
    let end = Number(after);
    const last = Math.min(Number(upTo), end + PAGE_EVENTS_MAX);
    while (end < last && events.length < eventsMax) {
      end += 1;
      const kept = this.#log[end - 1];
      if (kept && matches(kept.streamId)) events.push(this.#recorded(end));
    }
    return { events, end: BigInt(end) };
  }

  #recorded(position: number): RecordedEvent {
    const kept = this.#log[position - 1];
    if (!kept) throw new Error(`no event at position ${position}`);
    const event: Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata'> = JSON.parse(kept.json);
    const { streamId, revision, createdAtMs } = kept;
    return { ...event, streamId, revision: BigInt(revision), position: BigInt(position), createdAtMs };
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new StoreUnavailable('the event store is closed');
  }
}
