/**
 * The port of the read models: what the projector writes and what queries read, in no engine's words.
 *
 * Every engine holds to these, and `views.contract.ts` shows it:
 *  V1 rows and checkpoint change together or not at all: what a reader sees is the log up to the checkpoint;
 *  V2 applying the same changes to the same checkpoint gives the same rows, so views built anew equal the old ones;
 *  V3 a reader never waits for the writer;
 *  V4 one writer a database: a second one is refused;
 *  V5 JSON that comes out is the text that went in.
 */
import type {
  ActionsQuery,
  ActionTarget,
  AuditQuery,
  ExecutionStatus,
  ExecutionsQuery,
  TenantName,
} from '@action-do/contracts';

/** Up to where the views tell of the log. */
export interface Checkpoint {
  /** The log that the views were built from: of another log they are worth nothing. */
  readonly logId: string;
  readonly position: bigint;
}

/** One row an event. Absent = not known or not applicable. Times are milliseconds since the Unix epoch. */
export interface AuditEventRow {
  readonly position: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly tenant: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly executionId: string | null;
  /** Where the execution of `executionId` begins, as its `firstPosition` says; null where it is not the one at which its
   *  stream stood, such as an earlier generation that a late word is about. */
  readonly executionPosition: bigint | null;
  readonly action: string | null;
  readonly actionVersion: number | null;
  readonly actorType: string;
  readonly actorId: string;
  readonly idempotencyKey: string | null;
  /** Outcome of the execution that this event brought: succeeded, failed, unknown; null on all others. */
  readonly status: string | null;
  readonly errorCode: string | null;
  readonly correlationId: string | null;
  readonly workflowRun: string | null;
  readonly occurredAtMs: number;
  /** JSON text as stored. */
  readonly data: string;
  /** JSON text of the event's metadata: flat strings. */
  readonly record: string;
}

/** One row an execution: what `ListedExecution` shows. */
export interface ExecutionRow {
  readonly executionId: string;
  readonly tenant: string;
  readonly stream: string;
  readonly action: string;
  readonly actionVersion: number;
  readonly status: ExecutionStatus;
  readonly effect: string;
  readonly generation: number;
  readonly attempts: number;
  readonly idempotencyKey: string;
  readonly keyDerived: boolean;
  readonly actorType: string;
  readonly actorId: string;
  readonly correlationId: string | null;
  readonly workflowRun: string | null;
  readonly step: string | null;
  readonly requestedAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly nextAttemptAtMs: number | null;
  readonly errorCode: string | null;
  /** JSON text of the failure as recorded; null unless failed, cancelled or unknown. */
  readonly error: string | null;
  /** JSON texts as stored. */
  readonly params: string;
  readonly result: string | null;
  /** Of its ActionRequested: what lists are ordered by. */
  readonly firstPosition: bigint;
  /** Of its newest event. */
  readonly position: bigint;
}

/** What a later event changes of an execution that was inserted before; `firstPosition` says of which. */
export type ExecutionPatch = Pick<ExecutionRow, 'firstPosition'> &
  Partial<
    Pick<
      ExecutionRow,
      | 'status'
      | 'effect'
      | 'attempts'
      | 'startedAtMs'
      | 'endedAtMs'
      | 'nextAttemptAtMs'
      | 'errorCode'
      | 'error'
      | 'result'
      | 'position'
    >
  >;

/** One row a key: which execution answers for it. */
export interface IdempotencyRow {
  /** Of the key's first execution, whatever generation answers now: what the row is known by. */
  readonly firstPosition: bigint;
  readonly tenant: string;
  /** Stream of the key: holds the digest of scope and key in its name. */
  readonly stream: string;
  readonly action: string;
  readonly idempotencyKey: string;
  readonly keyDerived: boolean;
  readonly executionId: string;
  readonly generation: number;
  readonly status: ExecutionStatus;
  readonly windowEndsAtMs: number | null;
}

