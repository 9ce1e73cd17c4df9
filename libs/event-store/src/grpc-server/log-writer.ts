/**
 * Every write that comes in over gRPC, one way or another: decided in the turn in which it is asked, in that order, and
 * answered when all that the answer tells is durable.
 */
import type { NewRawEvent } from '../embedded/raw-event.js';
import type { RawAppend, RawLog } from '../embedded/raw-log.js';
import type { StreamHead } from '../embedded/stream-heads.js';
import { streamKey } from '../embedded/stream-key.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { Activity } from './activity.js';
import {
  badRequest,
  type Expected,
  type Refused,
  type WriteOutcome,
  type Written,
} from './append-outcome.js';
import { decideAppend, decideDelete, decideTombstone } from './append-rules.js';
import type { RecentIds } from './recent-ids.js';
import {
  hidesEvents,
  isMetastream,
  isSoftDeletion,
  metastreamOf,
  parseSettings,
  SOFT_DELETION,
  settingsFrom,
  streamOf,
} from './stream-settings.js';
import type { KnownStream, StreamStates } from './stream-states.js';
import { newSystemEvent, tombstoneOf } from './system-events.js';

export interface WriteRequest {
  readonly stream: string;
  readonly expected: Expected;
}

export interface AppendRequest extends WriteRequest {
  readonly events: readonly NewRawEvent[];
}

/** A comparison waits for the disk; who overtakes it this often is refused as the stream is then. */
const TRIES_MAX = 8;

export class LogWriter {
  constructor(
    private readonly log: RawLog,
    private readonly states: StreamStates,
    private readonly recentIds: RecentIds,
    private readonly activity: Activity,
    private readonly isReadOnly: boolean,
  ) {}

  append(request: AppendRequest): Promise<WriteOutcome> {
    return this.#guarded(async () => this.#refuseAppend(request) ?? this.#append(request));
  }

