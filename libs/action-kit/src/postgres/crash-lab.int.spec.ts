import { canRun, type PostgresServer, postgresProgram, startPostgres } from '@action-do/test-support';
import pg from 'pg';
import { z } from 'zod';
import { defineAction } from '../define-action.js';
import { type CrashReport, crashLab, crashPoint } from '../testing/crash-lab.js';
import { createInboxTable, inTransaction } from './in-transaction.js';

// Skipped: only where PostgreSQL is not installed.
const suite = canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip;

suite('a transactional action in the crash lab', () => {
  let server: PostgresServer;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool({ connectionString: server.database() });
    // Of a connection that is still being closed when the server is stopped.
    pool.on('error', () => {});
    await createInboxTable(pool);
    await pool.query('create table invoices (id serial primary key, customer text)');
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  const definition = {
    name: 'write-invoice',
    params: z.object({ customer: z.string() }),
    result: z.object({ id: z.int() }),
    effects: 'transactional',
  } as const;

  async function write(client: Pick<pg.Pool, 'query'>, customer: string): Promise<{ id: number }> {
    const insert = 'insert into invoices (customer) values ($1) returning id';
    const { rows } = await client.query<{ id: number }>(insert, [customer]);
    await crashPoint('the invoice is written');
    return { id: rows[0]?.id ?? 0 };
  }

  const lab = (action: Parameters<typeof crashLab>[0]): Promise<CrashReport> =>
    crashLab(action, {
      params: { customer: 'c1' },
      countEffects: async () => (await pool.query('select 1 from invoices')).rowCount ?? 0,
      faultsMax: 1,
    });

  it('has exactly one effect with inTransaction, also where its process dies or pauses within', async () => {
    const action = defineAction({
      ...definition,
      run: ({ customer }, ctx) => inTransaction(pool, ctx, (client) => write(client, customer)),
    });
    const report = await lab(action);
    report.assertKept();
    expect(report.lives.length).toBeGreaterThan(15);
    expect(new Set(report.lives.map(({ effects, outcome }) => `${effects} ${outcome}`))).toEqual(
      new Set(['1 succeeded']),
    );
  });

  it('is caught where it only says so', async () => {
    const action = defineAction({ ...definition, run: ({ customer }) => write(pool, customer) });
    const report = await lab(action);
    expect(report.broken.map(({ faults }) => faults[0])).toContain(
      'the process dies at "the invoice is written" of call 1',
    );
  });
});
