/** A window of a list: the next rows from the indexes that drive the query, each with whether it meets the rest of it. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../schema/tables.js';

/** Rows `t` that an index gives newest first. */
export interface Source {
  readonly from: RawBuilder<unknown>;
  readonly position: RawBuilder<unknown>;
  readonly where: readonly RawBuilder<boolean>[];
}

export interface Positions {
  readonly first: bigint | null;
  /** Excluded. */
  readonly before: bigint | null;
}

export interface Candidate {
  readonly position: bigint;
  readonly meets: boolean;
}

export async function readWindow(
  db: Kysely<Tables>,
  sources: readonly Source[],
  conditions: readonly RawBuilder<boolean>[],
  { first, before }: Positions,
  rows: number,
): Promise<Candidate[]> {
  if (sources.length === 0) return [];
  const meets =
    conditions.length === 0 ? sql`1` : sql`case when ${sql.join(conditions, sql` and `)} then 1 else 0 end`;
  const branches = sources.map(({ from, position, where }) => {
    const bounds = [
      ...where,
      ...(before === null ? [] : [sql`${position} < ${before}`]),
      ...(first === null ? [] : [sql`${position} >= ${first}`]),
    ];
    return sql`select ${position} as ${sql.ref('position')}, ${meets} as meets from ${from}
      where ${sql.join(bounds, sql` and `)} order by ${position} desc limit ${rows}`;
  });
  const [only] = branches;
  // An alias of its own on each: PostgreSQL wants them, and SQLite takes a limit only inside.
  const merged = branches.map((branch, index) => sql`select * from (${branch}) as ${sql.ref(`b${index}`)}`);
  const query =
    branches.length === 1 && only !== undefined
      ? only
      : sql`${sql.join(merged, sql` union all `)} order by ${sql.ref('position')} desc limit ${rows}`;
  const found = await sql<{ position: bigint; meets: bigint | number }>`${query}`.execute(db);
  return found.rows.map(({ position, meets: met }) => ({ position, meets: Number(met) === 1 }));
}