/** One row an execution that is not at its end, by the time at which somebody should look at it. */
export interface OpenExecutionRow {
  readonly executionId: string;
  readonly stream: string;
  readonly dueAtMs: number;
  /** Who runs the attempt, as ActionStarted names it; null while none runs. */
  readonly executor: string | null;
}

export type SeenEvent = Pick<AuditEventRow, 'eventId' | 'stream' | 'revision'>;

/** One value of an indexed path of an execution's params (`params.customer.id`) or result (`result.id`). */
export interface AuditValueRow {
  readonly tenant: string;
  readonly path: string;
  readonly value: string;
  /** The execution's `firstPosition`. */
  readonly position: bigint;
}

/** One row a version of an action: what `CatalogueVersion` shows, but for whether somebody is there to perform it. */
export interface ActionRow {
  readonly tenant: string;
  readonly action: string;
  readonly version: number;
  readonly description: string;
  /** JSON texts as stored. */
  readonly policy: string;
  readonly paramsJsonSchema: string;
  readonly resultJsonSchema: string;
  readonly hasProbe: boolean;
  readonly hasUndo: boolean;
  readonly target: ActionTarget;
  /** Of an HTTP service; else null. */
  readonly url: string | null;
  readonly digest: string;
  /** By the newest registration. */
  readonly registeredAtMs: number;
  readonly registeredByType: string;
  readonly registeredById: string;
  /** This and what follows of it: null while the version is offered. */
  readonly retiredAtMs: number | null;
  readonly retiredByType: string | null;
  readonly retiredById: string | null;
  readonly retiredBecause: string | null;
  /** What to call instead, both or neither. */
  readonly successorAction: string | null;
  readonly successorVersion: number | null;
  /** Paths whose values are rows of `audit_value`, such as `params.customer.id`. */
  readonly indexedPaths: readonly string[];
  readonly position: bigint;
}

/** What projecting has to know of each version, of all tenants: its schemas, which may be long, it has not. */
export type KnownVersion = Pick<ActionRow, 'tenant' | 'action' | 'version' | 'retiredAtMs' | 'indexedPaths'>;

/** What its retirement changes of a version that was written before. */
export type ActionPatch = Pick<
  ActionRow,
  | 'tenant'
  | 'action'
  | 'version'
  | 'retiredAtMs'
  | 'retiredByType'
  | 'retiredById'
  | 'retiredBecause'
  | 'successorAction'
  | 'successorVersion'
  | 'position'
>;

/** What one batch of events does to the views. At most one change an execution, a key and a version in a batch. */
export interface ViewChanges {
  readonly auditEvents: readonly AuditEventRow[];
  readonly executions: readonly ExecutionRow[];
  readonly executionPatches: readonly ExecutionPatch[];
  readonly idempotency: readonly IdempotencyRow[];
  /** An outcome changes status and window of the key's row. */
  readonly idempotencyPatches: readonly (Pick<IdempotencyRow, 'firstPosition'> &
    Partial<Pick<IdempotencyRow, 'status' | 'windowEndsAtMs'>>)[];
  readonly opened: readonly OpenExecutionRow[];
  readonly closed: readonly string[];
  readonly auditValues: readonly AuditValueRow[];
  readonly actions: readonly ActionRow[];
  readonly actionPatches: readonly ActionPatch[];
  readonly checkpoint: Checkpoint;
}

/** Rows of every table: how views are compared. */
export interface ViewCounts {
  readonly [table: string]: number;
}

/** The one writer of a database. */
export interface ViewsWriter {
  /** Where to go on; null in new views. */
  checkpoint(): Promise<Checkpoint | null>;
  /** Which event they saw last, so that it can be looked up in the log; null where they saw none. */
  newestEvent(): Promise<SeenEvent | null>;
  /** All or nothing (V1). @throws ViewsUnavailable nothing was written: try the same again */
  apply(changes: ViewChanges): Promise<void>;
  /** All versions of all actions that the views know. */
  actions(): Promise<readonly KnownVersion[]>;
  /** Open executions whose time has come, the longest due first. */
  due(nowMs: number, limit: number): Promise<readonly OpenExecutionRow[]>;
  /** Open executions whose attempt runs with none of these executors, the longest due first. */
  heldByOthers(executors: readonly string[], limit: number): Promise<readonly OpenExecutionRow[]>;
  counts(): Promise<ViewCounts>;
  close(): Promise<void>;
}

