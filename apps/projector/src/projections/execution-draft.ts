/** The changes of one execution within one batch, put together event by event: at the end one row, or one patch. */
import { executionId, type ScopeHash, type TenantName } from '@action-do/contracts';
import type { Generation } from '@action-do/domain';
import type { JsonValue, RecordedEvent } from '@action-do/event-store';
import type { ExecutionPatch, ExecutionRow, IdempotencyRow, OpenExecutionRow } from '@action-do/views';
import type { StreamState } from './stream-state.js';

/** Behind the end of an attempt's timeout: whoever runs it is about to record that by itself. */
const GRACE_MS = 1_000;

/** Texts that only some events bring; absent = as before. */
type Texts = Partial<Pick<ExecutionRow, 'result' | 'error' | 'errorCode'>>;
/** What only the request brings. */
type Requested = Pick<
  ExecutionRow,
  'params' | 'actorType' | 'actorId' | 'correlationId' | 'workflowRun' | 'step'
>;

export interface ExecutionDraft {
  readonly tenant: TenantName;
  readonly stream: string;
  readonly executionId: string;
  readonly firstPosition: bigint;
  /** `firstPosition` of the key's first execution. */
  readonly keyPosition: bigint;
  generation: Generation;
  position: bigint;
  requested: Requested | null;
  texts: Texts;
}

export function draftOf(
  { tenant, scope }: { tenant: TenantName; scope: ScopeHash },
  stream: string,
  generation: Generation,
  { firstPosition, keyPosition }: StreamState,
): ExecutionDraft {
  const id = executionId(scope, generation.request.generation);
  return {
    tenant,
    stream,
    executionId: id,
    firstPosition,
    keyPosition,
    generation,
    position: firstPosition,
    requested: null,
    texts: {},
  };
}

/** @param generation after the event */
export function noteEvent(draft: ExecutionDraft, generation: Generation, recorded: RecordedEvent): void {
  const { type, data, metadata } = recorded;
  draft.generation = generation;
  draft.position = recorded.position;
  switch (type) {
    case 'ActionRequested':
      draft.requested = {
        params: jsonText(data['params']),
        actorType: metadata['actorType'] ?? 'system',
        actorId: metadata['actorId'] ?? 'unknown',
        correlationId: metadata['$correlationId'] ?? null,
        workflowRun: metadata['workflowRun'] ?? null,
        step: metadata['step'] ?? null,
      };
      break;
    case 'ActionSucceeded':
      draft.texts = { result: jsonText(data['result']), error: null, errorCode: null };
      break;
    case 'ActionFailed':
    case 'ActionOutcomeUnknown':
      draft.texts = {
        error: jsonText(data['error']),
        errorCode: type === 'ActionFailed' ? (generation.lastError?.code ?? null) : 'OUTCOME_UNKNOWN',
      };
      break;
  }
}

/** What was stored is what JSON.stringify wrote: the same text comes out again. */
const jsonText = (value: JsonValue | undefined): string => JSON.stringify(value ?? null);

export function toRow(draft: ExecutionDraft, requested: Requested): ExecutionRow {
  const { request } = draft.generation;
  return {
    executionId: draft.executionId,
    tenant: draft.tenant,
    stream: draft.stream,
    action: request.action,
    actionVersion: request.version,
    generation: request.generation,
    idempotencyKey: request.key,
    keyDerived: request.keyDerived,
    requestedAtMs: request.atMs,
    firstPosition: draft.firstPosition,
    result: null,
    error: null,
    errorCode: null,
    ...requested,
    ...changing(draft),
  };
}

export const toPatch = (draft: ExecutionDraft): ExecutionPatch => ({
  firstPosition: draft.firstPosition,
  ...changing(draft),
});

const changing = ({ generation, position, texts }: ExecutionDraft) => ({
  status: generation.status,
  effect: generation.effect,
  attempts: generation.attempt,
  startedAtMs: generation.firstStartedAtMs,
  endedAtMs: generation.outcome?.atMs ?? null,
  nextAttemptAtMs: generation.nextAttemptAtMs,
  position,
  ...texts,
});

export function toIdempotency(draft: ExecutionDraft): IdempotencyRow {
  const { tenant, stream, executionId, generation, keyPosition } = draft;
  const { request, status, outcome } = generation;
  return {
    firstPosition: keyPosition,
    tenant,
    stream,
    action: request.action,
    idempotencyKey: request.key,
    keyDerived: request.keyDerived,
    executionId,
    generation: request.generation,
    status,
    windowEndsAtMs: outcome?.windowEndsAtMs ?? null,
  };
}

/** When somebody should look at the execution; null where there is nothing to be done. */
export function toOpen({ executionId, stream, generation }: ExecutionDraft): OpenExecutionRow | null {
  const { status, request, nextAttemptAtMs, attemptStartedAtMs, undo } = generation;
  const waits = { executionId, stream, executor: null };
  if (status === 'pending') return { ...waits, dueAtMs: request.atMs };
  if (status === 'retrying') return { ...waits, dueAtMs: nextAttemptAtMs ?? request.atMs };
  if (undo?.status === 'waiting') return { ...waits, dueAtMs: undo.nextAttemptAtMs ?? undo.requestedAtMs };
  const runs = (startedAtMs: number | null, executor: string | null): OpenExecutionRow => {
    const dueAtMs = (startedAtMs ?? request.atMs) + request.policy.attemptTimeoutMs + GRACE_MS;
    return { executionId, stream, dueAtMs, executor };
  };
  if (undo?.status === 'running') return runs(undo.attemptStartedAtMs, undo.executor);
  return status === 'running' ? runs(attemptStartedAtMs, generation.executor) : null;
}
