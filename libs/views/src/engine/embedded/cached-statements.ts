import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type Libsql from 'libsql';

/** Statements kept: more than all shapes of queries of a projector, few enough to be small. */
const STATEMENTS_MAX = 200;

/**
 * A libsql database as Kysely wants it, which prepares each text once: preparing anew for every query costs half of the
 * time and four times the memory. The least recently used statement goes first.
 */
export class CachedStatements implements SqliteDatabase {
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(readonly database: Libsql.Database) {}

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) this.#statements.delete(sql);
    const statement: SqliteStatement = known ?? this.database.prepare(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > STATEMENTS_MAX) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }
}
