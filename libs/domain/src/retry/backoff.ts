import type { RetryPolicy } from '@action-do/contracts';

/**
 * Delay before the attempt after `attempt`, in milliseconds: full jitter, so that many failures at once do not
 * come back at once.
 * @param attempt number of the attempt that failed, from 1
 * @param random in [0, 1)
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: number): number {
  const ceiling = Math.min(policy.delayMsMax, policy.initialDelayMs * policy.factor ** (attempt - 1));
  return Math.floor(ceiling * random);
}

const NOT_TAKEN_MS = 100;
const NOT_TAKEN_MS_MAX = 30_000;

/**
 * Delay before an attempt that nobody took is offered again, in milliseconds: at least that, whatever the policy says, for
 * such attempts are not counted, and two events of the stream each. It doubles up to half a minute, with jitter over its
 * upper half. Never more than half of what is left, so that there is an offer late, too, and never none.
 * @param times how often nobody took it, from 1  @param leftMs until its deadline  @param random in [0, 1)
 */
export function notTakenMs(times: number, leftMs: number, random: number): number {
  const ceiling = Math.min(NOT_TAKEN_MS_MAX, NOT_TAKEN_MS * 2 ** (times - 1));
  return Math.max(1, Math.floor(Math.min(leftMs / 2, (ceiling * (1 + random)) / 2)));
}
