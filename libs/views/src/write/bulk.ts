/**
 * Many rows in few statements. A statement's text is made once for a table and a number of rows, and numbers of rows are
 * powers of two, so both engines see few texts; only the values differ.
 */
import { CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import { bindRow, type StoredValue, toStored } from '../schema/stored-row.js';
import type { Column, Table, Tables } from '../schema/tables.js';

const ROWS_MAX = 64;
/** Texts kept: patches come in few combinations of columns, but nothing else bounds them. */
const TEXTS_MAX = 500;

type IfThere = 'fail' | 'keep' | 'replace' | 'extend-span';

export class Bulk {
  readonly #texts = new Map<string, string>();

  /** @param ifThere what becomes of a row with the same key */
  async insert<Row extends object>(
    db: Kysely<Tables>,
    table: Table<Row>,
    rows: readonly Row[],
    ifThere: IfThere = 'fail',
  ): Promise<void> {
    await this.#inParts(rows, async (part) => {
      const text = this.#text(`${table.name} ${ifThere} ${part.length}`, () =>
        insertText(db, table, part.length, ifThere),
      );
      const values: StoredValue[] = [];
      for (const row of part) bindRow(values, table.columns, row);
      await db.executeQuery(CompiledQuery.raw(text, values));
    });
  }

  /** Sets what each patch names on the row with its `keys`. */
  async patch<Row extends object>(
    db: Kysely<Tables>,
    table: Table<Row>,
    keys: readonly (keyof Row & string)[],
    patches: readonly (Partial<Row> & object)[],
  ): Promise<void> {
    for (const [properties, alike] of byProperties(patches, keys)) {
      const columns = columnsOf(table, [...keys, ...properties]);
      if (properties.length === 0) continue;
      await this.#inParts(alike, async (part) => {
        const text = this.#text(`${table.name} ${properties.join()} ${part.length}`, () =>
          patchText(db, table.name, columns, keys.length, part.length),
        );
        const values: StoredValue[] = [];
        for (const row of part) bindRow(values, columns, row);
        await db.executeQuery(CompiledQuery.raw(text, values));
      });
    }
  }

  async delete<Row>(
    db: Kysely<Tables>,
    table: Table<Row>,
    key: keyof Row & string,
    values: readonly string[],
  ): Promise<void> {
    const [column] = columnsOf(table, [key]);
    if (column === undefined) return;
    await this.#inParts(values, async (part) => {
      const text = this.#text(`${table.name} delete ${part.length}`, () => {
        const list = sql.join(part.map(() => sql`${null}`));
        return sql`delete from ${sql.table(table.name)} where ${sql.ref(column.column)} in (${list})`.compile(
          db,
        ).sql;
      });
      const bound = part.map((value) => toStored(column.kind, value));
      await db.executeQuery(CompiledQuery.raw(text, bound));
    });
  }

  async #inParts<T>(all: readonly T[], work: (part: readonly T[]) => Promise<void>): Promise<void> {
    for (let from = 0; from < all.length; ) {
      let size = ROWS_MAX;
      while (size > all.length - from) size /= 2;
      await work(all.slice(from, from + size));
      from += size;
    }
  }

  #text(name: string, make: () => string): string {
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
    const text = make();
    this.#texts.set(name, text);
    return text;
  }
}

function columnsOf<Row>(table: Table<Row>, properties: readonly string[]): Column[] {
  return properties.map((property) => {
    const column = table.columns.find((each) => each.property === property);
    if (column === undefined) throw new Error(`${table.name} has no ${property}`);
    return column;
  });
}

function byProperties<Patch extends object>(
  patches: readonly Patch[],
  keys: readonly string[],
): Map<string[], Patch[]> {
  const groups = new Map<string, { properties: string[]; alike: Patch[] }>();
  for (const patch of patches) {
    const properties = Object.keys(patch)
      .filter((property) => !keys.includes(property) && Reflect.get(patch, property) !== undefined)
      .sort();
    const name = properties.join();
    const group = groups.get(name) ?? { properties, alike: [] };
    groups.set(name, group);
    group.alike.push(patch);
  }
  return new Map([...groups.values()].map(({ properties, alike }) => [properties, alike]));
}

function insertText(db: Kysely<Tables>, table: Table<unknown>, rows: number, ifThere: IfThere): string {
  const shape = Object.fromEntries(table.columns.map(({ column }) => [column, null]));
  // Kysely's types know each table, not the union of all; `shape` has just this table's columns.
  const insert = db.insertInto(table.name).values(Array.from({ length: rows }, () => shape) as never);
  if (ifThere === 'fail') return insert.compile().sql;
  const text = insert.compile().sql;
  const key = table.key.map((column) => `"${column}"`).join(', ');
  if (ifThere === 'keep') return `${text} on conflict (${key}) do nothing`;
  const others = table.columns
    .map(({ column }) => column)
    .filter((column) => (ifThere === 'replace' ? !table.key.includes(column) : column === 'last_position'));
  const sets = others.map((column) => `"${column}" = excluded."${column}"`).join(', ');
  return `${text} on conflict (${key}) do update set ${sets}`;
}

function patchText(
  db: Kysely<Tables>,
  table: keyof Tables,
  columns: readonly Column[],
  keys: number,
  rows: number,
): string {
  const typed = columns.map(({ kind }) =>
    /^(text|label)/.test(kind) ? sql`cast(${null} as text)` : sql`cast(${null} as bigint)`,
  );
  const plain = columns.map(() => sql`${null}`);
  // The first row says of which types all are: PostgreSQL does not guess.
  const lines = Array.from({ length: rows }, (_, row) => sql`(${sql.join(row === 0 ? typed : plain)})`);
  const sets: RawBuilder<unknown>[] = columns
    .slice(keys)
    .map(({ column }) => sql`${sql.ref(column)} = ${sql.ref(`patch.${column}`)}`);
  const same = columns
    .slice(0, keys)
    .map(({ column }) => sql`${sql.ref(`${table}.${column}`)} = ${sql.ref(`patch.${column}`)}`);
  return sql`with patch(${sql.join(columns.map(({ column }) => sql.ref(column)))}) as (values ${sql.join(lines)})
    update ${sql.table(table)} set ${sql.join(sets)} from patch
    where ${sql.join(same, sql` and `)}`.compile(db).sql;
}
