import type { Kysely } from 'kysely';
import {
  action,
  auditEvent,
  auditValue,
  execution,
  idempotency,
  openExecution,
  type Tables,
  timeSpan,
} from '../schema/tables.js';
import type { Checkpoint, ViewChanges } from '../views.js';
import type { Bulk } from './bulk.js';
import { isIndexable } from './indexable.js';
import { timeSpans } from './time-spans.js';

/**
 * Writes the rows and the checkpoint of one batch, inside the caller's transaction.
 * @param before the checkpoint that the batch follows
 * @returns false where another one stands there: the transaction must not be committed
 */
export async function applyChanges(
  db: Kysely<Tables>,
  bulk: Bulk,
  changes: ViewChanges,
  before: Checkpoint | null,
): Promise<boolean> {
  await bulk.insert(db, auditEvent, changes.auditEvents);
  await bulk.insert(db, execution, changes.executions);
  await bulk.patch(db, execution, ['firstPosition'], changes.executionPatches);
  await bulk.insert(db, idempotency, changes.idempotency, 'replace');
  await bulk.patch(db, idempotency, ['firstPosition'], changes.idempotencyPatches);
  await bulk.delete(db, openExecution, 'executionId', changes.closed);
  await bulk.insert(db, openExecution, changes.opened, 'replace');
  const values = changes.auditValues.filter(({ path, value }) => isIndexable(path, value));
  await bulk.insert(db, auditValue, values, 'keep');
  await bulk.insert(db, action, changes.actions, 'replace');
  await bulk.patch(db, action, ['tenant', 'action', 'version'], changes.actionPatches);
  const spans = [
    ...timeSpans(
      'audit_event',
      changes.auditEvents,
      (row) => row.occurredAtMs,
      (row) => row.position,
    ),
    ...timeSpans(
      'execution',
      changes.executions,
      (row) => row.requestedAtMs,
      (row) => row.firstPosition,
    ),
  ];
  // Positions only grow, so the first position of a stretch that is there stays.
  await bulk.insert(db, timeSpan, spans, 'extend-span');
  const { logId, position } = changes.checkpoint;
  const { numUpdatedRows } = await db
    .updateTable('checkpoint')
    .set({ log_id: logId, position })
    .where('position', before === null ? 'is' : '=', before === null ? null : before.position)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
