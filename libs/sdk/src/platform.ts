/**
 * The web's own types, taken from wherever the user's project has them (DOM, Node, Deno, Bun), so that the types of
 * this package check in every one of them, and in one that has none.
 */
export type Fetch = typeof globalThis extends { fetch: infer F } ? F : (url: string, init: object) => unknown;
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : object;

/** Time and chance, passed in so that tests need not wait for either. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Calls `fire` once after `ms`, unless the function that it returns is called before. */
  after(ms: number, fire: () => void): () => void;
}

/** The longest that timers can count; beyond it they fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  after: (ms, fire) => {
    const timer = setTimeout(fire, Math.min(ms, TIMER_MS_MAX));
    return () => clearTimeout(timer);
  },
};

/** Ends after `ms`, or when the signal is aborted if that is sooner; never rejects. */
export function sleep(clock: Clock, ms: number, signal?: Signal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = () => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(ms, wake);
    signal?.addEventListener('abort', wake);
  });
}
