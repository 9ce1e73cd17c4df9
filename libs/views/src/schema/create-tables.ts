import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import {
  CORRELATED_ELSEWHERE,
  EXECUTION_ELSEWHERE,
  HELD,
  KEY_WITHOUT_EXECUTION,
  RARE_TYPE,
} from './partial.js';
import { type Kind, TABLES, type Table, type Tables } from './tables.js';

/** An index serves the rows of a tenant with equal first columns, newest first by its last one. */
interface Index {
  readonly name: string;
  readonly table: keyof Tables;
  readonly columns: readonly string[];
  readonly unique?: true;
  /** Only these rows are in it. Random text is what costs: an index that few rows need has few rows. */
  readonly only?: string;
  /** The writer looks by it: it is there before the first row is. */
  readonly atOnce?: true;
}

/** `status` stands inside the (tenant, action) index: without it the rare failures are looked for among all rows. */
const INDEXES: readonly Index[] = [
  on('audit_event', 'newest', ['tenant', 'position']),
  on('audit_event', 'action', ['tenant', 'action', 'status', 'position']),
  on('audit_event', 'status', ['tenant', 'status', 'position'], 'status is not null'),
  on('audit_event', 'actor', ['tenant', 'actor_id', 'position']),
  on('audit_event', 'execution', ['execution_position', 'position'], 'execution_position is not null'),
  on('audit_event', 'execution_elsewhere', ['execution_id', 'position'], EXECUTION_ELSEWHERE),
  on('audit_event', 'key', ['tenant', 'idempotency_key', 'position'], KEY_WITHOUT_EXECUTION),
  on('audit_event', 'correlation', ['tenant', 'correlation_id', 'position'], CORRELATED_ELSEWHERE),
  on('audit_event', 'workflow_run', ['tenant', 'workflow_run', 'position'], 'workflow_run is not null'),
  on('audit_event', 'error_code', ['tenant', 'error_code', 'position'], 'error_code is not null'),
  on('audit_event', 'type', ['tenant', 'type', 'position'], RARE_TYPE),
  { name: 'execution_id', table: 'execution', columns: ['execution_id'], unique: true },
  on('execution', 'newest', ['tenant', 'first_position']),
  on('execution', 'action', ['tenant', 'action', 'status', 'first_position']),
  on('execution', 'status', ['tenant', 'status', 'first_position']),
  on('execution', 'actor', ['tenant', 'actor_id', 'first_position']),
  on('execution', 'key', ['tenant', 'idempotency_key', 'first_position']),
  on('execution', 'correlation', ['tenant', 'correlation_id', 'first_position'], CORRELATED_ELSEWHERE),
  on('execution', 'workflow_run', ['tenant', 'workflow_run', 'first_position'], 'workflow_run is not null'),
  on('execution', 'error_code', ['tenant', 'error_code', 'first_position'], 'error_code is not null'),
  { ...on('open_execution', 'due', ['due_at_ms', 'execution_id']), atOnce: true },
  { ...on('open_execution', 'held', ['due_at_ms', 'execution_id'], HELD), atOnce: true },
];

function on(table: keyof Tables, what: string, columns: readonly string[], only?: string): Index {
  return { name: `${table}_${what}`, table, columns, ...(only === undefined ? {} : { only }) };
}

/** The words in which the engines' tables differ. */
export interface TableWords {
  /** Type of an integer that is the key alone: SQLite keeps the rows themselves in the order of an `integer` one. */
  readonly keyType: 'integer' | 'bigint';
  /** After a table with another key. */
  readonly end: '' | 'without rowid';
  /** What a planner wants said about filled tables before it uses their indexes well. */
  readonly afterIndexes: 'analyze' | null;
  /** The collation that orders text by its bytes, so that a list by name is the same on both engines. */
  readonly byteOrder: 'binary' | 'C';
}

/** Makes all tables in an empty place, with the indexes that filling them needs, and their one checkpoint row. */
export async function createTables(
  db: Kysely<Tables>,
  { definition, step }: { readonly definition: number; readonly step: number },
  words: TableWords,
): Promise<void> {
  for (const table of TABLES) await createTable(db, table, words);
  for (const index of INDEXES) if (index.atOnce) await createIndex(db, index);
  await db.schema
    .createTable('checkpoint')
    .addColumn('one', 'bigint', (column) => column.primaryKey())
    .addColumn('definition', 'bigint', (column) => column.notNull())
    .addColumn('step', 'bigint', (column) => column.notNull())
    .addColumn('log_id', 'text')
    .addColumn('position', 'bigint')
    .execute();
  await db
    .insertInto('checkpoint')
    .values({ one: 1, definition, step, log_id: null, position: null })
    .execute();
}

/**
 * Makes what is missing of the indexes that readers need. Over filled tables that costs half of keeping them while the
 * tables are filled: their random text is sorted once, instead of being put in its place row by row.
 */
export async function createIndexes(db: Kysely<Tables>, { afterIndexes }: TableWords): Promise<void> {
  for (const index of INDEXES) await createIndex(db, index);
  if (afterIndexes === null) return;
  for (const { name } of TABLES) await sql`${sql.raw(afterIndexes)} ${sql.table(name)}`.execute(db);
}

async function createTable(
  db: Kysely<Tables>,
  { name, columns, key }: Table<unknown>,
  words: TableWords,
): Promise<void> {
  const keyType = columns.find(({ column }) => column === key[0])?.kind;
  const ordered = key.length === 1 && keyType === 'bigint';
  let making: CreateTableBuilder<string, string> = db.schema.createTable<string>(name);
  for (const { column, kind } of columns) {
    const type = isText(kind) ? 'text' : ordered && column === key[0] ? words.keyType : 'bigint';
    making = making.addColumn(column, sql.raw(type), (definition) =>
      kind.endsWith('?') ? definition : definition.notNull(),
    );
  }
  making = making.addPrimaryKeyConstraint(`${name}_pk`, [...key]);
  if (!ordered && words.end !== '') making = making.modifyEnd(sql.raw(words.end));
  await making.execute();
}

const isText = (kind: Kind): boolean => kind.startsWith('text') || kind.startsWith('label');

async function createIndex(db: Kysely<Tables>, { name, table, columns, unique, only }: Index): Promise<void> {
  let making = db.schema
    .createIndex(name)
    .ifNotExists()
    .on(table)
    .columns([...columns]);
  if (unique) making = making.unique();
  // Raw: an engine takes no parameters in a definition.
  if (only !== undefined) making = making.where(sql<boolean>`(${sql.raw(only)})`);
  await making.execute();
}
