import type { ActionEvent, EffectState, Failure, JsonValue } from '@action-do/contracts';
import { backoffMs, notTakenMs } from '../retry/backoff.js';
import { CorruptHistory, worse } from './execution-fold.js';
import { type ExecutionState, type Generation, isClosed } from './execution-state.js';
import { wasNeverBegun } from './never-begun.js';
import { appliedBy, asCancelled, asCause, failed, succeeded } from './outcome-events.js';
import { isRepeatable } from './repeatable.js';

/** What an attempt came to, as its caller saw it. */
export type AttemptOutcome =
  | { readonly ok: true; readonly result: JsonValue }
  | {
      readonly ok: false;
      readonly error: Failure;
      /** `unknown` unless somebody who can know said otherwise. */
      readonly effect: EffectState;
      readonly retryable: boolean;
      /** Retry without backoff: the attempt's executor died, the action is not to blame. */
      readonly atOnce?: boolean;
      /** How long whoever performs it asked to be left alone. Milliseconds */
      readonly retryAfterMs?: number;
    };

type FailedAttempt = Extract<AttemptOutcome, { ok: false }>;

export interface SettleAttempt {
  readonly generation: number;
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  readonly nowMs: number;
  /** In [0, 1): spreads the retries. */
  readonly random: number;
}

export type SettleDecision =
  | { readonly kind: 'append'; readonly events: readonly ActionEvent[] }
  /** Ask the author's probe what happened, then `decideProbed`. Only for `verifiable`. */
  | { readonly kind: 'probe' };

/** What the author's probe said about an attempt of which nobody knew the end. */
export type ProbeAnswer =
  | { readonly state: 'applied'; readonly result: JsonValue }
  | { readonly state: 'not-applied' }
  | { readonly state: 'unknown' };

/**
 * Records what an attempt came to. Valid while its ActionStarted is the newest and its generation is not closed;
 * what comes later is kept as ActionLateOutcome and changes nothing (row 20).
 * @throws CorruptHistory the stream holds no request, although an attempt was begun: the log lost what it had said
 */
export function decideSettle(state: ExecutionState, command: SettleAttempt): SettleDecision {
  const { generation } = state;
  if (generation === null) throw new CorruptHistory('the end of an attempt', 'absent', state.revision);
  if (!isMine(generation, command)) return append(late(command));
  const { outcome } = command;
  if (generation.status !== 'running') return append(settleGivenUp(generation, command));
  if (outcome.ok)
    return append(
      succeeded(generation, { result: outcome.result, effect: appliedBy(generation), atMs: command.nowMs }),
    );
  const effect = effectOf(generation, outcome);
  if (effect === 'unknown' && generation.request.policy.effects === 'verifiable') return { kind: 'probe' };
  return append(failAttempt(generation, command, outcome, effect));
}

/** Goes on where `decideSettle` asked for the probe: the attempt's own outcome, and what the probe said of it. */
export function decideProbed(
  state: ExecutionState,
  command: SettleAttempt & { readonly answer: ProbeAnswer },
): readonly ActionEvent[] {
  const { generation } = state;
  if (generation === null) throw new CorruptHistory('the end of an attempt', 'absent', state.revision);
  if (!isMine(generation, command)) return [late(command)];
  const { answer, outcome, nowMs } = command;
  if (answer.state === 'applied')
    return [
      succeeded(generation, { result: answer.result, effect: 'applied', atMs: nowMs, settledBy: 'probe' }),
    ];
  if (generation.status !== 'running' || outcome.ok) return [settleGivenUp(generation, command)];
  if (answer.state === 'unknown') return [unknown(generation, outcome.error, nowMs)];
  return [failAttempt(generation, command, outcome, 'none')];
}

const append = (...events: ActionEvent[]): SettleDecision => ({ kind: 'append', events });

type OfAttempt = Pick<SettleAttempt, 'generation' | 'attempt'>;

/** Whether what this attempt comes to still decides: nobody began another one, and its generation is not closed. */
export const isStillMine = ({ generation }: ExecutionState, attempt: OfAttempt): boolean =>
  generation !== null && isMine(generation, attempt);

const isMine = (generation: Generation, command: OfAttempt): boolean =>
  generation.request.generation === command.generation &&
  generation.attempt === command.attempt &&
  !isClosed(generation);

