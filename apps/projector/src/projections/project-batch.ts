/**
 * What a stretch of the log does to the views. Pure: the same events upon the same knowledge give the same changes, and
 * however the log is cut into batches, the rows come out the same (`project-batch.prop.spec.ts`).
 *
 *  P1 every event gives one row of the audit, also one that nobody can read;
 *  P2 at most one change an execution, a key and a version;
 *  P3 an execution's row says what the fold of `libs/domain` says, and thereby what an executor answers.
 */
import {
  type ActionEvent,
  executionId,
  parseActionStream,
  REGISTRY_STREAM_PREFIX,
} from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';
import type {
  ActionPatch,
  ActionRow,
  AuditEventRow,
  AuditValueRow,
  Checkpoint,
  KnownVersion,
  ViewChanges,
} from '@action-do/views';
import { actionRow } from './action-row.js';
import { auditRow, NO_EXECUTION, type OfExecution } from './audit-row.js';
import {
  draftOf,
  type ExecutionDraft,
  noteEvent,
  toIdempotency,
  toOpen,
  toPatch,
  toRow,
} from './execution-draft.js';
import { valuesAt } from './indexed-paths.js';
import { advance, NEW_STREAM, type StreamState, withHole } from './stream-state.js';

/** What the views and the log say of what was before the batch. */
export interface Before {
  /** The stream up to the batch; undefined only where its first event is in the batch. */
  stream(streamId: string): StreamState | undefined;
  /** Why the stream is not whole, where the log itself says so before one of its events in the batch. */
  hole?(streamId: string): string | undefined;
  /** Undefined for a version that was not registered. */
  action(tenant: string, action: string, version: number): KnownVersion | undefined;
}

/** An event that gave no more than its row of the audit. */
export interface PassedOver {
  readonly event: RecordedEvent;
  readonly why: string;
}

export interface Projected {
  readonly changes: ViewChanges;
  /** The streams of the batch, after it. */
  readonly streams: ReadonlyMap<string, StreamState>;
  readonly passedOver: readonly PassedOver[];
}

export function projectBatch(
  events: readonly RecordedEvent[],
  checkpoint: Checkpoint,
  before: Before,
): Projected {
  const batch = new Batch(before);
  for (const event of events) batch.take(event);
  return batch.end(checkpoint);
}

class Batch {
  readonly #auditEvents: AuditEventRow[] = [];
  readonly #auditValues: AuditValueRow[] = [];
  readonly #streams = new Map<string, StreamState>();
  readonly #drafts = new Map<string, ExecutionDraft>();
  readonly #actions = new Map<string, ActionRow>();
  readonly #actionPatches = new Map<string, ActionPatch>();
  readonly #passedOver: PassedOver[] = [];

  constructor(private readonly before: Before) {}

  take(event: RecordedEvent): void {
    const key = parseActionStream(event.streamId);
    this.#auditEvents.push(
      auditRow(event, key === null ? NO_EXECUTION : ofExecution(key, this.#fold(event, key))),
    );
    if (event.streamId.startsWith(REGISTRY_STREAM_PREFIX)) this.#register(event);
  }

  end(checkpoint: Checkpoint): Projected {
    const drafts = [...this.#drafts.values()];
    const inserted = drafts.flatMap((draft) => (draft.requested ? [toRow(draft, draft.requested)] : []));
    const newest = new Map(drafts.map((draft) => [draft.stream, draft]));
    const keys = [...newest.values()];
    const opened = drafts.flatMap((draft) => toOpen(draft) ?? []);
    const isOpen = new Set(opened.map(({ executionId }) => executionId));
    const changes: ViewChanges = {
      auditEvents: this.#auditEvents,
      executions: inserted,
      executionPatches: drafts.filter(({ requested }) => requested === null).map(toPatch),
      idempotency: keys.filter((draft) => draft.requested !== null).map(toIdempotency),
      idempotencyPatches: keys
        .filter((draft) => draft.requested === null)
        .map(toIdempotency)
        .map(({ firstPosition, status, windowEndsAtMs }) => ({ firstPosition, status, windowEndsAtMs })),
      opened,
      closed: drafts
        .filter((draft) => draft.requested === null && !isOpen.has(draft.executionId))
        .map(({ executionId }) => executionId),
      auditValues: this.#auditValues,
      actions: [...this.#actions.values()],
      actionPatches: [...this.#actionPatches.values()],
      checkpoint,
    };
    return { changes, streams: this.#streams, passedOver: this.#passedOver };
  }

  #fold(recorded: RecordedEvent, key: KeyOfStream): StreamState {
    const { streamId } = recorded;
    const advanced = advance(this.#known(recorded), recorded);
    const { state } = advanced;
    this.#streams.set(streamId, state);
    if (advanced.kind === 'passed-over') {
      this.#passedOver.push({ event: recorded, why: advanced.why });
      return state;
    }
    const { generation } = state;
    if (generation === null) return state;
    const draft = draftOf(key, streamId, generation, state);
    const standing = this.#drafts.get(draft.executionId) ?? draft;
    this.#drafts.set(draft.executionId, standing);
    noteEvent(standing, generation, recorded);
    this.#index(standing, advanced.event, recorded);
    return state;
  }

  #known({ streamId, revision }: RecordedEvent): StreamState {
    const known = this.#streams.get(streamId) ?? this.before.stream(streamId) ?? NEW_STREAM;
    if (known.revision + 1n === revision) return known;
    const hole = this.before.hole?.(streamId);
    if (hole !== undefined) return withHole(revision - 1n, hole);
    throw new Error(
      `${streamId} is known up to revision ${known.revision}, and its next event is ${revision}`,
    );
  }

  #index(
    { tenant, firstPosition, generation }: ExecutionDraft,
    event: ActionEvent,
    recorded: RecordedEvent,
  ): void {
    const part =
      event.type === 'ActionRequested' ? 'params' : event.type === 'ActionSucceeded' ? 'result' : null;
    if (part === null) return;
    const { action, version } = generation.request;
    for (const path of this.#action(tenant, action, version)?.indexedPaths ?? []) {
      if (path !== part && !path.startsWith(`${part}.`) && !path.startsWith(`${part}[`)) continue;
      for (const value of valuesAt(recorded.data[part], path))
        this.#auditValues.push({ tenant, path, value, position: firstPosition });
    }
  }

  #register(event: RecordedEvent): void {
    const row = actionRow(event, (...version) => this.#action(...version));
    if (typeof row === 'string') {
      this.#passedOver.push({ event, why: row });
      return;
    }
    const name = nameOf(row.tenant, row.action, row.version);
    const inserted = 'policy' in row ? row : this.#actions.get(name);
    if (inserted === undefined) this.#actionPatches.set(name, row);
    else this.#actions.set(name, { ...inserted, ...row });
  }

  #action(tenant: string, action: string, version: number): KnownVersion | undefined {
    const name = nameOf(tenant, action, version);
    const known = this.#actions.get(name) ?? this.before.action(tenant, action, version);
    const patch = this.#actionPatches.get(name);
    return known !== undefined && patch !== undefined ? { ...known, ...patch } : known;
  }
}

type KeyOfStream = NonNullable<ReturnType<typeof parseActionStream>>;

const ofExecution = ({ scope }: KeyOfStream, { generation, firstPosition }: StreamState): OfExecution =>
  generation === null
    ? NO_EXECUTION
    : {
        idempotencyKey: generation.request.key,
        executionId: executionId(scope, generation.request.generation),
        firstPosition,
      };

/** Names have no blank in them. */
export const nameOf = (tenant: string, action: string, version: number): string =>
  `${tenant} ${action} ${version}`;
