/**
 * The event log on a server that speaks EventStoreDB's protocol, through the official client.
 *
 * Who owns what: `Appender` appends, their deadlines and what their failures mean; `log-reads` reads; `subscribe-once`
 * one subscription, `resuming` its life over several connections; this class the two connections, the log's name, and
 * the end.
 *  C1 a read that is ended by `close` is never taken for one that came to its end.
 *  C2 nothing is asked on a new connection before it is sure that behind it is the log that was opened (`same-log`);
 *     another one is remembered, and ends every call. A subscription that is taken up again makes sure besides that the
 *     log is not shorter than it was.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { checkAppend, checkReadAll, checkReadStream } from '../check-arguments.js';
import { StoreUnavailable } from '../errors.js';
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
import type { ForeignEvents } from '../foreign-events.js';
import { readLogId } from '../log-identity.js';
import type { Appender } from './appender.js';
import { askLeader } from './ask-leader.js';
import { eitherSignal } from './either-signal.js';
import { encodeAppend } from './encode-append.js';
import type { KnownLog } from './known-log.js';
import { lastPositionOf, type ReadBounds, readAllOf, readStreamOf } from './log-reads.js';
import type { OfficialClient } from './official-client.js';
import { resuming } from './resuming.js';
import { SameLog } from './same-log.js';
import { subscribeOnce } from './subscribe-once.js';
import { unlessAborted } from './unless-aborted.js';

export interface EsdbParts {
  readonly appender: Pick<Appender, 'append' | 'close'>;
  readonly client: Pick<
    OfficialClient,
    'readStream' | 'readAll' | 'subscribeToAll' | 'watchConnection' | 'letGo'
  >;
  readonly known: KnownLog;
  /** How long the server may say nothing to a read. */
  readonly silenceMs: number;
  readonly onTrouble: (trouble: StoreUnavailable | null) => void;
  readonly foreign: ForeignEvents;
  /** Called once, when both connections are closed. */
  readonly release: () => void;
}

interface Begin {
  readonly after: bigint;
  /** The end of the log at the call. */
  readonly end: bigint | undefined;
}

export class EsdbEventStore implements EventStore {
  readonly #parts: EsdbParts;
  readonly #end = new AbortController();
  readonly #bounds: ReadBounds;
  readonly #sameLog: SameLog;
  #closing: Promise<void> | undefined;

  constructor(parts: EsdbParts) {
    this.#parts = parts;
    this.#bounds = { signal: this.#end.signal, silenceMs: parts.silenceMs, foreign: parts.foreign };
    this.#sameLog = new SameLog(parts.client, parts.known, this.#bounds);
  }

  get logId(): string {
    return this.#parts.known.logId ?? '';
  }

  /** @throws StoreUnavailable, ForeignEvent */
  async learnName(makeName: (log: EventStore) => Promise<string>): Promise<void> {
    const found = await askLeader(() => readLogId(this));
    this.#parts.known.learn(found ?? (await makeName(this)));
  }

  async append(
    streamId: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    checkAppend(streamId, events, expected);
    this.#parts.known.refuseOther();
    return this.#parts.appender.append(encodeAppend(streamId, events, expected));
  }

  async *readStream(streamId: string, options: ReadStreamOptions = {}): AsyncGenerator<RecordedEvent> {
    checkReadStream(streamId, options);
    this.#refuseIfClosed();
    await this.#sameLog.makeSure();
    yield* readStreamOf(this.#parts.client, streamId, options, this.#bounds);
    this.#refuseIfClosed();
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    checkReadAll(options);
    this.#refuseIfClosed();
    const { limit = Number.POSITIVE_INFINITY, after = 0n } = options;
    if (limit === 0) return;
    const end = await this.#lastPosition();
    if (after >= end) return;
    let left = limit;
    await this.#sameLog.makeSure();
    for await (const event of readAllOf(this.#parts.client, options, end, this.#bounds)) {
      yield event;
      left -= 1;
      if (left === 0) return;
    }
    this.#refuseIfClosed();
  }

  /** The end of the log that 'end' means is that at the call, not at the first look. */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionItem> {
    const begin = this.#begin(options);
    begin.catch(() => undefined);
    return this.#follow(begin, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #begin({ after = 'start', signal }: SubscribeOptions): Promise<Begin> {
    if (after === 'start' || signal.aborted) return { after: 0n, end: undefined };
    if (after !== 'end') checkReadAll({ after });
    this.#refuseIfClosed();
    const end = await this.#lastPosition();
    return { after: after === 'end' ? end : this.#inside(after, end), end };
  }

  /** Waiting for the log to grow past it would silently skip events: the position is of another log or a lost one. */
  #inside(position: bigint, end: bigint): bigint {
    if (position <= end) return position;
    throw new RangeError(`position ${position} lies behind the end of this log, ${end}`);
  }

  async *#follow(
    begin: Promise<Begin>,
    { streamPrefixes, signal: aborted }: SubscribeOptions,
  ): AsyncGenerator<SubscriptionItem> {
    this.#refuseIfClosed();
    const { client, silenceMs, foreign, onTrouble } = this.#parts;
    const { signal, release } = eitherSignal(aborted, this.#end.signal);
    const open = async function* (this: EsdbEventStore, from: bigint, end: bigint, again: boolean) {
      await unlessAborted(this.#makeSureOf(from, again), signal);
      if (!signal.aborted)
        yield* subscribeOnce(client, { after: from, end, streamPrefixes, signal, silenceMs, foreign });
    }.bind(this);
    try {
      const begun = await unlessAborted(begin, signal);
      if (begun && !signal.aborted) {
        const { after, end } = begun;
        if (after === end) yield { kind: 'caught-up', position: after };
        const openFrom = (from: bigint, again: boolean) => open(from, end ?? after, again);
        yield* resuming({
          after,
          open: openFrom,
          signal,
          onTrouble,
          pause: quietly,
          nowMs: () => performance.now(),
        });
      }
    } finally {
      release();
    }
    if (!aborted.aborted) this.#refuseIfClosed();
  }

  /** Before a subscription is opened behind `position`. */
  async #makeSureOf(position: bigint, again: boolean): Promise<void> {
    if (again) this.#inside(position, await this.#lastPosition());
    await this.#sameLog.makeSure();
  }

  async #lastPosition(): Promise<bigint> {
    await this.#sameLog.makeSure();
    const position = await lastPositionOf(this.#parts.client, this.#bounds);
    this.#refuseIfClosed();
    return position;
  }

  async #close(): Promise<void> {
    const { appender, client, release } = this.#parts;
    this.#end.abort();
    await appender.close();
    await client.letGo();
    release();
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new StoreUnavailable('the event store is closed');
  }
}

async function quietly(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
