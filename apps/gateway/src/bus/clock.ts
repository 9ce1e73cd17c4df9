import { setTimeout } from 'node:timers/promises';

/** Time that only goes forward, passed in so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since some moment. */
  nowMs(): number;
  pause(ms: number): Promise<void>;
}

export const monotonicClock: Clock = {
  nowMs: () => performance.now(),
  pause: async (ms) => {
    await setTimeout(ms);
  },
};
