/** The driver's one file: on newer Node, `node:sqlite` or better-sqlite3 has the same shape. */
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import Libsql from 'libsql';
import type { Tables } from '../../schema/tables.js';
import type { Use } from '../place.js';
import { CachedStatements } from './cached-statements.js';

const BUSY_TIMEOUT_MS = 5_000;

const WRITING = [
  // A lost tail does no harm: the checkpoint goes with it, and the log is read again from there.
  'journal_mode=wal',
  'synchronous=normal',
  'wal_autocheckpoint=16384',
  'journal_size_limit=67108864',
];

const PRAGMAS: Readonly<Record<Use, (folder: string) => readonly string[]>> = {
  // Half of this cache would already cost: what is written at random places of a million events' views fits in.
  write: () => [...WRITING, 'temp_store=memory', 'cache_size=-32768'],
  read: () => ['query_only=on', 'temp_store=memory', 'cache_size=-32768'],
  index: (folder) => [
    ...WRITING,
    // What is sorted does not fit into memory. Beside the views there is room, and the right to write, for sure. The folder
    // is the whole process's: nobody else here may have temporary files.
    `temp_store_directory='${folder.replaceAll("'", "''")}'`,
    'temp_store=file',
    // So much is sorted at a time.
    'cache_size=-16384',
  ],
};

/** Opens a SQLite file that exists. */
export function openLibsql(file: string, use: Use): Kysely<Tables> {
  const database = new Libsql(file);
  try {
    database.exec(`pragma busy_timeout=${BUSY_TIMEOUT_MS}`);
    for (const pragma of PRAGMAS[use](dirname(file))) database.exec(`pragma ${pragma}`);
    // Positions pass 2^53: every integer comes as a bigint.
    database.defaultSafeIntegers(true);
  } catch (error) {
    database.close();
    throw error;
  }
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: new CachedStatements(database) }) });
}

/** SQLite's own lock on a file of its own: the kernel's, so it goes with the process, also after kill -9.
 *  @returns null where somebody else holds it */
export function lockFile(file: string): { release(): void } | null {
  const database = new Libsql(file);
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (codeOf(error) === 'SQLITE_BUSY') return null;
    throw error;
  }
  return { release: () => database.close() };
}

/** SQLite's code, such as SQLITE_BUSY; undefined where the error is not the driver's. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
}
