/** What differs between the two lists: tables, columns, and which filters an index serves. */
import { type AuditQuery, ExecutionStatus, type ExecutionsQuery } from '@action-do/contracts';
import { COMMON_TYPES, CORRELATED_ELSEWHERE, RARE_TYPE } from '../schema/partial.js';
import { auditEvent, execution, type Table } from '../schema/tables.js';
import type { AuditEventRow, ExecutionRow } from '../views.js';
import type { TimedList } from '../write/time-spans.js';
import type { ListName } from './cursor.js';

export type ListQuery = ExecutionsQuery & Pick<AuditQuery, 'type' | 'execution'>;

export type Filter =
  | 'action'
  | 'version'
  | 'status'
  | 'actor'
  | 'errorCode'
  | 'correlationId'
  | 'workflowRun'
  | 'key'
  | 'type'
  | 'execution';

/** An index that serves a query: (tenant, the columns of these filters, position). */
export interface Driver {
  readonly filters: readonly Filter[];
  /** The rows that are in it; without it all. */
  readonly only?: string;
  /** Values for which it is not there. */
  readonly without?: readonly string[];
  /** Its rows are those that the index of another column has not under the same value. */
  readonly beside?: string;
}

export interface ListShape<Row> {
  readonly name: ListName;
  readonly table: Table<Row> & { readonly name: TimedList };
  readonly position: 'position' | 'first_position';
  readonly time: 'occurred_at_ms' | 'requested_at_ms';
  readonly columns: Readonly<Partial<Record<Filter, string>>>;
  /** The first one whose filters are asked drives a query: those that find few rows come first. */
  readonly drivers: readonly Driver[];
  /** All that a row's status can be, which makes (tenant, action, status) serve a query for an action alone. */
  readonly statuses: readonly (string | null)[];
}

const columns = {
  action: 'action',
  version: 'action_version',
  status: 'status',
  actor: 'actor_id',
  errorCode: 'error_code',
  correlationId: 'correlation_id',
  workflowRun: 'workflow_run',
  key: 'idempotency_key',
} as const;

const correlation: Driver = {
  filters: ['correlationId'],
  only: CORRELATED_ELSEWHERE,
  beside: 'execution_id',
};

/** Columns that few rows share: an index on one of them is better than any other. */
export const SHARED_BY_FEW: readonly string[] = [
  'execution_id',
  'idempotency_key',
  'correlation_id',
  'workflow_run',
];

export const executionList: ListShape<ExecutionRow> = {
  name: 'executions',
  table: { ...execution, name: 'execution' },
  position: 'first_position',
  time: 'requested_at_ms',
  columns,
  drivers: [
    { filters: ['key'] },
    correlation,
    { filters: ['workflowRun'] },
    { filters: ['errorCode'] },
    { filters: ['action', 'status'] },
    { filters: ['actor'] },
    { filters: ['status'] },
  ],
  statuses: ExecutionStatus.options,
};

/** The key is no driver here: it leads to executions, and they to their events. */
export const auditList: ListShape<AuditEventRow> = {
  name: 'audit',
  table: { ...auditEvent, name: 'audit_event' },
  position: 'position',
  time: 'occurred_at_ms',
  columns: { ...columns, type: 'type', execution: 'execution_id' },
  drivers: [
    { filters: ['execution'] },
    correlation,
    { filters: ['workflowRun'] },
    { filters: ['errorCode'] },
    { filters: ['type'], only: RARE_TYPE, without: COMMON_TYPES },
    { filters: ['action', 'status'] },
    { filters: ['actor'] },
    { filters: ['status'] },
  ],
  statuses: [...ExecutionStatus.options, null],
};
