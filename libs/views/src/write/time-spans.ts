import type { TimeSpanRow } from '../schema/tables.js';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** A list that is searched by time. */
export type TimedList = 'audit_event' | 'execution';

/** The stretches of a batch of rows of one list, each with its first and last position. */
export function timeSpans<Row>(
  list: TimedList,
  rows: readonly Row[],
  atMs: (row: Row) => number,
  position: (row: Row) => bigint,
): TimeSpanRow[] {
  const spans = new Map<string, Mutable>();
  for (const row of rows) {
    const at = position(row);
    for (const unitMs of [MINUTE_MS, DAY_MS]) {
      const stretch = Math.floor(atMs(row) / unitMs);
      const span = spans.get(`${unitMs} ${stretch}`);
      if (span === undefined) {
        spans.set(`${unitMs} ${stretch}`, { list, unitMs, stretch, firstPosition: at, lastPosition: at });
        continue;
      }
      if (at < span.firstPosition) span.firstPosition = at;
      if (at > span.lastPosition) span.lastPosition = at;
    }
  }
  return [...spans.values()];
}

type Mutable = { -readonly [P in keyof TimeSpanRow]: TimeSpanRow[P] };
