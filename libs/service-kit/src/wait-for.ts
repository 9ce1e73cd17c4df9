import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const PAUSE_MS_MAX = 1_000;
const TELL_EVERY_MS = 30_000;

export interface Waiting {
  /** Whether what went wrong may mend itself; anything else ends the waiting. */
  readonly isTemporary: (error: unknown) => boolean;
  readonly logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Tries until it works: what a service needs may come up after it. Tells that it waits, and for what, when the reason
 * changes and every half minute; and once that it is there.
 * @param what "the event log": stands in the lines of the log
 * @throws what the attempt threw, where that is not temporary; the reason of `signal`
 */
export async function waitFor<T>(
  what: string,
  attempt: () => Promise<T>,
  { isTemporary, logger, signal }: Waiting,
): Promise<T> {
  let told: string | null = null;
  let toldAtMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
    signal.throwIfAborted();
    try {
      const there = await attempt();
      if (told !== null) logger.info({}, `${what} is there`);
      return there;
    } catch (error) {
      if (!isTemporary(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const nowMs = performance.now();
      if (told !== reason || nowMs - toldAtMs >= TELL_EVERY_MS) {
        told = reason;
        toldAtMs = nowMs;
        logger.warn({ reason }, `waiting for ${what}`);
      }
    }
    await delay(pauseMs, undefined, { signal });
  }
}
