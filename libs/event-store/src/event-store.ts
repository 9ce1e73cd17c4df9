/**
 * The port of the event log: what the platform needs of a store, in no vendor's words.
 *
 * Every adapter holds to these, and `event-store.contract.ts` shows it:
 *  E1 an append is all or nothing, and resolves only when it would survive the death of the process and a power cut
 *     as far as the disk keeps its word;
 *  E2 nobody (reader, subscriber, loser of a conflict) learns of an event before that moment;
 *  E3 a stream's revisions are dense from 0; positions rise over the whole log and never change;
 *  E4 repeating an append with the same event ids and the same expected revision succeeds with the old answer.
 */

/** What may stand in an event's data: anything that JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export interface NewEvent {
  /** UUID, the event's identity for ever. */
  readonly id: string;
  /** PascalCase past tense, such as `ActionRequested`. */
  readonly type: string;
  /** Must be JSON; members that are undefined are left out, as JSON does. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Flat strings only: a newer server API takes nothing else. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RecordedEvent extends NewEvent {
  readonly data: JsonObject;
  readonly streamId: string;
  /** 0-based, dense within the stream. */
  readonly revision: bigint;
  /** Place in the whole log: rises, never reused, may have gaps. Above 0n, which lies before every event. */
  readonly position: bigint;
  /** The store's own clock when it wrote, milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
}

/** The last revision seen (0-based), or that the stream must not exist. There is no "any". */
export type ExpectedRevision = 'no-stream' | bigint;

export interface AppendResult {
  /** Revision of the last event of this append. */
  readonly revision: bigint;
  /** Position of the last event of this append. */
  readonly position: bigint;
}

export interface ReadStreamOptions {
  /** Where to begin, inclusive. Default: the stream's first event, or its last when reading backwards. */
  readonly fromRevision?: bigint;
  readonly direction?: 'forwards' | 'backwards';
  /** At most this many events; default all. */
  readonly limit?: number;
}

export interface ReadAllOptions {
  /** Only events behind this position; default from the beginning. */
  readonly after?: bigint;
  /** Only streams whose name begins with one of these; default all. */
  readonly streamPrefixes?: readonly string[];
  readonly limit?: number;
}

export interface SubscribeOptions {
  readonly after?: bigint | 'start' | 'end';
  readonly streamPrefixes?: readonly string[];
  /** Aborting ends the iteration without an error. */
  readonly signal: AbortSignal;
}

/** What a subscription yields: events in the order of the log, and where it stands between them. */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /** All that was durable when asked has been delivered. May come again. */
  | { readonly kind: 'caught-up'; readonly position: bigint }
  /** Everything up to here was delivered or did not match the filter: a place to resume from. */
  | { readonly kind: 'checkpoint'; readonly position: bigint };

export interface EventStore {
  /** Names this log in public positions (`<log id>-<n>`): made once with the log, kept as long as it lives. */
  readonly logId: string;

  /**
   * Appends to one stream if nobody wrote since `expected`; all events or none.
   * @param streamId 1 to 200 characters of `[A-Za-z0-9._-]`
   * @param events 1 to 1,000 events with lower-case UUIDs, no id twice, together at most 16 MiB of JSON
   * @throws StreamConflict someone came first: load and decide again
   * @throws AppendUnknown nobody can say whether it was written: repeat with the same ids and `expected`, or read
   * @throws StoreUnavailable not written; try later
   * @throws StreamCutShort not written, and never will be: somebody else deleted the stream
   * @source ADR-0003; EventStoreDB's expected revision
   */
  append(streamId: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult>;

  /**
   * The stream's events; nothing for a stream that does not exist.
   * @throws StreamCutShort somebody else deleted it: what was in it must not be taken for nothing, or for all
   */
  readStream(streamId: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;

  /** The whole log in order, as far as it is durable now, then ends. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /** As `readAll`, then goes on as events become durable, until aborted. Holds no events in memory for a slow reader. */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionItem>;

  /**
   * Waits for appends under way, then lets go of everything. After it appends, reads and subscriptions, also those under
   * way, throw `StoreUnavailable`.
   */
  close(): Promise<void>;
}
