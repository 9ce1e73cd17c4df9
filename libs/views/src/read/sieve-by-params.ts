import { type Kysely, sql } from 'kysely';
import { fromStoredText } from '../schema/stored-text.js';
import type { Tables } from '../schema/tables.js';
import type { ListName } from './cursor.js';
import { type AskedPath, paramsMatch } from './params-filter.js';

/** Of these rows, those whose execution has such params: each is read and parsed. */
export async function sieveByParams(
  db: Kysely<Tables>,
  list: ListName,
  positions: readonly bigint[],
  asked: readonly AskedPath[],
): Promise<bigint[]> {
  if (positions.length === 0) return [];
  const among = sql.join(positions);
  const found = await (list === 'executions'
    ? sql<Stored>`select t.first_position as ${sql.ref('position')}, t.params as params from execution as t
        where t.first_position in (${among})`
    : sql<Stored>`select t.position as ${sql.ref('position')}, e.params as params from audit_event as t
        left join execution as e on e.execution_id = t.execution_id where t.position in (${among})`
  ).execute(db);
  // What has no execution has no params, and nothing that could be excluded.
  const kept = new Set(
    found.rows
      .filter(({ params }) => paramsMatch(params === null ? '{}' : fromStoredText(params), asked))
      .map(({ position }) => position),
  );
  return positions.filter((position) => kept.has(position));
}

interface Stored {
  readonly position: bigint;
  readonly params: string | null;
}
