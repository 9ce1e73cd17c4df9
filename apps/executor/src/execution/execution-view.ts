import { type Execution, executionId, type Problem, problem, publicPosition } from '@action-do/contracts';
import { asCause, type Generation } from '@action-do/domain';
import type { Loaded } from './execution-log.js';

const iso = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

/** One execution as callers see it: the newest generation of what was loaded. */
export function toExecution(
  loaded: Loaded,
  generation: Generation,
  logId: string,
  replayed: boolean,
): Execution {
  const { request, outcome, firstStartedAtMs, cancelRequestedAtMs } = generation;
  const undo = toUndo(generation);
  const error = toExecutionError(loaded, generation);
  return {
    id: executionId(loaded.scope, request.generation),
    action: request.action,
    version: request.version,
    status: generation.status,
    effect: generation.effect,
    generation: request.generation,
    attempts: generation.attempt,
    idempotencyKey: request.key,
    keyDerived: request.keyDerived,
    replayed,
    actor: { type: loaded.requester?.actorType ?? 'system', id: loaded.requester?.actorId ?? 'unknown' },
    requestedAt: new Date(request.atMs).toISOString(),
    startedAt: iso(firstStartedAtMs),
    endedAt: iso(outcome?.atMs),
    durationMs: outcome ? outcome.atMs - request.atMs : null,
    nextAttemptAt: iso(generation.nextAttemptAtMs),
    position: publicPosition(logId, loaded.position),
    workflowRun: null,
    step: null,
    ...(cancelRequestedAtMs === null || outcome !== null
      ? {}
      : { cancelRequestedAt: new Date(cancelRequestedAtMs).toISOString() }),
    ...(undo ? { undo } : {}),
    ...(error ? { error } : {}),
  };
}

/** An undo that has not succeeded. */
function toUndo({ undo }: Generation): Execution['undo'] {
  if (undo === null || undo.status === 'done') return undefined;
  const { attempt, attemptBefore, effect, lastError } = undo;
  return {
    status: undo.status,
    attempts: attempt - attemptBefore,
    effect,
    ...(lastError ? { error: asCause(lastError) } : {}),
  };
}

/** The error object of an execution that failed, was cancelled, or of which nobody knows the outcome. */
export function toExecutionError(loaded: Loaded, generation: Generation): Problem | null {
  const { request, outcome, lastError, attempt } = generation;
  const execution = executionId(loaded.scope, request.generation);
  if (generation.status === 'unknown')
    return problem('OUTCOME_UNKNOWN', {
      detail: `${attempt === 0 ? 'The log knows of no attempt' : `Attempt ${attempt} was begun`}, and nobody can say whether its effect happened${lastError ? `: ${lastError.message}` : ''}.`,
      effect: 'unknown',
      newKeySafe: false,
      executionId: execution,
      attempts: attempt,
      ...(lastError ? { cause: asCause(lastError) } : {}),
    });
  if (outcome === null || outcome.ok) return null;
  const { code, message, cause, issues } = outcome.error;
  return problem(code, {
    detail: message,
    source: cause && code !== 'TIMED_OUT' ? 'action' : 'executor',
    // Recorded for good: the same call gets the same answer; a new call may do the work again where that is safe.
    retryable: false,
    effect: outcome.effect,
    newKeySafe: outcome.effect === 'none',
    executionId: execution,
    attempts: attempt,
    ...(cause ? { cause } : {}),
    ...(issues ? { issues } : {}),
  });
}
