import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { Chance, SteadyClock } from './ports.js';

/** Longest delay that a Node timer takes; longer waits are made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const systemClock: SteadyClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(ms, callback) {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      timer = setTimeout(
        () => (left > TIMER_MS_MAX ? arm(left - TIMER_MS_MAX) : callback()),
        Math.min(left, TIMER_MS_MAX),
      );
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};

const UUID_BYTES = 16;
const POOL = new Uint8Array(UUID_BYTES * 1_024);
let used = POOL.length;

/** Random bytes for one id, out of a pool: asking the kernel for each id was the largest single cost of a request. */
function randomBytes(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += UUID_BYTES;
  return POOL.subarray(used - UUID_BYTES, used);
}

export const systemChance: Chance = { uuid: () => v7({ rng: randomBytes }), random: () => Math.random() };
