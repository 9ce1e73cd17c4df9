/**
 * What the executor needs of the world besides store and bus. Passed in, so that a simulation can be the world:
 * nothing below this file asks the clock, a timer or a random source by itself.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** Leases are measured by what passes, whatever the wall clock is set to meanwhile. */
export interface SteadyClock extends Clock {
  /** Milliseconds since any fixed moment. */
  monotonicMs(): number;
}

export interface Chance {
  /** UUIDv7: an event's identity, sorted by time. */
  uuid(): string;
  /** In [0, 1). */
  random(): number;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      callOff();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const callOff = clock.after(ms, end);
    signal?.addEventListener('abort', end, { once: true });
  });
}