/** What only reads leaves nothing behind, whatever became of it. */
const effectOf = (generation: Generation, outcome: FailedAttempt): EffectState =>
  generation.request.policy.effects === 'none' ? 'none' : outcome.effect;

/** Another attempt is wanted, and can do no harm: this one did nothing, or the class makes a repeat harmless (I5). */
const mayTryAgain = (generation: Generation, { retryable }: FailedAttempt, effect: EffectState): boolean =>
  retryable && (effect === 'none' || isRepeatable(generation.request.policy.effects));

/** The attempt was given up (its executor seemed dead, or it timed out) and comes to an end after all. */
function settleGivenUp(generation: Generation, command: SettleAttempt): ActionEvent {
  const { outcome, nowMs } = command;
  const settledBy = 'late-worker' as const;
  if (outcome.ok)
    return succeeded(generation, {
      result: outcome.result,
      effect: appliedBy(generation),
      atMs: nowMs,
      settledBy,
    });
  const own = effectOf(generation, outcome);
  // Doubt adds nothing. Somebody who can know closes what is parked, and what must not be tried again.
  if (own === 'unknown' || (generation.status !== 'unknown' && mayTryAgain(generation, outcome, own)))
    return late(command);
  const effect = worse(generation.effectBefore, own);
  const error = asCancelled(generation, outcome.error);
  return failed(generation, { error, effect, atMs: nowMs, settledBy });
}

function failAttempt(
  generation: Generation,
  command: SettleAttempt,
  outcome: FailedAttempt,
  effect: EffectState,
): ActionEvent {
  const { policy, deadlineAtMs } = generation.request;
  const { nowMs } = command;
  // The author declared that a repeat may do harm, and nobody knows whether this attempt did its work.
  if (effect === 'unknown' && policy.effects === 'unsafe') return unknown(generation, outcome.error, nowMs);

  const again = generation.cancelRequestedAtMs === null && mayTryAgain(generation, outcome, effect);
  const isNeverBegun = wasNeverBegun(outcome.error, effect);
  const neverBegun = generation.neverBegun + Number(isNeverBegun);
  const attemptsLeft = generation.attempt - neverBegun < policy.retry.attemptsMax;
  const nextAttemptAtMs = outcome.atOnce
    ? nowMs
    : nowMs +
      Math.max(
        outcome.retryAfterMs ?? 0,
        backoffMs(policy.retry, generation.attempt, command.random),
        isNeverBegun ? notTakenMs(neverBegun, deadlineAtMs - nowMs, command.random) : 0,
      );
  if (again && attemptsLeft && nextAttemptAtMs < deadlineAtMs)
    return {
      type: 'ActionAttemptFailed',
      data: { attempt: generation.attempt, error: outcome.error, effect, nextAttemptAtMs, atMs: nowMs },
    };
  const error = again
    ? finalError(generation, outcome, attemptsLeft)
    : asCancelled(generation, outcome.error);
  return failed(generation, { error, effect: worse(generation.effectBefore, effect), atMs: nowMs });
}

/** An attempt that was the only one speaks for itself; several, or a deadline, are named, with the last as their cause. */
function finalError(generation: Generation, { error }: FailedAttempt, attemptsLeft: boolean): Failure {
  const { attemptsMax } = generation.request.policy.retry;
  const cause = asCause(error);
  if (attemptsLeft) return { code: 'TIMED_OUT', message: 'no time is left for another attempt', cause };
  // LEASE_LOST tells of a takeover to come: where none comes, it can only be the cause.
  if (attemptsMax === 1 && error.code !== 'LEASE_LOST') return error;
  const message = attemptsMax === 1 ? 'failed in the only attempt' : `failed in all ${attemptsMax} attempts`;
  return { code: 'ATTEMPTS_EXHAUSTED', message, cause };
}

const unknown = (generation: Generation, error: Failure, atMs: number): ActionEvent => ({
  type: 'ActionOutcomeUnknown',
  data: { attempt: generation.attempt, error, atMs },
});

const late = ({ generation, attempt, outcome, nowMs }: SettleAttempt): ActionEvent => ({
  type: 'ActionLateOutcome',
  data: {
    generation,
    attempt,
    outcome: outcome.ok ? { result: outcome.result } : { error: outcome.error, effect: outcome.effect },
    atMs: nowMs,
  },
});