/** The writer as a place opens it: which of the generations there it fills, and how another one takes its turn. */
export interface OpenViewsWriter extends ViewsWriter {
  readonly generation: number;
  /** Whether these are the views that readers see. */
  readonly live: boolean;
  /**
   * Views that were not live take the place of those that were, which go. They get what indexes they lack first: some
   * seconds a million events.
   * @returns whether there were others
   */
  goLive(): Promise<boolean>;
  /** Empty views beside these live ones, which go on as if nothing were. One at a time. @throws ViewsUnavailable */
  buildAnew(): Promise<ViewsSuccessor>;
}

/** Views that are built anew beside the live ones. However it ends before `takeOver`, those stay as they are. */
export interface ViewsSuccessor extends Pick<ViewsWriter, 'checkpoint' | 'apply'> {
  readonly generation: number;
  /** Fixes what the live ones and these hold now: during this call neither may be written, afterwards both. */
  compare(): Promise<ViewsComparison>;
  /**
   * Readers go over to these views, and the live ones go.
   * @returns their writer from now on; the one before is closed
   * @throws ViewsUnavailable which of the two are live only the next opening of the place can say
   */
  takeOver(): Promise<OpenViewsWriter>;
  /** Does nothing the second time, and after `takeOver`. */
  discard(): Promise<void>;
}

export interface ViewsComparison {
  /** Of the live views, and of those beside them. */
  readonly checkpoints: readonly [Checkpoint | null, Checkpoint | null];
  /**
   * The first row that the views built anew have not as the live ones have it; null where all rows are the same.
   * @param onRows told now and then how many were the same so far
   */
  difference(onRows: (rows: number) => void): Promise<ViewsDifference | null>;
  close(): Promise<void>;
}

export interface ViewsDifference {
  readonly table: string;
  /** Key of the row, such as `position=17`. */
  readonly key: string;
  /** Said of the second views: they lack a row of the first, have one more, or have it with other values. */
  readonly what: 'missing' | 'surplus' | 'unequal';
  /** That are unequal. */
  readonly columns: readonly string[];
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** A filter without an index ran out of time: there may be more behind the cursor. */
  readonly incomplete: boolean;
  /** Of the same moment as the rows. */
  readonly checkpoint: Checkpoint | null;
  /** False where no views are live yet: the page is empty, whatever happened. */
  readonly live: boolean;
}

/** Any number of readers; executions and events newest first. */
export interface ViewsReader {
  checkpoint(): Promise<Checkpoint | null>;
  /** @throws CursorInvalid not a cursor of this list  @throws ViewsUnavailable */
  executions(tenant: TenantName, query: ExecutionsQuery): Promise<Page<ExecutionRow>>;
  /** @throws CursorInvalid not a cursor of this list  @throws ViewsUnavailable */
  auditEvents(tenant: TenantName, query: AuditQuery): Promise<Page<AuditEventRow>>;
  /**
   * The versions of actions, by name (in the order of its bytes), then newest version first.
   * @throws CursorInvalid not a cursor of this list  @throws ViewsTooOld views of before there was a catalogue are live
   * @throws ViewsUnavailable
   */
  catalogue(tenant: TenantName, query: ActionsQuery): Promise<Page<ActionRow>>;
  /** The rows of a key of an action: one, or one a version where the action keeps a scope for each. */
  idempotency(tenant: TenantName, action: string, key: string): Promise<readonly IdempotencyRow[]>;
  counts(): Promise<ViewCounts>;
  close(): Promise<void>;
}
