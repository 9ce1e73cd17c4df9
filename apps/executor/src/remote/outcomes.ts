import type { EffectState, ErrorCause, ErrorCode } from '@action-do/contracts';
import { type AttemptOutcome, wasNeverBegun } from '@action-do/domain';

/** How long after the execution's deadline an outcome is still waited for. */
export const LATE_MS_MAX = 60_000;

type Failed = Extract<AttemptOutcome, { ok: false }>;

const failed = (
  code: ErrorCode,
  message: string,
  effect: EffectState,
  retryable: boolean,
  cause?: ErrorCause,
): Failed => ({ ok: false, error: { code, message, ...(cause ? { cause } : {}) }, effect, retryable });

/** What an attempt on the bus came to where no worker could say it. */

/** Row 18b: known only after the claim. Nothing was done, so every class may wait for a worker to come back. */
export const NO_HANDLER: Failed = failed(
  'NO_HANDLER',
  'nothing is running that could perform the action',
  'none',
  true,
);

export const NOT_SENT = failed(
  'UNAVAILABLE',
  'the bus was out of reach: no worker was asked to begin',
  'none',
  true,
);

/** Without backoff: the action is not to blame. The effects class decides what comes next. */
export const LOST: Failed = {
  ...failed('LEASE_LOST', 'no worker knows of the attempt any more', 'unknown', true),
  atOnce: true,
};

export const tooLargeForTheBus = (message: string): Failed =>
  failed('ACTION_FAILED', 'the params do not fit a message of the bus', 'none', false, {
    code: 'PAYLOAD_TOO_LARGE',
    message,
  });

/** An answer that is an error and says no more than that: of a service that is not ours, or of a damaged message. */
export const failedSaying = (cause: ErrorCause): Failed =>
  failed('ACTION_FAILED', cause.message, 'unknown', true, cause);

/** The worker came to its end, so its effect is applied whatever is wrong with what it gave back. */
export const badResult = (code: 'RESULT_INVALID' | 'RESULT_TOO_LARGE', message: string): Failed =>
  failed(code, message, 'applied', false);

/** Nobody was asked, and so nothing was done: the attempt counts for none. */
export const notSent = (code: 'NO_HANDLER' | 'RATE_LIMITED', message: string, cause?: ErrorCause): Failed =>
  failed(code, message, 'none', true, cause);

/** An attempt that a service ended counts for one, whatever it calls its failure: else it could be asked without end. */
export function counted(outcome: AttemptOutcome): AttemptOutcome {
  if (outcome.ok || !wasNeverBegun(outcome.error, outcome.effect)) return outcome;
  const { code, message, cause = { code, message } } = outcome.error;
  return { ...outcome, error: { ...outcome.error, code: 'ACTION_FAILED', cause } };
}
