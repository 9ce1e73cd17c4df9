/**
 * The one definition of all tables: Kysely's types, the SQL that makes them and the way of a row in and out follow
 * from it. A property `actorId` of a row is the column `actor_id`.
 */
import type { ColumnType } from 'kysely';
import type {
  ActionRow,
  AuditEventRow,
  AuditValueRow,
  ExecutionRow,
  IdempotencyRow,
  KnownVersion,
  OpenExecutionRow,
} from '../views.js';

/** First and last position of the rows of a list whose time falls into one stretch: how a time range finds its place in
 *  a list that is ordered by position. Exact whatever clocks did. */
export interface TimeSpanRow {
  readonly list: string;
  /** Length of the stretch: a second, a minute or a day. */
  readonly unitMs: number;
  /** Number of the stretch: floor(time / unitMs). */
  readonly stretch: number;
  readonly firstPosition: bigint;
  readonly lastPosition: bigint;
}

/** `label`: text that filters and indexes see, cut at LABEL_CHARACTERS_MAX. `?`: may be null. `texts`: JSON text. */
export type Kind =
  | 'bigint'
  | 'bigint?'
  | 'number'
  | 'number?'
  | 'boolean'
  | 'text'
  | 'text?'
  | 'label'
  | 'label?'
  | 'texts';

type KindOf<V> = [V] extends [bigint]
  ? 'bigint'
  : [V] extends [boolean]
    ? 'boolean'
    : [V] extends [number]
      ? 'number'
      : [V] extends [number | null]
        ? 'number?'
        : [V] extends [bigint | null]
          ? 'bigint?'
          : [V] extends [string]
            ? 'text' | 'label'
            : [V] extends [string | null]
              ? 'text?' | 'label?'
              : 'texts';

type KindsOf<Row> = { readonly [P in keyof Row]: KindOf<Row[P]> };

export interface Column {
  readonly property: string;
  readonly column: string;
  readonly kind: Kind;
}

export interface Table<Row> {
  readonly name: Exclude<keyof Tables, 'checkpoint'>;
  readonly columns: readonly Column[];
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** Never set: carries the type of the rows. */
  readonly row?: Row | undefined;
}

export const columnOf = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function table<Row>(
  name: Table<Row>['name'],
  kinds: KindsOf<Row>,
  key: readonly (keyof Row & string)[],
): Table<Row> {
  const columns = Object.entries<Kind>(kinds).map(([property, kind]) => ({
    property,
    column: columnOf(property),
    kind,
  }));
  return { name, columns, key: key.map(columnOf) };
}

export const auditEvent = table<AuditEventRow>(
  'audit_event',
  {
    position: 'bigint',
    eventId: 'text',
    type: 'label',
    tenant: 'label',
    stream: 'text',
    revision: 'bigint',
    executionId: 'label?',
    executionPosition: 'bigint?',
    action: 'label?',
    actionVersion: 'number?',
    actorType: 'text',
    actorId: 'label',
    idempotencyKey: 'label?',
    status: 'label?',
    errorCode: 'label?',
    correlationId: 'label?',
    workflowRun: 'label?',
    occurredAtMs: 'number',
    data: 'text',
    record: 'text',
  },
  ['position'],
);

export const execution = table<ExecutionRow>(
  'execution',
  {
    executionId: 'label',
    tenant: 'label',
    stream: 'text',
    action: 'label',
    actionVersion: 'number',
    status: 'label',
    effect: 'text',
    generation: 'number',
    attempts: 'number',
    idempotencyKey: 'label',
    keyDerived: 'boolean',
    actorType: 'text',
    actorId: 'label',
    correlationId: 'label?',
    workflowRun: 'label?',
    step: 'text?',
    requestedAtMs: 'number',
    startedAtMs: 'number?',
    endedAtMs: 'number?',
    nextAttemptAtMs: 'number?',
    errorCode: 'label?',
    error: 'text?',
    params: 'text',
    result: 'text?',
    firstPosition: 'bigint',
    position: 'bigint',
  },
  // Not the id: rows lie in the order in which lists are read, and new ones are put at the end.
  ['firstPosition'],
);

