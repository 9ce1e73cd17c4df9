import { ActionError } from '@do-sdk/actions';
import { createInboxTable } from '@do-sdk/actions/postgres';
import pg from 'pg';

export interface UserDatabase {
  /** With the tables that are needed. @throws ActionError effect none: there is no database, or none that answers */
  pool(): Promise<pg.Pool>;
  end(): Promise<void>;
}

export interface UserDatabaseOptions {
  /** How long a statement may wait for somebody else's lock. */
  readonly lockTimeoutMs?: number;
}

const USERS_TABLE = `create table if not exists example_users (
  id bigint generated always as identity primary key,
  email text not null unique,
  full_name text not null
)`;

/**
 * Connects at the first call and not when it is made, so that the sample actions can be loaded where there is no
 * PostgreSQL. What is missing is said by each call then.
 */
export function userDatabase(url: string | undefined, options: UserDatabaseOptions = {}): UserDatabase {
  const { lockTimeoutMs = 3_000 } = options;
  let opened: Promise<pg.Pool> | undefined;
  return {
    pool: () => {
      if (!url) throw new ActionError(NO_URL);
      opened ??= open(url, lockTimeoutMs).catch((cause: unknown) => {
        opened = undefined;
        throw new ActionError({ ...UNREACHABLE, cause });
      });
      return opened;
    },
    end: async () => void (await (await opened)?.end()),
  };
}

const NO_URL = {
  code: 'DATABASE_URL_MISSING',
  message:
    'create-user-record needs PostgreSQL: start with DATABASE_URL=postgres://user:password@host:5432/name',
  effect: 'none',
} as const;
const UNREACHABLE = {
  code: 'DATABASE_UNREACHABLE',
  message: 'the database of DATABASE_URL cannot be used',
  retryable: true,
  effect: 'none',
} as const;

async function open(url: string, lockTimeoutMs: number): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    lock_timeout: lockTimeoutMs,
    statement_timeout: 5_000,
  });
  // Else a lost connection that nobody uses at that moment ends the process. Who needs one next is told by then.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    // In one text, and so in one transaction of which there is one at a time: several processes may start at once.
    await createInboxTable({ query: (text) => pool.query(text + USERS_TABLE) });
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}
