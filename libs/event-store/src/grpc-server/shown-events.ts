/** Which of a stream's events a reader is shown: those that its settings, as they are now, do not hide. */
import type { RawEvent } from '../embedded/raw-event.js';
import type { KnownStream } from './stream-states.js';

export interface ShownEvents {
  readonly firstRevision: number;
  /** Of events from `firstRevision` on. */
  isShown(event: RawEvent): boolean;
}

const TICKS_A_MS = 10_000n;

export function shownEvents({ settings, lastRevision = -1 }: KnownStream, nowMs: number): ShownEvents {
  const { maxCount = Infinity, truncateBefore = 0, maxAgeMs } = settings;
  // An age may be any number, in milliseconds even one beyond all numbers: nothing is older than time itself.
  const oldestMs = maxAgeMs === undefined ? 0 : Math.max(0, Math.floor(nowMs - maxAgeMs));
  const oldestTicks = BigInt(oldestMs) * TICKS_A_MS;
  return {
    firstRevision: Math.max(truncateBefore, lastRevision + 1 - maxCount, 0),
    isShown: ({ createdTicks }) => createdTicks >= oldestTicks,
  };
}
