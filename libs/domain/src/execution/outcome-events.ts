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
}

const common = (generation: Generation, { effect, atMs, settledBy }: Given) => ({
  attempt: generation.attempt,
  effect,
  ...(settledBy ? { settledBy } : {}),
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

/** An earlier failure as the cause of a later one: what the author said, else what the platform saw. */
export const asCause = (error: Failure): ErrorCause =>
  error.cause ?? { code: error.code, message: error.message };
