import type { ActionEvent, EffectState, Failure, JsonValue } from '@action-do/contracts';
import { backoffMs } from '../retry/backoff.js';
import { worse } from './execution-fold.js';
import { type ExecutionState, type Generation, isClosed } from './execution-state.js';
import { asCause, failed, succeeded } from './outcome-events.js';

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
    };

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
 */
export function decideSettle(state: ExecutionState, command: SettleAttempt): SettleDecision {
  const { generation } = state;
  if (generation === null || !isMine(generation, command)) return append(late(command));
  const { outcome } = command;
  if (generation.status !== 'running') return append(settleGivenUp(generation, command));
  if (outcome.ok)
    return append(
      succeeded(generation, { result: outcome.result, effect: appliedBy(generation), atMs: command.nowMs }),
    );
  const effect = generation.request.policy.effects === 'none' ? 'none' : outcome.effect;
  if (effect === 'unknown' && generation.request.policy.effects === 'verifiable') return { kind: 'probe' };
  return append(failAttempt(generation, command, outcome, effect));
}

/** Goes on where `decideSettle` asked for the probe: the attempt's own outcome, and what the probe said of it. */
export function decideProbed(
  state: ExecutionState,
  command: SettleAttempt & { readonly answer: ProbeAnswer },
): readonly ActionEvent[] {
  const { generation } = state;
  if (generation === null || !isMine(generation, command)) return [late(command)];
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

const isMine = (generation: Generation, command: SettleAttempt): boolean =>
  generation.request.generation === command.generation &&
  generation.attempt === command.attempt &&
  !isClosed(generation);

const appliedBy = (generation: Generation): EffectState =>
  generation.request.policy.effects === 'none' ? 'none' : 'applied';

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
  // Parked as unknown, and now somebody who can know says what happened: that closes it. Doubt adds nothing.
  if (generation.status === 'unknown' && outcome.effect !== 'unknown')
    return failed(generation, { error: outcome.error, effect: outcome.effect, atMs: nowMs, settledBy });
  return late(command);
}

function failAttempt(
  generation: Generation,
  command: SettleAttempt,
  outcome: Extract<AttemptOutcome, { ok: false }>,
  effect: EffectState,
): ActionEvent {
  const { policy, deadlineAtMs } = generation.request;
  const { nowMs } = command;
  // The author declared that a repeat may do harm, and nobody knows whether this attempt did its work.
  if (effect === 'unknown' && policy.effects === 'unsafe') return unknown(generation, outcome.error, nowMs);

  const attemptsLeft = generation.attempt < policy.retry.attemptsMax;
  const nextAttemptAtMs = outcome.atOnce
    ? nowMs
    : nowMs + backoffMs(policy.retry, generation.attempt, command.random);
  if (outcome.retryable && attemptsLeft && nextAttemptAtMs < deadlineAtMs)
    return {
      type: 'ActionAttemptFailed',
      data: { attempt: generation.attempt, error: outcome.error, effect, nextAttemptAtMs, atMs: nowMs },
    };
  const error = finalError(generation, outcome, attemptsLeft);
  return failed(generation, { error, effect: worse(generation.effect, effect), atMs: nowMs });
}

/** A single failure speaks for itself; several, or a deadline, are named, with the last failure as their cause. */
function finalError(
  generation: Generation,
  { error, retryable }: Extract<AttemptOutcome, { ok: false }>,
  attemptsLeft: boolean,
): Failure {
  const { attemptsMax } = generation.request.policy.retry;
  if (!retryable || attemptsMax === 1) return error;
  const cause = asCause(error);
  if (attemptsLeft) return { code: 'TIMED_OUT', message: 'no time is left for another attempt', cause };
  return { code: 'ATTEMPTS_EXHAUSTED', message: `failed in all ${attemptsMax} attempts`, cause };
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
