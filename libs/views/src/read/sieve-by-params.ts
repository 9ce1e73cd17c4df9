import { type Kysely, sql } from 'kysely';
import { fromStoredText } from '../schema/stored-text.js';
import type { Tables } from '../schema/tables.js';
import type { ListName } from './cursor.js';
import { type AskedPath, paramsMatch } from './params-filter.js';

/** Rows whose params are read at a time: 8 MiB, where each has the largest that there are. */
const ROWS_AT_ONCE = 32;

export interface Sieved {
  /** Of the rows, those whose execution has such params. */
  readonly meeting: bigint[];
  /** The last row that was looked at, where time was out before the others. */
  readonly upTo: bigint | null;
}

/**
 * Reads and parses the params of each row: of some in any case.
 * @param isOver whether time is out
 */
export async function sieveByParams(
  db: Kysely<Tables>,
  list: ListName,
  positions: readonly bigint[],
  asked: readonly AskedPath[],
  isOver: () => boolean,
): Promise<Sieved> {
  const meeting: bigint[] = [];
  for (let from = 0; from < positions.length; from += ROWS_AT_ONCE) {
    if (from > 0 && isOver()) return { meeting, upTo: positions[from - 1] ?? null };
    const some = positions.slice(from, from + ROWS_AT_ONCE);
    meeting.push(...(await meetingAmong(db, list, some, asked)));
  }
  return { meeting, upTo: null };
}

async function meetingAmong(
  db: Kysely<Tables>,
  list: ListName,
  positions: readonly bigint[],
  asked: readonly AskedPath[],
): Promise<bigint[]> {
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
