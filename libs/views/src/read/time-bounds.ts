import { type Kysely, sql } from 'kysely';
import type { Tables } from '../schema/tables.js';
import { STRETCHES_MS, type TimedList } from '../write/time-spans.js';

export interface TimeRange {
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface PositionRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** The positions between which all rows of a time range lie, and perhaps others; null where there is no such row. */
export async function timeBounds(
  db: Kysely<Tables>,
  list: TimedList,
  { sinceMs, untilMs }: TimeRange,
): Promise<PositionRange | null> {
  const parts = stretches(sinceMs, untilMs);
  if (parts.length === 0) return null;
  const found = await sql<{ first: bigint | null; last: bigint | null }>`
    select min(first_position) as ${sql.ref('first')}, max(last_position) as ${sql.ref('last')} from (
      ${sql.join(
        parts.map(
          ({ unitMs, from, to }) => sql`select first_position, last_position from time_span
            where list = ${list} and unit_ms = ${unitMs} and stretch >= ${from} and stretch < ${to}`,
        ),
        sql` union all `,
      )}) as spans`.execute(db);
  const [row] = found.rows;
  return row === undefined || row.first === null || row.last === null
    ? null
    : { first: row.first, last: row.last };
}

export interface Stretches {
  readonly unitMs: number;
  readonly from: number;
  readonly to: number;
}

/** Whole days in the middle, minutes at both ends of them, seconds at the ends of those: few rows also for years. */
export function stretches(sinceMs: number, untilMs: number, units = STRETCHES_MS): Stretches[] {
  const [unitMs, ...shorter] = units;
  if (unitMs === undefined || sinceMs >= untilMs) return [];
  if (shorter.length === 0)
    return [{ unitMs, from: Math.floor(sinceMs / unitMs), to: Math.ceil(untilMs / unitMs) }];
  const from = Math.ceil(sinceMs / unitMs);
  const to = Math.floor(untilMs / unitMs);
  if (from >= to) return stretches(sinceMs, untilMs, shorter);
  return [
    ...stretches(sinceMs, from * unitMs, shorter),
    { unitMs, from, to },
    ...stretches(to * unitMs, untilMs, shorter),
  ];
}
