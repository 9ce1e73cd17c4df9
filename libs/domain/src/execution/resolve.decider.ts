import type { ResolvedOutcome } from '@action-do/contracts';
import { differingPaths } from '../idempotency/execution-scope.js';
import {
  ALREADY,
  append,
  type ControlDecision,
  NOT_POSSIBLE,
  type OperatorsWord,
  spokenOf,
} from './control-decision.js';
import { worse } from './execution-fold.js';
import type { ExecutionState, Generation } from './execution-state.js';
import { appliedBy, failed, succeeded } from './outcome-events.js';

export interface ResolveExecution extends OperatorsWord {
  readonly outcome: ResolvedOutcome;
  /** How the operator knows. */
  readonly evidence: string | undefined;
  /** How long an executor may be silent before it counts as dead. */
  readonly leaseMs: number;
}

/**
 * Row 19: settles what nobody knew with what an operator found out. Not before the attempt can be at work no more: what
 * was not there when somebody looked must not come to be there afterwards.
 */
export function decideResolve(state: ExecutionState, command: ResolveExecution): ControlDecision {
  const generation = spokenOf(state, command);
  if (generation === null) return NOT_POSSIBLE;
  if (generation.status !== 'unknown') return isResolvedSo(generation, command) ? ALREADY : NOT_POSSIBLE;
  const { outcome, nowMs, reason, evidence, leaseMs } = command;
  const untilMs = quietAtMs(generation, leaseMs);
  if (nowMs < untilMs) return { kind: 'in-progress', untilMs };
  const given = { atMs: nowMs, settledBy: 'operator', reason, evidence } as const;
  if ('result' in outcome)
    return append(succeeded(generation, { ...given, result: outcome.result, effect: appliedBy(generation) }));
  const { message, effect } = outcome.error;
  const error = { code: 'ACTION_FAILED' as const, message };
  return append(failed(generation, { ...given, error, effect: worse(generation.effectBefore, effect) }));
}

/**
 * From when on the newest attempt, if it heeds its signal, can be at work no more; 0 where there was none. Heartbeats are not
 * in the log: one that was given up by its timeout had no time left then, and one that was lost may have renewed its own
 * until that very moment, within the deadline.
 */
export function quietAtMs(generation: Generation, leaseMs: number): number {
  const { attemptStartedAtMs, unknownSinceMs, request, lastError } = generation;
  if (attemptStartedAtMs === null) return 0;
  const { attemptTimeoutMs } = request.policy;
  const sinceMs = unknownSinceMs ?? attemptStartedAtMs;
  const untilMs =
    lastError?.code === 'LEASE_LOST'
      ? Math.min(request.deadlineAtMs, sinceMs + attemptTimeoutMs)
      : Math.max(lastError?.code === 'TIMED_OUT' ? sinceMs : 0, attemptStartedAtMs + attemptTimeoutMs);
  return untilMs + leaseMs;
}

/** By the very same word, sent again: whoever knows something else must not hear that it was taken. */
function isResolvedSo(
  { outcome: stands, effectBefore }: Generation,
  { outcome: given, evidence }: ResolveExecution,
): boolean {
  if (stands?.settledBy !== 'operator' || stands.evidence !== evidence) return false;
  if (stands.ok) return 'result' in given && differingPaths(stands.result, given.result, 1).length === 0;
  if (!('error' in given)) return false;
  const { message, effect } = given.error;
  return stands.error.message === message && stands.effect === worse(effectBefore, effect);
}
