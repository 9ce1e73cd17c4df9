/**
 * Views in a PostgreSQL database: each generation is a schema `action_do_views_<n>`, and the one row of
 * `action_do_views.live` names the live one, so that naming another is one transaction (P1). The writer's lock is an
 * advisory lock on a connection of its own, which PostgreSQL takes back when the connection goes (P2).
 */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { ViewsInUse, ViewsUnavailable } from '../../errors.js';
import type { Tables } from '../../schema/tables.js';
import type { Connections, Generations, Place, Use, WriterLock } from '../place.js';
import { AdvisoryLock } from './advisory-lock.js';
import { connectionSettings, INDEX_TIMES, isOutside, isUndefined, nameOf, reasonOf } from './connection.js';

const HOME = 'action_do_views';
const schemaOf = (generation: number): string => `${HOME}_${generation}`;
const GENERATION = /^action_do_views_([1-9][0-9]{0,8})$/;
const READERS_MAX = 8;
const SETTINGS = [
  // What a commit that was lost had written is read again from the log: nobody waits for the disk.
  sql`synchronous_commit to off`,
  // Compiling a plan takes longer than any of our queries.
  sql`jit to off`,
];
/**
 * An index is one statement, as long as there are rows. PostgreSQL 14 and later then looks now and then whether its client
 * is still there: one that was killed leaves nothing behind that works on, and holds what the next one needs.
 */
const END_WITH_US = sql`select set_config(name, '5s', false) from pg_settings where name = 'client_connection_check_interval'`;
/** How long dropping waits for those who still read, for so long does everybody wait who begins to. */
const DROP_WAIT_MS = 200;

export class PostgresPlace implements Place {
  // Statistics come by themselves only minutes after many rows did.
  readonly words = { keyType: 'bigint', end: '', afterIndexes: 'analyze', byteOrder: 'C' } as const;
  readonly locksRows = true;
  readonly name: string;
  readonly #url: string;
  readonly #home: pg.Pool;

  constructor(url: string) {
    this.#url = url;
    this.name = nameOf(url);
    this.#home = this.#pool(1);
  }

  async lock(): Promise<WriterLock> {
    const lock = await AdvisoryLock.take(connectionSettings(this.#url), () => new ViewsInUse(this.name));
    try {
      await this.#home.query(`create schema if not exists ${HOME}`);
      await this.#home.query(
        `create table if not exists ${HOME}.live (one bigint primary key check (one = 1), generation bigint not null)`,
      );
    } catch (error) {
      await lock.release();
      throw error;
    }
    return lock;
  }

  async live(): Promise<number | null> {
    try {
      const found = await this.#home.query<{ generation: bigint }>(`select generation from ${HOME}.live`);
      const [row] = found.rows;
      return row === undefined ? null : Number(row.generation);
    } catch (error) {
      if (isUndefined(error)) return null;
      throw error;
    }
  }

  async generations(): Promise<Generations> {
    const found = await this.#home.query<{ name: string }>('select nspname::text as name from pg_namespace');
    const all = found.rows
      .map(({ name }) => Number(GENERATION.exec(name)?.[1] ?? 0))
      .filter((each) => each > 0);
    return { live: await this.live(), all: all.sort((a, b) => a - b) };
  }

  async make(generation: number): Promise<void> {
    await this.#home.query(`create schema if not exists ${schemaOf(generation)}`);
  }

  async open(generation: number, use: Use): Promise<Connections | null> {
    const schema = schemaOf(generation);
    const known = await this.#home.query('select 1 from pg_namespace where nspname = $1', [schema]);
    if (known.rowCount === 0) return null;
    const db = new Kysely<Tables>({
      dialect: new PostgresDialect({
        pool: this.#pool(use === 'read' ? READERS_MAX : 1, use === 'index' ? INDEX_TIMES : {}),
        onCreateConnection: async (connection) => {
          for (const setting of [sql`search_path to ${sql.ref(schema)}`, ...SETTINGS])
            await connection.executeQuery(sql`set ${setting}`.compile(db));
          if (use === 'index') await connection.executeQuery(END_WITH_US.compile(db));
        },
      }),
    });
    return { db, close: () => db.destroy() };
  }

  async setLive(generation: number, before: number | null, within: Kysely<Tables>): Promise<boolean> {
    const live = sql.table(`${HOME}.live`);
    const set =
      before === null
        ? sql`insert into ${live} (one, generation) values (1, ${generation}) on conflict (one) do nothing`
        : sql`update ${live} set generation = ${generation} where generation = ${before}`;
    const { numAffectedRows } = await set.execute(within);
    return numAffectedRows === 1n;
  }

  async drop(generation: number): Promise<boolean> {
    const client = await this.#home.connect();
    try {
      await client.query(`set lock_timeout to ${DROP_WAIT_MS}`);
      await client.query(`drop schema if exists ${schemaOf(generation)} cascade`);
      return true;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      return false;
    } finally {
      client.release(true);
    }
  }

  wordFor(generation: number): string {
    return `the schema ${schemaOf(generation)}`;
  }

  isMissing(error: unknown): boolean {
    return isUndefined(error);
  }

  meaningOf(error: unknown): unknown {
    if (!isOutside(error)) return error;
    return new ViewsUnavailable(this.name, reasonOf(error), { cause: error });
  }

  async close(): Promise<void> {
    if (!this.#home.ended) await this.#home.end();
  }

  #pool(max: number, more: pg.PoolConfig = {}): pg.Pool {
    const pool = new pg.Pool({ ...connectionSettings(this.#url), ...more, max });
    // A connection that dies while nobody uses it: the next query opens another one.
    pool.on('error', () => {});
    // And one that dies while somebody has it: the pool looks away then, and an error that nobody hears ends the process.
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  }
}

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '55P03';
