/**
 * The items of lists as JSON text. What was stored as text (params, result, data, record, schemas) is put in as it is: parsing and
 * writing it again would cost more than the rest of the answer, and could change it.
 */
import {
  type CatalogueVersion,
  type Execution,
  type Failure,
  type IdempotencyState,
  type Problem,
  problem,
  publicPosition,
} from '@action-do/contracts';
import type { ActionRow, AuditEventRow, ExecutionRow, IdempotencyRow } from '@action-do/views';

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export function executionText(row: ExecutionRow, logId: string): string {
  const error = errorOf(row);
  const shown = {
    id: row.executionId,
    action: row.action,
    version: row.actionVersion,
    status: row.status,
    effect: effectOf(row),
    generation: row.generation,
    attempts: row.attempts,
    idempotencyKey: row.idempotencyKey,
    keyDerived: row.keyDerived,
    replayed: false,
    actor: { type: row.actorType, id: row.actorId },
    requestedAt: new Date(row.requestedAtMs).toISOString(),
    startedAt: iso(row.startedAtMs),
    endedAt: iso(row.endedAtMs),
    durationMs: row.endedAtMs === null ? null : row.endedAtMs - row.requestedAtMs,
    nextAttemptAt: iso(row.nextAttemptAtMs),
    position: publicPosition(logId, row.position),
    workflowRun: row.workflowRun,
    step: row.step,
    ...(error ? { error } : {}),
  } satisfies Execution;
  const stored = { params: row.params, ...(row.result === null ? {} : { result: row.result }) };
  return withStored(shown, stored);
}

export function auditEventText(row: AuditEventRow, logId: string): string {
  const shown = {
    eventId: row.eventId,
    type: row.type,
    // Events of keys, tenants and the registry belong to no execution.
    executionId: row.executionId ?? '',
    action: row.action ?? '',
    version: row.actionVersion ?? 0,
    actor: { type: row.actorType, id: row.actorId },
    position: publicPosition(logId, row.position),
    occurredAt: new Date(row.occurredAtMs).toISOString(),
  };
  return withStored(shown, { data: row.data, record: row.record });
}

export function actionVersionText(row: ActionRow): string {
  const { successorAction, successorVersion } = row;
  const shown = {
    name: row.action,
    version: row.version,
    description: row.description,
    status: row.retiredAtMs === null ? 'offered' : 'retired',
    hasProbe: row.hasProbe,
    hasUndo: row.hasUndo,
    target: row.target,
    url: row.url,
    digest: row.digest,
    registeredAt: new Date(row.registeredAtMs).toISOString(),
    registeredBy: { type: row.registeredByType, id: row.registeredById },
    retiredAt: iso(row.retiredAtMs),
    retiredBy:
      row.retiredByType === null || row.retiredById === null
        ? null
        : { type: row.retiredByType, id: row.retiredById },
    retiredBecause: row.retiredBecause,
    successor:
      successorAction === null || successorVersion === null
        ? null
        : { name: successorAction, version: successorVersion },
    // Only executors can say: a gateway asks them.
    handlers: 'unknown',
  } satisfies Shown;
  const { policy, paramsJsonSchema, resultJsonSchema } = row;
  return withStored(shown, { policy, paramsJsonSchema, resultJsonSchema });
}

/** A name is held to its form where it is parsed, not in the type that is shown. */
type Shown = Omit<CatalogueVersion, 'policy' | 'paramsJsonSchema' | 'resultJsonSchema' | 'successor'> & {
  readonly successor: { readonly name: string; readonly version: number } | null;
};

export const toIdempotencyState = (row: IdempotencyRow): IdempotencyState => ({
  action: row.action,
  key: row.idempotencyKey,
  keyDerived: row.keyDerived,
  executionId: row.executionId,
  generation: row.generation,
  status: row.status,
  windowEndsAt: iso(row.windowEndsAtMs),
});

function withStored(shown: object, stored: Readonly<Record<string, string>>): string {
  const members = Object.entries(stored).map(([name, text]) => `,${JSON.stringify(name)}:${text}`);
  return `${JSON.stringify(shown).slice(0, -1)}${members.join('')}}`;
}

const EFFECTS = ['none', 'applied', 'unknown'] as const;
const effectOf = ({ effect }: ExecutionRow) => EFFECTS.find((known) => known === effect) ?? 'unknown';

/** As an executor shows it: the failure as it was recorded, and what it means for the caller. */
function errorOf(row: ExecutionRow): Problem | null {
  if (row.error === null) return null;
  const { code, message, cause, issues }: Failure = JSON.parse(row.error);
  const of = { executionId: row.executionId, attempts: row.attempts };
  if (row.status === 'unknown')
    return problem('OUTCOME_UNKNOWN', {
      detail: `${row.attempts === 0 ? 'The log knows of no attempt' : `Attempt ${row.attempts} was begun`}, and nobody can say whether its effect happened: ${message}.`,
      effect: 'unknown',
      newKeySafe: false,
      ...of,
      cause: cause ?? { code, message },
    });
  const effect = effectOf(row);
  return problem(code, {
    detail: message,
    source: cause && code !== 'TIMED_OUT' ? 'action' : 'executor',
    retryable: false,
    effect,
    newKeySafe: effect === 'none',
    ...of,
    ...(cause ? { cause } : {}),
    ...(issues ? { issues } : {}),
  });
}
