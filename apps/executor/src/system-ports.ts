import { v7 } from 'uuid';
import type { Chance, Clock } from './ports.js';

/** Longest delay that a Node timer takes; longer waits are made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
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

export const systemChance: Chance = { uuid: () => v7(), random: () => Math.random() };
