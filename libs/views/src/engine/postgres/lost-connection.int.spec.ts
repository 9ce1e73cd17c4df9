import { canRun, type PostgresServer, postgresProgram, startPostgres, until } from '@action-do/test-support';
import { sql } from 'kysely';
import pg from 'pg';
import { PostgresPlace } from './postgres-place.js';

// Skipped: only where PostgreSQL is not installed.
(canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip)('a connection in use', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  it('that is lost between two statements is an error of the next one, and ends no process', async () => {
    const url = server.database();
    const killer = new pg.Client(url);
    await killer.connect();
    const place = new PostgresPlace(url);
    await place.make(1);
    const connections = await place.open(1, 'read');
    const next = connections?.db.connection().execute(async (connection) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(connection);
      const pid = rows[0]?.pid;
      await killer.query('select pg_terminate_backend($1)', [pid]);
      const there = () => killer.query('select 1 from pg_stat_activity where pid = $1', [pid]);
      await until('it is gone', async () => (await there()).rowCount === 0);
      return sql`select 1`.execute(connection);
    });
    await expect(next).rejects.toThrow();
    await Promise.all([connections?.close(), place.close(), killer.end()]);
  });
});