export const idempotency = table<IdempotencyRow>(
  'idempotency',
  {
    firstPosition: 'bigint',
    tenant: 'label',
    stream: 'text',
    action: 'label',
    idempotencyKey: 'label',
    keyDerived: 'boolean',
    executionId: 'text',
    generation: 'number',
    status: 'text',
    windowEndsAtMs: 'number?',
  },
  // Not the stream, whose name is random: new rows are put at the end.
  ['firstPosition'],
);

export const openExecution = table<OpenExecutionRow>(
  'open_execution',
  { executionId: 'label', stream: 'text', dueAtMs: 'number', executor: 'label?' },
  ['executionId'],
);

export const auditValue = table<AuditValueRow>(
  'audit_value',
  { tenant: 'label', path: 'text', value: 'text', position: 'bigint' },
  ['tenant', 'path', 'value', 'position'],
);

export const action = table<ActionRow>(
  'action',
  {
    tenant: 'label',
    action: 'label',
    version: 'number',
    description: 'text',
    policy: 'text',
    paramsJsonSchema: 'text',
    resultJsonSchema: 'text',
    hasProbe: 'boolean',
    hasUndo: 'boolean',
    target: 'label',
    url: 'text?',
    digest: 'text',
    registeredAtMs: 'number',
    registeredByType: 'text',
    registeredById: 'text',
    retiredAtMs: 'number?',
    retiredByType: 'text?',
    retiredById: 'text?',
    retiredBecause: 'text?',
    successorAction: 'text?',
    successorVersion: 'number?',
    indexedPaths: 'texts',
    position: 'bigint',
  },
  ['tenant', 'action', 'version'],
);

/** The part of it that is known of all versions at once. */
export const knownVersion = table<KnownVersion>(
  'action',
  { tenant: 'label', action: 'label', version: 'number', retiredAtMs: 'number?', indexedPaths: 'texts' },
  ['tenant', 'action', 'version'],
);

export const timeSpan = table<TimeSpanRow>(
  'time_span',
  { list: 'label', unitMs: 'number', stretch: 'number', firstPosition: 'bigint', lastPosition: 'bigint' },
  ['list', 'unitMs', 'stretch'],
);

export const TABLES: readonly Table<unknown>[] = [
  auditEvent,
  execution,
  idempotency,
  openExecution,
  auditValue,
  action,
  timeSpan,
];

type SnakeCase<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : '';

/** Integers leave an engine as bigint, whatever they count. */
type Stored<V> = [V] extends [bigint | number | boolean]
  ? ColumnType<bigint, bigint | number, bigint | number>
  : [V] extends [bigint | number | null]
    ? ColumnType<bigint | null, bigint | number | null, bigint | number | null>
    : [V] extends [string | null]
      ? V
      : string;

type StoredRow<Row> = { [P in keyof Row & string as SnakeCase<P>]: Stored<Row[P]> };

/** One row: what these views are, and up to where they tell of the log (both null in new ones). */
export interface CheckpointTable {
  one: ColumnType<bigint, number, never>;
  definition: ColumnType<bigint, number, never>;
  step: ColumnType<bigint, number, number>;
  log_id: string | null;
  position: ColumnType<bigint | null, bigint | null, bigint>;
}

export interface Tables {
  audit_event: StoredRow<AuditEventRow>;
  execution: StoredRow<ExecutionRow>;
  idempotency: StoredRow<IdempotencyRow>;
  open_execution: StoredRow<OpenExecutionRow>;
  audit_value: StoredRow<AuditValueRow>;
  action: StoredRow<ActionRow>;
  time_span: StoredRow<TimeSpanRow>;
  checkpoint: CheckpointTable;
}
