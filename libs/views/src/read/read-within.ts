/** Reads rows up to so much text: who asks for five hundred rows cannot know that each is most of a megabyte. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { readRow } from '../schema/stored-row.js';
import type { Table, Tables } from '../schema/tables.js';

/** Text of the rows that one query reads, in bytes as stored, besides labels: as much as an answer over the bus holds. */
export const TEXT_BYTES_MAX = 768 * 1024;

export interface Within<Row> {
  /** At least the first of those there are, however long it is. */
  readonly rows: Row[];
  /** There are more, or may be: behind one row that is too long by itself nobody has looked. */
  readonly cut: boolean;
}

/** As `readStoredWithin`, as rows. */
export async function readWithin<Row>(
  db: Kysely<Tables>,
  table: Table<Row>,
  candidates: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<Within<Row>> {
  const { rows, cut } = await readStoredWithin(db, table, candidates, order);
  return { rows: rows.map((stored) => readRow(table, stored)), cut };
}

/**
 * The lengths of all candidates are summed up where they lie, for which no engine reads a long text; only what fits is
 * read.
 * @param candidates what stands behind the table's name: `where ... order by ... limit ...`
 * @param order of the rows, by columns of the key
 */
export async function readStoredWithin(
  db: Kysely<Tables>,
  table: Table<unknown>,
  candidates: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<Within<Readonly<Record<string, unknown>>>> {
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  const same = table.key.map((column) => sql`${sql.ref(`s.${column}`)} = ${sql.ref(`t.${column}`)}`);
  // `upto` is up to and with the row. The first one that is too much comes as well, and thereby says that it is there.
  const found = await sql<Stored>`select t.*, s.upto from (
      select ${key}, bytes, sum(bytes) over (order by ${order} rows unbounded preceding) as upto
      from (select ${key}, ${bytesOf(table)} as bytes from ${sql.table(table.name)} ${candidates}) as c) as s
    join ${sql.table(table.name)} as t on ${sql.join(same, sql` and `)}
    where s.upto - s.bytes <= ${sql.lit(TEXT_BYTES_MAX)}`.execute(db);
  // Sorted here: an engine would copy the texts for it.
  const rows = found.rows.sort((one, other) => Number(one.upto - other.upto));
  const cut = (rows.at(-1)?.upto ?? 0n) > BigInt(TEXT_BYTES_MAX);
  if (cut && rows.length > 1) rows.pop();
  return { rows, cut };
}

type Stored = Readonly<Record<string, unknown>> & { readonly upto: bigint };

/** Of a row; and one, so that the sums of a table without text grow as well. */
const bytesOf = ({ columns }: Table<unknown>): RawBuilder<unknown> =>
  columns
    .filter(({ kind }) => kind.startsWith('text'))
    .reduce((sum, { column }) => sql`${sum} + coalesce(octet_length(${sql.ref(column)}), 0)`, sql`1`);

/** Asked for in powers of two, so that few texts are prepared. Null for none. */
export function atPositions(
  column: RawBuilder<unknown>,
  positions: readonly bigint[],
): RawBuilder<unknown> | null {
  const [some] = positions;
  if (some === undefined) return null;
  let size = 1;
  while (size < positions.length) size *= 2;
  const asked = Array.from({ length: size }, (_, index) => positions[index] ?? some);
  return sql`where ${column} in (${sql.join(asked)})`;
}
