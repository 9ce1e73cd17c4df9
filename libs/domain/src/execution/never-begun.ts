import type { EffectState, ErrorCode, Failure } from '@action-do/contracts';

/** Said of attempts that nobody took: there was no worker, it had no room, or the bus was away. */
const NOBODY_TOOK_IT: readonly ErrorCode[] = ['NO_HANDLER', 'RATE_LIMITED', 'UNAVAILABLE'];

/**
 * Whether the author's code was not even called. Such an attempt does not count towards `attemptsMax`, which bounds what
 * is asked of the author's code: a worker that is started again must not cost an action its attempts. The deadline of
 * the execution bounds them all, and a delay of their own keeps them few (`notTakenMs`).
 */
export const wasNeverBegun = (error: Pick<Failure, 'code'>, effect: EffectState): boolean =>
  effect === 'none' && NOBODY_TOOK_IT.includes(error.code);
