import type { ActionEvent, Failure } from '@action-do/contracts';
import { backoffMs } from '../retry/backoff.js';
import {
  ALREADY,
  append,
  type ControlDecision,
  NOT_POSSIBLE,
  type OperatorsWord,
  spokenOf,
} from './control-decision.js';
import { type ExecutionState, type Generation, isBeingUndone, type Undo } from './execution-state.js';
import { wasNeverBegun } from './never-begun.js';

/** An undo bears being repeated, whatever the class of the action: an action that has one attempt has more to undo it. */
const ATTEMPTS_MIN = 3;

export interface UndoExecution extends OperatorsWord {
  readonly executor: string;
  /** Of the call, kept over its repeats. */
  readonly requestId: string;
}

/**
 * Row 25: takes back what succeeded. A second undo joins the one under way; the very call that asked for one, sent again,
 * is told what that came to, and begins none.
 */
export function decideUndo(state: ExecutionState, command: UndoExecution): ControlDecision {
  const generation = spokenOf(state, command);
  if (generation === null) return NOT_POSSIBLE;
  if (generation.status === 'undone' || isBeingUndone(generation)) return ALREADY;
  const { reason, executor, requestId, nowMs } = command;
  if (generation.undo?.requestId === requestId) return ALREADY;
  if (generation.status !== 'succeeded' || generation.effect !== 'applied') return NOT_POSSIBLE;
  return append({ type: 'ActionUndoRequested', data: { reason, executor, requestId, atMs: nowMs } });
}

/** What an attempt to undo came to. */
export type UndoOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: Failure; readonly retryable: boolean };

export interface SettleUndo {
  readonly generation: number;
  /** From 1; a new undo counts anew. */
  readonly attempt: number;
  /** Of the undo that the attempt belongs to. */
  readonly requestedAtMs: number;
  readonly outcome: UndoOutcome;
  readonly nowMs: number;
  /** In [0, 1): spreads the retries. */
  readonly random: number;
}

/**
 * Records what an attempt to undo came to; nothing where that is known already. Whoever undid it undid it, be it an
 * attempt that had been given up: only a failure has to be the newest attempt's to count.
 */
export function decideUndoEnd(state: ExecutionState, command: SettleUndo): readonly ActionEvent[] {
  const { generation } = state;
  if (generation === null || generation.request.generation !== command.generation) return [];
  const { undo } = generation;
  if (undo === null || !isBeingUndone(generation)) return [];
  const { outcome, nowMs, attempt, random } = command;
  if (outcome.ok) return [{ type: 'ActionUndone', data: { atMs: nowMs } }];
  if (undo.requestedAtMs !== command.requestedAtMs || undo.failures + 1 !== attempt) return [];
  const delayMs = backoffMs(generation.request.policy.retry, attempt, random);
  return [failedUndo(generation, undo, outcome, nowMs, nowMs + delayMs)];
}

/** Why an attempt to undo is taken for failed whose executor is gone. */
const LOST: UndoOutcome & { ok: false } = {
  ok: false,
  error: { code: 'LEASE_LOST', message: 'the executor died or lost its lease while it undid this' },
  retryable: true,
};

export type UndoTakeover =
  | { readonly kind: 'leave' }
  /** Waits for its next attempt: that is made when it is due. */
  | { readonly kind: 'resume' }
  | { readonly kind: 'append'; readonly events: readonly ActionEvent[] };

/**
 * What becomes of an undo whose executor is gone: the attempt that was due counts as lost, so that one which kills its
 * process comes to an end, and the next is made at once.
 */
export function decideUndoTakeover(
  { generation }: ExecutionState,
  { executor, nowMs }: { readonly executor: string; readonly nowMs: number },
): UndoTakeover {
  const undo = generation?.undo ?? null;
  if (generation === null || undo === null || undo.nextAttemptAtMs === null) return { kind: 'leave' };
  if (undo.nextAttemptAtMs > nowMs) return { kind: 'resume' };
  const event = failedUndo(generation, undo, LOST, nowMs, nowMs, executor);
  return { kind: 'append', events: [event] };
}

function failedUndo(
  { request }: Generation,
  undo: Undo,
  { error, retryable }: Extract<UndoOutcome, { ok: false }>,
  nowMs: number,
  nextAtMs: number,
  executor?: string,
): ActionEvent {
  const { retry, deadlineMs } = request.policy;
  const attempt = undo.failures + 1;
  const neverBegun = undo.neverBegun + Number(wasNeverBegun(error, 'none'));
  const isLast =
    !retryable ||
    attempt - neverBegun >= Math.max(ATTEMPTS_MIN, retry.attemptsMax) ||
    nextAtMs >= undo.requestedAtMs + deadlineMs;
  return {
    type: 'ActionUndoFailed',
    data: {
      attempt,
      error,
      nextAttemptAtMs: isLast ? null : nextAtMs,
      ...(executor === undefined ? {} : { executor }),
      atMs: nowMs,
    },
  };
}
