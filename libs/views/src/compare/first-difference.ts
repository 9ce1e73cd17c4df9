/**
 * Compares two generations of one engine row by row, in the order of keys, a page at a time: memory is that of two pages,
 * however many rows there are, and however long they are. The order is the engine's own, so no text is ordered here.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { readStoredWithin, type Within } from '../read/read-within.js';
import { auditValue, TABLES, type Table, type Tables } from '../schema/tables.js';
import type { ViewsDifference } from '../views.js';

const PAGE_ROWS = 500;

type StoredRow = Readonly<Record<string, unknown>>;

/**
 * @param onRows told after each page how many rows were the same so far, over all tables
 * @returns the first row that `other` has not as `one` has it, or null where all rows are the same
 */
export async function firstDifference(
  one: Kysely<Tables>,
  other: Kysely<Tables>,
  onRows: (rows: number) => void,
): Promise<ViewsDifference | null> {
  let rows = 0;
  for (const table of TABLES) {
    for (let after: StoredRow | null = null; ; ) {
      const [our, their]: readonly [Within<StoredRow>, Within<StoredRow>] = await Promise.all([
        readPage(one, table, after),
        readPage(other, table, after),
      ]);
      const ours = asFarAsBoth(our, their);
      const difference = await compare(one, other, table, ours, asFarAsBoth(their, our));
      if (difference !== null) return difference;
      rows += ours.length;
      onRows(rows);
      // An embedded engine answers without ever leaving the turn: whoever writes meanwhile would not get theirs.
      await nextTurn();
      after = ours.at(-1) ?? null;
      if (after === null || (ours.length < PAGE_ROWS && !our.cut && !their.cut)) break;
    }
  }
  return null;
}

/** Of rows that are of different lengths, one page may have fewer: what it lacks it has on the next. */
function asFarAsBoth(one: Within<StoredRow>, other: Within<StoredRow>): readonly StoredRow[] {
  return other.cut ? one.rows.slice(0, other.rows.length) : one.rows;
}

async function compare(
  one: Kysely<Tables>,
  other: Kysely<Tables>,
  table: Table<unknown>,
  ours: readonly StoredRow[],
  theirs: readonly StoredRow[],
): Promise<ViewsDifference | null> {
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const [our, their] = [ours[index], theirs[index]];
    if (our === undefined || their === undefined || !isEqual(our, their, table.key))
      return atDifferentKeys(one, other, table, our, their);
    const columns = table.columns
      .map(({ column }) => column)
      .filter((column) => our[column] !== their[column]);
    if (columns.length > 0) return { table: table.name, key: tell(table, our), what: 'unequal', columns };
  }
  return null;
}

/** Which of the two rows the other side has not: the one that comes first, but only the engine knows that order. */
async function atDifferentKeys(
  one: Kysely<Tables>,
  other: Kysely<Tables>,
  table: Table<unknown>,
  our: StoredRow | undefined,
  their: StoredRow | undefined,
): Promise<ViewsDifference | null> {
  if (our !== undefined && !(await has(other, table, our)))
    return { table: table.name, key: tell(table, our), what: 'missing', columns: [] };
  if (their !== undefined && !(await has(one, table, their)))
    return { table: table.name, key: tell(table, their), what: 'surplus', columns: [] };
  throw new Error(`${table.name} gives its rows in different orders`);
}

const isEqual = (our: StoredRow, their: StoredRow, columns: readonly string[]): boolean =>
  columns.every((column) => our[column] === their[column]);

async function readPage(
  db: Kysely<Tables>,
  table: Table<unknown>,
  after: StoredRow | null,
): Promise<Within<StoredRow>> {
  const columns = sql.join(table.key.map((column) => sql.ref(column)));
  const behind =
    after === null
      ? sql``
      : sql`where (${columns}) > (${sql.join(table.key.map((column) => after[column]))})`;
  const candidates = sql`${behind} order by ${columns} limit ${sql.lit(PAGE_ROWS)}`;
  return readStoredWithin(db, table, candidates, columns);
}

async function has(db: Kysely<Tables>, { name, key }: Table<unknown>, row: StoredRow): Promise<boolean> {
  const conditions = key.map((column): RawBuilder<unknown> => sql`${sql.ref(column)} = ${row[column]}`);
  const found = await sql`select 1 from ${sql.table(name)} where ${sql.join(conditions, sql` and `)}`.execute(
    db,
  );
  return found.rows.length > 0;
}

/** For people and logs: never what somebody passed as a param, which path and position name as well. */
function tell(table: Table<unknown>, row: StoredRow): string {
  const columns = table.name === auditValue.name ? table.key.filter((each) => each !== 'value') : table.key;
  return columns.map((column) => `${column}=${row[column]}`).join(', ');
}