  /** Hides all events of a stream; it can be begun again behind them. */
  softDelete({ stream, expected }: WriteRequest): Promise<WriteOutcome> {
    return this.#guarded(async () => {
      const refused = this.#refuseDeletion(stream);
      if (refused) return refused;
      const state = this.states.decided(stream);
      const decision = decideDelete(expected, state);
      if (decision !== 'delete') return this.#refusedBy(decision, stream, state);
      return this.#write([this.#metadataAppend(stream, SOFT_DELETION)]);
    });
  }

  /** Ends a stream for ever. */
  tombstone({ stream, expected }: WriteRequest): Promise<WriteOutcome> {
    return this.#guarded(async () => {
      const refused = this.#refuseDeletion(stream);
      if (refused) return refused;
      const state = this.states.decided(stream);
      const decision = decideTombstone(expected, state);
      return decision === 'delete'
        ? this.#write([tombstoneOf(stream)])
        : this.#refusedBy(decision, stream, state);
    });
  }

  async #append({ stream, expected, events }: AppendRequest): Promise<WriteOutcome> {
    const ids = events.map(({ id }) => id);
    const key = streamKey(stream);
    for (let tries = 0; ; tries += 1) {
      const state = this.states.decided(stream);
      const decision = decideAppend(key, expected, ids, state, (id) => this.recentIds.get(id));
      if (decision.kind === 'write') return this.#writeBehind(state, stream, events, decision.firstRevision);
      if (decision.kind === 'repeat') {
        await this.log.durableAt(stream, decision.last.position);
        const { revision, position } = decision.last;
        return { kind: 'written', revision: BigInt(revision), position: BigInt(position) };
      }
      if (decision.kind !== 'compare') return this.#refusedBy(decision.kind, stream, state);
      const { from, orWrite } = decision;
      // What is compared must be readable; who then writes must not have been overtaken meanwhile.
      if (state.head && !this.log.isDurable(state.head.position) && (tries === 0 || orWrite)) {
        if (tries === TRIES_MAX) return this.#refusedBy('refuse', stream, state);
        await this.log.durableAt(stream, state.head.position);
        continue;
      }
      const same = this.log.lastOfSame(stream, from, ids);
      if (same)
        return { kind: 'written', revision: same.revision, position: orWrite ? undefined : same.position };
      if (!orWrite || this.log.lastOfSame(stream, from, ids.slice(0, 1)))
        return this.#refusedBy('refuse', stream, state);
      return this.#writeBehind(state, stream, events, (state.lastRevision ?? -1) + 1);
    }
  }

  #writeBehind(
    state: KnownStream,
    stream: string,
    events: readonly NewRawEvent[],
    firstRevision: number,
  ): Promise<WriteOutcome> {
    if (events.length === 0) return this.#writtenNothing(stream, state);
    const appends = [{ name: stream, events, firstRevision }];
    // Written to, a deleted stream begins anew at its first new event.
    if (state.isSoftDeleted)
      appends.push(
        this.#metadataAppend(
          stream,
          settingsFrom(state.metadata ?? SOFT_DELETION, firstRevision) ?? SOFT_DELETION,
        ),
      );
    if (isMetastream(stream)) appends.push(...this.#beginAnew(streamOf(stream), events, firstRevision));
    return this.#write(appends);
  }

  /** Tells where the stream and the log end, and so waits until they do; of an empty log there is no position. */
  async #writtenNothing(stream: string, { head }: KnownStream): Promise<Written> {
    await this.#untilSo(stream, head);
    const { end } = this.log;
    const revision = head && BigInt(head.revision);
    return { kind: 'written', revision, position: end === 0n ? undefined : end };
  }

  /** Metadata given to a deleted stream brings it back, but none of its events. */
  #beginAnew(stream: string, events: readonly NewRawEvent[], firstRevision: number): RawAppend[] {
    const { isSoftDeleted, lastRevision = -1 } = this.states.decided(stream);
    const data = events.at(-1)?.data ?? new Uint8Array();
    if (!isSoftDeleted || isSoftDeletion(parseSettings(data))) return [];
    const settings = settingsFrom(data, lastRevision + 1);
    if (!settings) return [];
    const name = metastreamOf(stream);
    return [{ name, events: [newSystemEvent(settings)], firstRevision: firstRevision + events.length }];
  }

  #metadataAppend(stream: string, settings: Buffer): RawAppend {
    const name = metastreamOf(stream);
    return {
      name,
      events: [newSystemEvent(settings)],
      firstRevision: (this.log.head(name)?.revision ?? -1) + 1,
    };
  }

  /** Answers with the first append's place when all are durable. */
  async #write(appends: readonly RawAppend[]): Promise<WriteOutcome> {
    const { heads, durable } = this.log.append(appends);
    for (const [index, { name, events }] of appends.entries()) {
      const head = heads[index];
      if (!head) continue;
      const key = streamKey(name);
      for (const [at, { id }] of events.entries()) {
        const behind = events.length - 1 - at;
        this.recentIds.note(id, {
          stream: key,
          revision: head.revision - behind,
          position: head.position - behind,
        });
      }
      const last = events.at(-1);
      if (isMetastream(name) && last)
        this.states.noteMetadata(streamOf(name), last.isJson ? last.data : new Uint8Array(), durable);
    }
    await durable;
    const [head] = heads;
    return {
      kind: 'written',
      revision: head && BigInt(head.revision),
      position: head && BigInt(head.position),
    };
  }

  /** A refusal tells how the stream is, so it waits until that is durable. */
  async #refusedBy(decision: 'refuse' | 'deleted', stream: string, { head }: KnownStream): Promise<Refused> {
    await this.#untilSo(stream, head);
    if (decision === 'deleted') return { kind: 'stream-deleted' };
    return { kind: 'wrong-revision', actual: head && BigInt(head.revision) };
  }

  /** Whether a stream is there, or deleted, is also told by its metadata; and of metadata, by the end of its stream. */
  async #untilSo(stream: string, head: StreamHead | undefined): Promise<void> {
    const other = this.log.head(isMetastream(stream) ? streamOf(stream) : metastreamOf(stream));
    await this.log.durableAt(stream, Math.max(head?.position ?? 0, other?.position ?? 0));
  }

  #refuseAppend({ stream, events }: AppendRequest): Refused | undefined {
    if (this.isReadOnly) return this.#readOnly();
    if (isMetastream(stream) && this.states.isProtected(streamOf(stream)))
      if (events.some(({ data }) => hidesEvents(data)))
        return { kind: 'access-denied', detail: `no metadata may hide events of ${streamOf(stream)}` };
    return undefined;
  }

  #refuseDeletion(stream: string): Refused | undefined {
    if (this.isReadOnly) return this.#readOnly();
    if (this.states.isProtected(stream))
      return { kind: 'access-denied', detail: `${stream} is kept for ever: it cannot be deleted` };
    if (isMetastream(stream)) return badRequest('a metadata stream cannot be deleted');
    return undefined;
  }

  #readOnly(): Refused {
    return { kind: 'access-denied', detail: 'this log is served read-only: another process writes it' };
  }

  #guarded(write: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
    return this.activity.write(async () => {
      try {
        return await write();
      } catch (error) {
        if (error instanceof StoreUnavailable) return { kind: 'busy', detail: error.message };
        if (error instanceof AppendUnknown) return { kind: 'unknown', detail: error.message };
        throw error;
      }
    });
  }
}
