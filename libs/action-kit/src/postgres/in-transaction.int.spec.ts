import { canRun, type PostgresServer, postgresProgram, startPostgres, until } from '@action-do/test-support';
import pg from 'pg';
import { ActionError } from '../action-error.js';
import { createInboxTable, inTransaction, type TransactionPool } from './in-transaction.js';

// Skipped: only where PostgreSQL is not installed.
const suite = canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip;

suite('an effect in one transaction with its key', () => {
  let server: PostgresServer;
  let pool: pg.Pool;
  /** Of a connection that no test cuts. */
  let looker: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
    const url = server.database();
    pool = new pg.Pool({ connectionString: url, max: 10 });
    pool.on('error', () => {});
    // For the moment between pool and caller, in which the driver's client is nobody's: see the how-to page.
    pool.on('connect', (client) => client.on('error', () => {}));
    looker = new pg.Client(url);
    await looker.connect();
    await Promise.all([createInboxTable(pool), createInboxTable(pool), createInboxTable(pool)]);
    await pool.query('create table invoices (key text, n int, unique (n) deferrable initially deferred)');
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await looker.end();
    await server.stop();
  });

  let keys = 0;
  const freshKey = () => ({ idempotencyKey: `key-${++keys}` });
  const countOf = async ({ idempotencyKey: key }: { idempotencyKey: string }) => {
    const { rows } = await looker.query<{ n: number }>(
      'select count(*)::int as n from invoices where key = $1',
      [key],
    );
    return rows[0]?.n;
  };
  const waiting = async () => {
    const waits =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into do_inbox%'";
    return (await looker.query(waits)).rowCount;
  };
  const cut = (pid: number | undefined) => looker.query('select pg_terminate_backend($1)', [pid]);
  const pidOf = async (client: pg.PoolClient) =>
    (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  const thrownBy = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is there once however often it is asked for, and the first result is given again as it was', async () => {
    const ctx = freshKey();
    let runs = 0;
    const call = () =>
      inTransaction(pool, ctx, async (client) => {
        runs++;
        await client.query('insert into invoices (key) values ($1)', [ctx.idempotencyKey]);
        return { z: runs, a: [null, 'ä', 0.1] };
      });
    expect(JSON.stringify(await call())).toBe('{"z":1,"a":[null,"ä",0.1]}');
    expect(JSON.stringify(await call())).toBe('{"z":1,"a":[null,"ä",0.1]}');
    expect([runs, await countOf(ctx)]).toEqual([1, 1]);
    expect(pool.waitingCount + pool.totalCount - pool.idleCount).toBe(0);
  });

  it('is waited for by a call with the same key: that gets the result, or does the work after a rollback', async () => {
    for (const first of ['commits', 'rolls back']) {
      const ctx = freshKey();
      let go: () => void = () => {};
      const gate = new Promise<void>((open) => {
        go = open;
      });
      const one = thrownBy(
        inTransaction(pool, ctx, async (client) => {
          await client.query('insert into invoices (key) values ($1)', [ctx.idempotencyKey]);
          await gate;
          if (first === 'rolls back') throw new Error('no');
          return 'one';
        }),
      );
      await until('the first holds the row', async () => pool.totalCount - pool.idleCount === 1);
      const two = inTransaction(pool, ctx, async (client) => {
        await client.query('insert into invoices (key) values ($1)', [ctx.idempotencyKey]);
        return 'two';
      });
      await until('the second waits', async () => (await waiting()) === 1);
      go();
      await one;
      expect(await two).toBe(first === 'commits' ? 'one' : 'two');
      expect(await countOf(ctx)).toBe(1);
    }
  });

  it('did not happen where the work throws: effect none, and the same key does it afterwards', async () => {
    const ctx = freshKey();
    const attempt = (error: unknown) =>
      thrownBy(
        inTransaction(pool, ctx, async (client) => {
          await client.query('insert into invoices (key) values ($1)', [ctx.idempotencyKey]);
          throw error;
        }),
      );
    const declined = new ActionError({ code: 'DECLINED', message: 'no', details: { why: 'limit' } });
    const { code, details, effect, retryable } = declined;
    expect(await attempt(declined)).toMatchObject({ code, details, retryable, effect: 'none' });
    expect(effect).toBe('unknown');
    const mailed = new ActionError({ code: 'MAILED', message: 'then it broke', effect: 'applied' });
    expect(await attempt(mailed)).toBe(mailed);
    const broke = new TypeError('broke');
    expect(await attempt(broke)).toMatchObject({
      name: 'ActionError',
      code: 'NOT_COMMITTED',
      message: 'nothing was committed: broke',
      effect: 'none',
      retryable: true,
      cause: broke,
    });
    expect(await countOf(ctx)).toBe(0);
    expect(await inTransaction(pool, ctx, () => 'done')).toBe('done');
  });

  it('did not happen where the result is not JSON, the server refuses COMMIT, or nobody can be reached', async () => {
    const ctx = freshKey();
    const notJson = thrownBy(inTransaction(pool, ctx, () => new Date()));
    expect(await notJson).toMatchObject({
      effect: 'none',
      message: expect.stringMatching(/Date is not JSON/),
    });
    const twice = inTransaction(pool, ctx, async (client) => {
      await client.query('insert into invoices (key, n) values ($1, 1), ($1, 1)', [ctx.idempotencyKey]);
      return null;
    });
    expect(await thrownBy(twice)).toMatchObject({ effect: 'none', message: expect.stringMatching(/unique/) });
    expect(await countOf(ctx)).toBe(0);
    const nowhere = new pg.Pool({ host: '127.0.0.1', port: 1 });
    expect(await thrownBy(inTransaction(nowhere, ctx, () => 1))).toMatchObject({ effect: 'none' });
  });

  it('did not happen where the connection is lost before COMMIT, whether or not the work sees it', async () => {
    // Nobody but inTransaction listens here for what would end the process.
    const bare = new pg.Pool(pool.options);
    for (const sees of [true, false]) {
      const ctx = freshKey();
      const call = inTransaction(bare, ctx, async (client) => {
        await client.query('insert into invoices (key) values ($1)', [ctx.idempotencyKey]);
        const lost = new Promise<void>((resolve) => client.once('end', resolve));
        await cut(await pidOf(client));
        await lost;
        if (sees) await client.query('select 1');
        return 'done';
      });
      expect(await thrownBy(call)).toMatchObject({ name: 'ActionError', effect: 'none', retryable: true });
      expect(await countOf(ctx)).toBe(0);
      expect(bare.totalCount).toBe(0);
    }
    await bare.end();
  });

  it('is unknown where a row is there without a result, which only a hand of somebody else can have left', async () => {
    const ctx = freshKey();
    const bare = new pg.Pool(pool.options);
    await pool.query('insert into do_inbox (effect_key) values ($1)', [ctx.idempotencyKey]);
    const error = await thrownBy(inTransaction(bare, ctx, () => 'done'));
    expect(error).not.toBeInstanceOf(ActionError);
    expect(error).toMatchObject({ message: expect.stringMatching(/without a result/) });
    // Its connection is in the middle of a transaction.
    expect(bare.totalCount).toBe(0);
    await bare.end();
  });

  /** The pool, with something between it and its caller: what is done at COMMIT. */
  const whenCommitting = (
    act: (client: pg.PoolClient, commit: () => Promise<unknown>) => Promise<unknown>,
  ) => ({
    connect: async () => {
      const client = await pool.connect();
      const spied: Awaited<ReturnType<TransactionPool['connect']>> = {
        query: async (text, values) => {
          if (text !== 'commit') return client.query(text, values);
          await act(client, () => client.query('commit'));
          return { rows: [] };
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
      };
      return spied;
    },
  });

  it('is unknown, and no ActionError, where the answer to COMMIT is lost; the next call finds out', async () => {
    for (const done of [true, false]) {
      const ctx = freshKey();
      const insert = 'insert into invoices (key) values ($1)';
      const lossy = whenCommitting(async (client, commit) => {
        if (done) await commit();
        await cut(await pidOf(client));
        return client.query('commit');
      });
      const error = await thrownBy(
        inTransaction(lossy, ctx, async (client) => {
          await client.query(insert, [ctx.idempotencyKey]);
          return 'first';
        }),
      );
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(ActionError);
      const next = await inTransaction(pool, ctx, async (client) => {
        await client.query(insert, [ctx.idempotencyKey]);
        return 'second';
      });
      expect([next, await countOf(ctx)]).toEqual([done ? 'first' : 'second', 1]);
    }
  });

  it('is not passed off as one transaction where the work ends that itself', async () => {
    for (const end of ['commit', 'rollback']) {
      const ctx = freshKey();
      const call = inTransaction(pool, ctx, async (client) => {
        await client.query('insert into invoices (key) values ($1)', [ctx.idempotencyKey]);
        await client.query(end);
        return 'done';
      });
      const error = await thrownBy(call);
      expect(error).not.toBeInstanceOf(ActionError);
      expect(error).toMatchObject({ message: expect.stringMatching(/^the work ended the transaction/) });
    }
  });

  it('is there exactly once a key, with many calls at once and connections that are cut at random', async () => {
    const contexts = Array.from({ length: 40 }, freshKey);
    let calls = 0;
    const cuts = { sent: 0, felt: 0 };
    const callUntilDone = async (ctx: { idempotencyKey: string }): Promise<string> => {
      for (let attempts = 1; ; attempts++) {
        try {
          return await inTransaction(pool, ctx, async (client) => {
            const result = `call ${++calls}`;
            const insert = 'insert into invoices (key) select $1 from pg_sleep(0.005)';
            await client.query(insert, [ctx.idempotencyKey]);
            return result;
          });
        } catch (error) {
          if (attempts > 500) throw error;
          cuts.felt++;
        }
      }
    };
    let going = true;
    const cutting = (async () => {
      const own = 'pid <> pg_backend_pid() and datname = current_database()';
      let seen = 0;
      while (going) {
        // One cut for each call that got as far as its work: on a busy machine cuts would come faster than work, for ever.
        if (calls === seen) {
          await looker.query('select 1');
          continue;
        }
        seen = calls;
        const any = `select pg_terminate_backend(pid) from pg_stat_activity where ${own} order by random() limit 1`;
        cuts.sent += (await looker.query(any)).rowCount ?? 0;
      }
    })();
    const results = await Promise.all(
      contexts.map((ctx) => Promise.all(Array.from({ length: 4 }, () => callUntilDone(ctx)))),
    ).finally(async () => {
      going = false;
      await cutting;
    });
    for (const same of results) expect(new Set(same).size).toBe(1);
    expect(await Promise.all(contexts.map(countOf))).toEqual(contexts.map(() => 1));
    expect(cuts.felt).toBeGreaterThan(10);
  });
});
