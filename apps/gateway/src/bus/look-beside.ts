import type { BusReply } from '@action-do/messaging';
import type { Clock } from './clock.js';
import { isOutcome } from './look-for-outcome.js';

/** After so long without an answer it is looked for the first time; most are there by then, and cost nothing. */
export const LOOK_AFTER_MS = 2_500;
const LOOK_LESS_OFTEN = 1.5;
const LOOK_EVERY_MS_MAX = 5_000;
/** Whoever has the request tells the outcome at the same time as a look finds it, if he is alive; and he knows how it came about. */
const OWN_ANSWER_MS = 250;

/**
 * Looks beside a request that has had no answer for some time: whoever has it may have died, and nobody tells that.
 *  L1 nothing is asked before LOOK_AFTER_MS, nor once there is an answer; then one look at a time, further and further apart,
 *     until the request ends: so their number is bounded by its deadline;
 *  L2 only an outcome is an answer: a look that finds the work going on, is refused, or gets lost lets it wait on;
 *  L3 the request's own answer comes first, where it is an outcome.
 * @param look gives an outcome, or null. Never rejects
 * @param give ends the request with this answer
 */
export function lookBeside(
  own: Promise<BusReply>,
  look: () => Promise<BusReply | null>,
  clock: Clock,
  give: (reply: BusReply) => void,
): Promise<BusReply> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let found: BusReply | null = null;
    let callOff: () => void;
    const end = (reply: BusReply): void => {
      isOver = true;
      callOff();
      resolve(reply);
    };
    const lookNow = async (waitedMs: number): Promise<void> => {
      found = await look();
      if (isOver) return;
      if (found === null) arm(Math.min(LOOK_EVERY_MS_MAX, waitedMs * LOOK_LESS_OFTEN));
      else callOff = clock.after(OWN_ANSWER_MS, () => found && give(found));
    };
    const arm = (ms: number): void => {
      callOff = clock.after(ms, () => void lookNow(ms));
    };
    arm(LOOK_AFTER_MS);
    const endOwn = (reply: BusReply): void => end(found === null || isOutcome(reply) ? reply : found);
    own.then(endOwn, (error: unknown) => {
      isOver = true;
      callOff();
      reject(error);
    });
  });
}
