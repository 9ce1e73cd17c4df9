/** On the one engine where readers keep old views from being dropped. */
import { canRun, type PostgresServer, postgresProgram, startPostgres, until } from '@action-do/test-support';
import pg from 'pg';
import { openViewsWriter } from '../open-views.js';
import type { OpenViewsWriter } from '../views.js';

// Skipped: only where PostgreSQL is not installed.
(canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip)('old views in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  it('that somebody reads keep nobody waiting at the switch, and go once they are not read any more', async () => {
    const url = server.database();
    const live = await openViewsWriter({ url });
    const next = await live.buildAnew();
    const [reader, looker] = [new pg.Client(url), new pg.Client(url)];
    await Promise.all([reader.connect(), looker.connect()]);
    const count = async (sql: string) => Number((await looker.query<{ n: string }>(sql)).rows[0]?.n);
    const waiting = () => count('select count(*) as n from pg_locks where not granted');
    const old = () => count("select count(*) as n from pg_namespace where nspname = 'action_do_views_1'");
    let over: OpenViewsWriter = live;
    try {
      await reader.query('begin');
      await reader.query('select * from action_do_views_1.audit_event');
      over = await next.takeOver();
      await until('it is tried', async () => (await waiting()) > 0);
      await until('it is given up', async () => (await waiting()) === 0);
      expect(await old()).toBe(1);
      await reader.query('commit');
      await until('they are gone', async () => (await old()) === 0);
    } finally {
      await over.close();
      await Promise.all([reader.end(), looker.end()]);
    }
  });
});
