import { type Kysely, sql } from 'kysely';
import type { Tables } from '../schema/tables.js';
import { DAY_MS, MINUTE_MS, type TimedList } from '../write/time-spans.js';

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
  const found = await sql<{ first: bigint | null; last: bigint | null }>`
    select min(first_position) as ${sql.ref('first')}, max(last_position) as ${sql.ref('last')} from (
      ${sql.join(
        stretches(sinceMs, untilMs).map(
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

interface Stretches {
  readonly unitMs: number;
  readonly from: number;
  readonly to: number;
}

/** Whole days in the middle, minutes at both ends: few rows also for years. */
function stretches(sinceMs: number, untilMs: number): Stretches[] {
  const dayFrom = Math.ceil(sinceMs / DAY_MS);
  const dayTo = Math.floor(untilMs / DAY_MS);
  const minuteFrom = Math.floor(sinceMs / MINUTE_MS);
  const minuteTo = Math.ceil(untilMs / MINUTE_MS);
  if (dayFrom >= dayTo) return [{ unitMs: MINUTE_MS, from: minuteFrom, to: minuteTo }];
  return [
    { unitMs: MINUTE_MS, from: minuteFrom, to: dayFrom * (DAY_MS / MINUTE_MS) },
    { unitMs: DAY_MS, from: dayFrom, to: dayTo },
    { unitMs: MINUTE_MS, from: dayTo * (DAY_MS / MINUTE_MS), to: minuteTo },
  ];
}
