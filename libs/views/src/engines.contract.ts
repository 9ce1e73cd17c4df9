/** Where suites of both engines put their views: one server and one database a spec file, emptied for each case. */
import { join } from 'node:path';
import {
  canRun,
  type PostgresServer,
  postgresProgram,
  startPostgres,
  temporaryFolder,
} from '@action-do/test-support';
import pg from 'pg';

/** @returns the address of an empty place; what an earlier call gave may be the same one, and is empty then */
export type MakeUrl = () => Promise<string>;

/** Calls `suite` once an engine. PostgreSQL is left out, and said to be, where it is not installed. */
export function onEachEngine(suite: (engine: string, makeUrl: MakeUrl) => void): void {
  const folder = temporaryFolder('action-do-views');
  afterAll(() => folder.remove());
  let places = 0;
  suite('libsql', async () => `embedded:${join(folder.path, `views-${++places}`)}`);

  // Skipped: only where PostgreSQL is not installed.
  (canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip)('on a real server', () => {
    let server: PostgresServer;
    let url = '';
    beforeAll(async () => {
      server = await startPostgres();
      url = await inALanguage(server.database());
    }, 60_000);
    afterAll(() => server.stop());

    suite('PostgreSQL', async () => {
      await emptyDatabase(url);
      return url;
    });
  });
}

/** A database beside that one whose text is ordered as a language has it, hyphens aside: those of many operators do. */
async function inALanguage(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(
      `create database views_en template template0 locale_provider icu icu_locale 'en-u-ka-shifted'`,
    );
  } finally {
    await client.end();
  }
  const url = new URL(connectionString);
  url.pathname = '/views_en';
  return url.href;
}

/** A database takes a tenth of a second to make, its schemas a hundredth to drop. */
async function emptyDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      String.raw`select nspname as name from pg_namespace where nspname like 'action\_do\_views%'`,
    );
    for (const { name } of found.rows) await client.query(`drop schema ${name} cascade`);
  } finally {
    await client.end();
  }
}
