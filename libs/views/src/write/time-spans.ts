import type { TimeSpanRow } from '../schema/tables.js';

/** Lengths of stretches, longest first: each a multiple of the next. At full load a second has thousands of events. */
export const STRETCHES_MS: readonly number[] = [86_400_000, 60_000, 1_000];

/** A list that is searched by time. */
export type TimedList = 'audit_event' | 'execution';

/** The stretches of a batch of rows of one list, each with its first and last position. */
export function timeSpans<Row>(
  list: TimedList,
  rows: readonly Row[],
  atMs: (row: Row) => number,
  position: (row: Row) => bigint,
): TimeSpanRow[] {
  return STRETCHES_MS.flatMap((unitMs) => {
    const spans = new Map<number, Mutable>();
    for (const row of rows) {
      const at = position(row);
      const stretch = Math.floor(atMs(row) / unitMs);
      const span = spans.get(stretch);
      if (span === undefined) {
        spans.set(stretch, { list, unitMs, stretch, firstPosition: at, lastPosition: at });
        continue;
      }
      if (at < span.firstPosition) span.firstPosition = at;
      if (at > span.lastPosition) span.lastPosition = at;
    }
    return [...spans.values()];
  });
}

type Mutable = { -readonly [P in keyof TimeSpanRow]: TimeSpanRow[P] };
