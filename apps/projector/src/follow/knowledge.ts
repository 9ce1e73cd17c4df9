import { parseActionStream } from '@action-do/contracts';
import {
  type EventLogReader,
  ForeignEvent,
  type RecordedEvent,
  StreamCutShort,
} from '@action-do/event-store';
import type { KnownVersion } from '@action-do/views';
import { type Before, nameOf, type Projected } from '../projections/project-batch.js';
import {
  advance,
  NEW_STREAM,
  type StreamState,
  withHole,
  withoutPayload,
} from '../projections/stream-state.js';

/** About two kilobytes each. */
const STREAMS_MAX = 10_000;

/**
 * What projecting a batch needs to know of what was before it: all versions of actions, and of streams those of open
 * executions, kept in memory. The others are read from the log when an event of theirs comes, which is seldom: most
 * executions are over with their outcome.
 */
export class Knowledge implements Before {
  readonly #streams = new Map<string, StreamState>();
  readonly #actions = new Map<string, KnownVersion>();
  /** Of streams of the batch, by the log's own words. */
  readonly #holes = new Map<string, string>();

  constructor(
    private readonly log: Pick<EventLogReader, 'readStream'>,
    private readonly streamsMax = STREAMS_MAX,
  ) {}

  /** The actions as the views have them: at the start, and whenever the views were opened again. */
  begin(actions: readonly KnownVersion[]): void {
    this.#actions.clear();
    for (const version of actions) this.#know(version);
  }

  /** Makes sure that every stream of the batch is known up to its first event there. @throws StoreUnavailable */
  async prepare(events: readonly RecordedEvent[]): Promise<void> {
    const seen = new Map<string, bigint>();
    this.#holes.clear();
    for (const { streamId, revision } of events) {
      if (parseActionStream(streamId) === null) continue;
      const last = seen.get(streamId);
      seen.set(streamId, revision);
      const known = last ?? (this.#streams.get(streamId) ?? NEW_STREAM).revision;
      if (known + 1n === revision) continue;
      const state = revision === 0n ? null : await this.#read(streamId, revision);
      if (state !== null && state.hole !== null) this.#holes.set(streamId, state.hole);
      if (last !== undefined) continue;
      this.#streams.delete(streamId);
      if (state !== null) this.#streams.set(streamId, state);
    }
  }

  hole(streamId: string): string | undefined {
    return this.#holes.get(streamId);
  }

  stream(streamId: string): StreamState | undefined {
    return this.#streams.get(streamId);
  }

  action(tenant: string, action: string, version: number): KnownVersion | undefined {
    return this.#actions.get(nameOf(tenant, action, version));
  }

  /** What was projected is in the views: goes on from there. */
  keep({ streams, changes }: Pick<Projected, 'streams' | 'changes'>): void {
    for (const row of changes.actions) this.#know(row);
    for (const { tenant, action, version, retiredAtMs } of changes.actionPatches) {
      const known = this.action(tenant, action, version);
      if (known !== undefined) this.#know({ ...known, retiredAtMs });
    }
    for (const [streamId, state] of streams) {
      // Deleted first, so that the oldest in the map is the one that was changed longest ago.
      this.#streams.delete(streamId);
      if (state.generation?.outcome == null) this.#streams.set(streamId, withoutPayload(state));
    }
    for (const streamId of this.#streams.keys()) {
      if (this.#streams.size <= this.streamsMax) break;
      this.#streams.delete(streamId);
    }
  }

  /** Without what else a row has: all versions are kept, and the schemas of one alone may be a quarter of a megabyte. */
  #know({ tenant, action, version, retiredAtMs, indexedPaths }: KnownVersion): void {
    const known = { tenant, action, version, retiredAtMs, indexedPaths };
    this.#actions.set(nameOf(tenant, action, version), known);
  }

  async #read(streamId: string, before: bigint): Promise<StreamState> {
    let state = NEW_STREAM;
    try {
      // No further: a hole behind it comes in its turn.
      for await (const event of this.log.readStream(streamId, { limit: Number(before) }))
        state = advance(state, event).state;
    } catch (error) {
      if (!(error instanceof ForeignEvent || error instanceof StreamCutShort)) throw error;
      return withHole(before - 1n, error.message);
    }
    return withoutPayload(state);
  }
}
