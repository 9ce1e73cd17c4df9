import { type ActionEvent, effectKey, type ScopeHash } from '@action-do/contracts';
import {
  ALREADY,
  append,
  type ControlDecision,
  NOT_POSSIBLE,
  type OperatorsWord,
  spokenOf,
} from './control-decision.js';
import { type ExecutionState, type Generation, isBeingUndone } from './execution-state.js';
import { asCause, failed } from './outcome-events.js';
import { quietAtMs } from './resolve.decider.js';

export interface RetryExecution extends OperatorsWord {
  readonly scope: ScopeHash;
  /** Of this call: a repeat of it begins nothing anew. */
  readonly requestId: string;
  /** Begins at once; null = no slot is free, the new generation waits as pending. */
  readonly executor: string | null;
  /** How long an executor may be silent before it counts as dead. */
  readonly leaseMs: number;
}

/**
 * Row 19: does the work again on an operator's word, where the table by itself would not: after a failure of any class,
 * or where nobody knows the outcome. The effect key stays, unless the failure is known to have done nothing: so whoever
 * heeds it does the work once, even if the attempt before did it after all.
 */
export function decideRetry(state: ExecutionState, command: RetryExecution): ControlDecision {
  // The very call that the newest generation was begun for, sent again: never new work.
  if (state.generation?.request.requestId === command.requestId) return ALREADY;
  const generation = spokenOf(state, command);
  if (generation === null) return NOT_POSSIBLE;
  if (isBeingUndone(generation)) return { kind: 'in-progress' };
  if (generation.status === 'failed' || generation.status === 'cancelled')
    return append(...begin(generation, command));
  if (generation.status !== 'unknown') return NOT_POSSIBLE;
  const { nowMs, reason, leaseMs } = command;
  const untilMs = wasGivenUp(generation) ? quietAtMs(generation, leaseMs) : nowMs;
  if (nowMs < untilMs) return { kind: 'in-progress', untilMs };
  return append(endInDoubt(generation, reason, nowMs), ...begin(generation, command));
}

/** Then it may still be at work; one that ended in doubt is not. */
const wasGivenUp = ({ lastError }: Generation): boolean =>
  lastError?.code === 'LEASE_LOST' || lastError?.code === 'TIMED_OUT';

function endInDoubt(generation: Generation, reason: string, atMs: number): ActionEvent {
  const error = {
    code: 'OUTCOME_UNKNOWN' as const,
    message: 'nobody could say how it ended: an operator has it done again',
    ...(generation.lastError ? { cause: asCause(generation.lastError) } : {}),
  };
  return failed(generation, { error, effect: 'unknown', atMs, settledBy: 'operator', reason });
}

function begin({ request, effect }: Generation, command: RetryExecution): ActionEvent[] {
  const { nowMs, executor, scope, requestId, reason } = command;
  const epoch = effect === 'none' ? request.epoch + 1 : request.epoch;
  const requested: ActionEvent = {
    type: 'ActionRequested',
    data: {
      ...request,
      generation: request.generation + 1,
      epoch,
      effectKey: effectKey(scope, epoch),
      requestId,
      reason,
      deadlineAtMs: nowMs + request.policy.deadlineMs,
      atMs: nowMs,
    },
  };
  if (executor === null) return [requested];
  return [requested, { type: 'ActionStarted', data: { attempt: 1, executor, atMs: nowMs } }];
}
