import type { ActionEvent, EffectState, Failure } from '@action-do/contracts';
import { backoffMs, notTakenMs } from '../retry/backoff.js';
import {
  ALREADY,
  append,
  type ControlDecision,
  NOT_POSSIBLE,
  type OperatorsWord,
  spokenOf,
} from './control-decision.js';
import { evolveExecution } from './execution-fold.js';
import { type ExecutionState, type Generation, isBeingUndone, type Undo } from './execution-state.js';
import { wasNeverBegun } from './never-begun.js';
import { asCause } from './outcome-events.js';

/** An undo bears being repeated, whatever the class of the action: an action that has one attempt has more to undo it. */
const ATTEMPTS_MIN = 3;

export interface UndoExecution extends OperatorsWord {
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
  const { reason, requestId, nowMs } = command;
  if (generation.undo?.requestId === requestId) return ALREADY;
  if (generation.status !== 'succeeded' || generation.effect !== 'applied') return NOT_POSSIBLE;
  return append({ type: 'ActionUndoRequested', data: { reason, requestId, atMs: nowMs } });
}

/** Names one attempt to undo, for ever: of two undos of one generation the second counts on. */
export interface OfUndo {
  readonly generation: number;
  readonly attempt: number;
}

export interface StartUndo extends OfUndo {
  readonly executor: string;
  readonly nowMs: number;
}

/**
 * Begins an attempt to undo, or ends the undo where its time is over. No event: this attempt is not the next any more, or
 * there is none to come; leave it alone.
 */
export function decideUndoStart(state: ExecutionState, command: StartUndo): readonly ActionEvent[] {
  const { generation } = state;
  const undo = generation?.undo ?? null;
  if (generation === null || generation.request.generation !== command.generation) return [];
  if (undo?.status !== 'waiting' || undo.attempt + 1 !== command.attempt) return [];
  const { attempt, executor, nowMs } = command;
  if (nowMs < undoEndsAtMs(generation, undo))
    return [{ type: 'ActionUndoStarted', data: { attempt, executor, atMs: nowMs } }];
  const error = {
    code: 'TIMED_OUT' as const,
    message: 'the deadline passed before the next attempt to undo it',
    ...(undo.lastError ? { cause: asCause(undo.lastError) } : {}),
  };
  const data = { attempt: undo.attempt, error, effect: 'none' as const, nextAttemptAtMs: null, atMs: nowMs };
  return [{ type: 'ActionUndoFailed', data }];
}

/** No attempt to undo is begun, and no author's undo is called, behind this. */
export const undoEndsAtMs = ({ request }: Generation, { requestedAtMs }: Undo): number =>
  requestedAtMs + request.policy.deadlineMs;

/** What an attempt to undo came to. */
export type UndoOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: Failure;
      /** What it may have taken back all the same. */
      readonly effect: EffectState;
      readonly retryable: boolean;
      /** Retry without backoff: the attempt's executor died, the undo is not to blame. */
      readonly atOnce?: boolean;
      /** How long whoever undoes it asked to be left alone. Milliseconds */
      readonly retryAfterMs?: number;
    };

type FailedUndo = Extract<UndoOutcome, { ok: false }>;

export interface SettleUndo extends OfUndo {
  readonly outcome: UndoOutcome;
  readonly nowMs: number;
  /** In [0, 1): spreads the retries. */
  readonly random: number;
}

/** Whether this attempt is the newest, and under way: nobody took it over, and nothing is known of its end. */
export const isNewestUndo = ({ generation }: ExecutionState, of: OfUndo): boolean =>
  generation?.request.generation === of.generation &&
  generation.undo?.status === 'running' &&
  generation.undo.attempt === of.attempt;

/**
 * Records what an attempt to undo came to; nothing where that is known already. Whoever undid it undid it, be it an
 * attempt that had been given up, and the undo with it: only a failure has to be the newest attempt's to count.
 */
export function decideUndoEnd(state: ExecutionState, command: SettleUndo): readonly ActionEvent[] {
  const { generation } = state;
  if (generation?.undo == null || generation.request.generation !== command.generation) return [];
  const { outcome, nowMs, random } = command;
  if (outcome.ok)
    return generation.status === 'undone' ? [] : [{ type: 'ActionUndone', data: { atMs: nowMs } }];
  if (!isNewestUndo(state, command)) return [];
  return [failedUndo(generation, generation.undo, outcome, nowMs, random)];
}

/** Why an attempt to undo is taken for failed whose executor is gone. */
const LOST: FailedUndo = {
  ok: false,
  error: { code: 'LEASE_LOST', message: 'the executor died or lost its lease while it undid this' },
  effect: 'unknown',
  retryable: true,
  atOnce: true,
};

/**
 * What becomes of an attempt to undo whose executor is gone: it counts as lost, so that one which kills its process comes
 * to an end, and the next is begun in the same append. No event: nobody is at it.
 */
export function decideUndoTakeover(
  state: ExecutionState,
  { executor, nowMs }: { readonly executor: string; readonly nowMs: number },
): readonly ActionEvent[] {
  const { generation } = state;
  if (generation?.undo?.status !== 'running') return [];
  const { undo, request } = generation;
  const lost = failedUndo(generation, undo, LOST, nowMs, 0);
  const command = { generation: request.generation, attempt: undo.attempt + 1, executor, nowMs };
  return [lost, ...decideUndoStart(evolveExecution(state, lost), command)];
}

function failedUndo(
  generation: Generation,
  undo: Undo,
  { error, effect, retryable, atOnce, retryAfterMs = 0 }: FailedUndo,
  nowMs: number,
  random: number,
): ActionEvent {
  const { retry } = generation.request.policy;
  const { attempt } = undo;
  const own = attempt - undo.attemptBefore;
  const isNeverBegun = wasNeverBegun(error, effect);
  const neverBegun = undo.neverBegun + Number(isNeverBegun);
  const endsAtMs = undoEndsAtMs(generation, undo);
  const waitMs = Math.max(
    retryAfterMs,
    backoffMs(retry, own, random),
    isNeverBegun ? notTakenMs(neverBegun, endsAtMs - nowMs, random) : 0,
  );
  const nextAtMs = atOnce ? nowMs : nowMs + waitMs;
  const isLast =
    !retryable || own - neverBegun >= Math.max(ATTEMPTS_MIN, retry.attemptsMax) || nextAtMs >= endsAtMs;
  const nextAttemptAtMs = isLast ? null : nextAtMs;
  return { type: 'ActionUndoFailed', data: { attempt, error, effect, nextAttemptAtMs, atMs: nowMs } };
}
