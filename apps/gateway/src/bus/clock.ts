/** Time that only goes forward, passed in so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since some moment. */
  nowMs(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

export const monotonicClock: Clock = {
  nowMs: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
