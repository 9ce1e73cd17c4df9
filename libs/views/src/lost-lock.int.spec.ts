/** What keeps two writers apart where the lock does not: it hangs on a connection, and one that broke may be unseen. */
import { canRun, type PostgresServer, postgresProgram, startPostgres, until } from '@action-do/test-support';
import pg from 'pg';
import { PostgresPlace } from './engine/postgres/postgres-place.js';
import { ViewsInUse } from './errors.js';
import { openGeneration } from './generations/open-generation.js';
import { openViewsReader } from './open-views.js';
import { changes, execution } from './sample-rows.contract.js';

// Skipped: only where PostgreSQL is not installed.
const suite = canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip;

/** Holds the lock as far as it knows. */
class BlindPlace extends PostgresPlace {
  override async lock() {
    const lock = await super.lock();
    return { check: async () => {}, release: () => lock.release() };
  }
}

const ignore = (): void => {};
const batch = (position: bigint, number: number) => changes(position, { executions: [execution(number)] });

suite('two writers of one place, of which the second took the lock away', () => {
  let server: PostgresServer;
  let url: string;
  let admin: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  beforeEach(async () => {
    url = server.database();
    admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query('drop schema if exists action_do_views, action_do_views_1, action_do_views_2 cascade');
  });
  afterEach(() => admin.end());

  const breakLock = async (): Promise<void> => {
    const { rowCount } = await admin.query(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted",
    );
    expect(rowCount).toBe(1);
    await until('the lock is free', async () => {
      const left = await admin.query("select 1 from pg_locks where locktype = 'advisory'");
      return left.rowCount === 0;
    });
  };
  const numbers = async (): Promise<number> => {
    const reader = await openViewsReader({ url });
    const { execution: count } = (await reader.counts()) ?? {};
    await reader.close();
    return count ?? -1;
  };

  const liveOf = async (): Promise<number | null> => {
    const place = new PostgresPlace(url);
    const live = await place.live();
    await place.close();
    return live;
  };

  it.each([
    ['sees that', PostgresPlace],
    ['does not see that', BlindPlace],
  ])('the first, which %s, fails at its next batch and changes nothing', async (_, ItsPlace) => {
    const first = await openGeneration(new ItsPlace(url), ignore);
    await first.checkpoint();
    await first.apply(batch(10n, 1));
    await breakLock();
    const second = await openGeneration(new PostgresPlace(url), ignore);
    expect(await second.checkpoint()).toMatchObject({ position: 10n });
    await second.apply(batch(20n, 2));
    await expect(first.apply(batch(30n, 3))).rejects.toBeInstanceOf(ViewsInUse);
    expect([await second.checkpoint(), await numbers()]).toMatchObject([{ position: 20n }, 2]);
    await Promise.all([first.close(), second.close()]);
  });

  it('of two batches at once one is written, and nothing of the other', async () => {
    const first = await openGeneration(new BlindPlace(url), ignore);
    await first.checkpoint();
    await first.apply(batch(10n, 1));
    await breakLock();
    const second = await openGeneration(new BlindPlace(url), ignore);
    await second.checkpoint();
    await admin.query('begin');
    await admin.query('select 1 from action_do_views_1.checkpoint for update');
    const writes = [first.apply(batch(20n, 2)), second.apply(batch(30n, 3))];
    const settled = Promise.allSettled(writes);
    await until('both wait', async () => {
      const waiting = await admin.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'");
      return waiting.rowCount === 2;
    });
    await admin.query('commit');
    const failed = (await settled).flatMap((write) => (write.status === 'rejected' ? [write.reason] : []));
    expect(failed).toEqual([expect.any(ViewsInUse)]);
    expect(await numbers()).toBe(2);
    await Promise.all([first.close(), second.close()]);
  });

  it('the first does not make views live that the second has gone on filling', async () => {
    const first = await openGeneration(new BlindPlace(url), ignore, { fillFirst: true });
    await first.checkpoint();
    await breakLock();
    const second = await openGeneration(new PostgresPlace(url), ignore, { fillFirst: true });
    await second.checkpoint();
    await second.apply(batch(10n, 1));
    await expect(first.goLive()).rejects.toBeInstanceOf(ViewsInUse);
    expect([first.live, await liveOf()]).toEqual([false, null]);
    await second.goLive();
    expect(await liveOf()).toBe(1);
    await Promise.all([first.close(), second.close()]);
  });

  it('the first does not put others in the place of those that the second made live', async () => {
    const writer = await openGeneration(new PostgresPlace(url), ignore, { fillFirst: true });
    const { db } = writer.connections;
    const place = new PostgresPlace(url);
    const set = (generation: number, before: number | null) => place.setLive(generation, before, db);
    const done = [await set(1, null), await set(2, null), await set(2, 1), await set(3, 1)];
    expect([done, await liveOf()]).toEqual([[true, false, true, false], 2]);
    await Promise.all([place.close(), writer.close()]);
  });
});
