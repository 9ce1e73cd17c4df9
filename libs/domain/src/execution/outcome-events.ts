import type {
  ActionEvent,
  EffectState,
  ErrorCause,
  Failure,
  JsonValue,
  SettledBy,
} from '@action-do/contracts';
import type { Generation } from './execution-state.js';

/** Builders of the two events that close a generation: the window's end is computed here and nowhere else. */

const windowEndsAtMs = (generation: Generation, atMs: number): number | null => {
  const { windowMs } = generation.request.policy.idempotency;
  return windowMs === 'forever' ? null : atMs + windowMs;
};

interface Given {
  readonly effect: EffectState;
  readonly atMs: number;
  readonly settledBy?: SettledBy;
  /** Of whoever cancelled or settled it. */
  readonly reason?: string;
  readonly evidence?: string | undefined;
}

const common = (generation: Generation, { effect, atMs, settledBy, reason, evidence }: Given) => ({
  attempt: generation.attempt,
  effect,
  ...(settledBy ? { settledBy } : {}),
  ...(reason === undefined ? {} : { reason }),
  ...(evidence === undefined ? {} : { evidence }),
  atMs,
  windowEndsAtMs: windowEndsAtMs(generation, atMs),
});

export const succeeded = (generation: Generation, given: Given & { result: JsonValue }): ActionEvent => ({
  type: 'ActionSucceeded',
  data: { ...common(generation, given), result: given.result },
});

export const failed = (generation: Generation, given: Given & { error: Failure }): ActionEvent => ({
  type: 'ActionFailed',
  data: { ...common(generation, given), error: given.error },
});

/** Where a cancel was asked for, what does not succeed was cancelled: the failure is why it ended just then. */
export const asCancelled = (generation: Generation, error: Failure): Failure =>
  generation.cancelRequestedAtMs === null || error.code === 'CANCELLED'
    ? error
    : { code: 'CANCELLED', message: `cancelled in attempt ${generation.attempt}`, cause: asCause(error) };

/** What an attempt that did its work left behind: a read nothing. */
export const appliedBy = (generation: Generation): EffectState =>
  generation.request.policy.effects === 'none' ? 'none' : 'applied';

/** An earlier failure as the cause of a later one: what the author said, else what the platform saw. */
export const asCause = (error: Failure): ErrorCause =>
  error.cause ?? { code: error.code, message: error.message };

/** The end of a generation that waits for its (next) attempt, which is not made any more. */
export const cancelledWaiting = (generation: Generation, atMs: number, reason?: string): ActionEvent => {
  const { attempt, lastError, effect } = generation;
  const message =
    attempt === 0
      ? 'cancelled before a first attempt'
      : `cancelled between attempts ${attempt} and ${attempt + 1}`;
  const error = { code: 'CANCELLED' as const, message, ...(lastError ? { cause: asCause(lastError) } : {}) };
  return failed(generation, { error, effect, atMs, ...(reason === undefined ? {} : { reason }) });
};
