import { type Kysely, sql } from 'kysely';
import { TABLES, type Tables } from '../schema/tables.js';
import type { ViewCounts } from '../views.js';

export async function countRows(db: Kysely<Tables>): Promise<ViewCounts> {
  const counts: Record<string, number> = {};
  for (const { name } of TABLES) {
    const found = await sql<{
      rows: bigint;
    }>`select count(*) as ${sql.ref('rows')} from ${sql.table(name)}`.execute(db);
    counts[name] = Number(found.rows[0]?.rows);
  }
  return counts;
}

export const noRows = (): ViewCounts => Object.fromEntries(TABLES.map(({ name }) => [name, 0]));
