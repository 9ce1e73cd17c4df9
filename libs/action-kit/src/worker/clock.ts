/** Time, passed in so that tests can be its master. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** Longest delay that a Node timer takes; longer waits are made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(ms, callback) {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      timer = setTimeout(
        () => (leftMs > TIMER_MS_MAX ? arm(leftMs - TIMER_MS_MAX) : callback()),
        Math.min(leftMs, TIMER_MS_MAX),
      );
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves with the work, after `ms`, or when `signal` aborts, whichever is first; what the work came to is not told. */
export function within(
  clock: Clock,
  ms: number,
  work: Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      callOff();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const callOff = clock.after(signal?.aborted ? 0 : ms, end);
    signal?.addEventListener('abort', end, { once: true });
    work.then(end, end);
  });
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export const pause = (clock: Clock, ms: number, signal?: AbortSignal): Promise<void> =>
  within(clock, ms, new Promise(() => {}), signal);
