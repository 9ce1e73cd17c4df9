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
