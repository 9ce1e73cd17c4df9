/** What the projector needs of the world besides log, views and bus. Passed in, so that tests can be the world. */
import type { SteadyTimer } from '@action-do/service-kit';
import type { OpenViewsWriter, ViewsReader, ViewsWriter } from '@action-do/views';

export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a place opens; a place that keeps one set of views, as tests do, has no others to speak of. */
export type OpenWriter = ViewsWriter & Partial<Omit<OpenViewsWriter, keyof ViewsWriter>>;

/** Where the views are kept. */
export interface ViewsPlace {
  /**
   * @param how `anew`: fills new views whatever there is, beside those until it goes live
   * @throws ViewsUnavailable, ViewsInUse: later; anything else needs a person
   */
  openWriter(how?: { readonly anew: boolean }): Promise<OpenWriter>;
  openReader(): Promise<ViewsReader>;
  /** Throws the views away, so that they are built anew; absent where that is for an operator to decide. */
  readonly startAgain?: () => Promise<void>;
}

export const systemClock: Clock & SteadyTimer = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      callOff();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const callOff = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
