import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { canRun, postgresProgram, startPostgres, temporaryFolder } from '@action-do/test-support';
import { INBOX_TABLE_SQL } from '@do-sdk/actions/postgres';
import { examplesIn, patternOf } from './markdown-examples.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);
const pageOf = (page: string): string => readFileSync(join(root, 'docs/how-to', page), 'utf8');

describe('what the how-to pages for authors show', () => {
  const folder = temporaryFolder('action-do-authors');
  beforeAll(() => {
    mkdirSync(join(folder.path, 'node_modules'));
    for (const name of ['@do-sdk', 'zod', 'pg'])
      symlinkSync(join(root, 'node_modules', name), join(folder.path, 'node_modules', name));
  });
  afterAll(() => folder.remove());

  const write = (file: string, code: string): void => writeFileSync(join(folder.path, file), code);
  const node = (file: string, env: Record<string, string> = {}) =>
    run(process.execPath, [file], { cwd: folder.path, env: { PATH: process.env['PATH'], ...env } });

  it('as an action whose test passes, and one whose report names the life that broke its promise', async () => {
    const [careful, careless, ...more] = examplesIn(pageOf('test-an-action-with-the-crash-lab.md'));
    expect(more).toEqual([]);
    write('send-invoice.test.mjs', careful?.code ?? '');
    expect((await node('send-invoice.test.mjs')).stdout).toMatch(/^# pass 1$|^ℹ pass 1$/m);
    write('careless.mjs', careless?.code ?? '');
    expect((await node('careless.mjs')).stdout).toMatch(patternOf(careless?.output ?? 'nothing'));
  });

  it('as two versions beside each other', async () => {
    const [module] = examplesIn(pageOf('release-a-new-version.md'));
    write('invoices.mjs', module?.code ?? '');
    write(
      'both.mjs',
      `
      import { performAction } from '@do-sdk/actions';
      import { first, second } from './invoices.mjs';
      const ids = { idempotencyKey: 'k' };
      const told = [
        await performAction(first, { customerId: 'c1', euros: 12.5 }, ids),
        await performAction(second, { customerId: 'c1', cents: 1250 }, ids),
      ];
      console.log(JSON.stringify([first.version, second.version, ...told]));
      `,
    );
    const invoice = { ok: true, result: { invoiceId: 'inv_c1_1250' } };
    expect(JSON.parse((await node('both.mjs')).stdout)).toEqual([1, 2, invoice, invoice]);
  });

  it('as a function that opens one account a key, and repeats nothing that is sensitive', async () => {
    const [action, bank, trying, ...more] = examplesIn(pageOf('write-an-action.md'));
    expect(more).toEqual([]);
    for (const file of [action, bank]) write(file?.name ?? '', file?.code ?? '');
    write('try.mjs', trying?.code ?? '');
    expect((await node('try.mjs')).stdout).toMatch(patternOf(trying?.output ?? 'nothing'));
  });

  // Skipped: only where PostgreSQL is not installed.
  const withPostgres = canRun(postgresProgram(), 'PostgreSQL') ? it : it.skip;

  withPostgres('as an action that writes one invoice a key, into tables as the page says', async () => {
    const page = pageOf('keep-an-effect-in-one-transaction.md');
    const [example, ...more] = examplesIn(page);
    expect(more).toEqual([]);
    expect(page).toContain(`\`\`\`sql${INBOX_TABLE_SQL}\`\`\``);
    write('write-invoice.mjs', example?.code ?? '');
    write(
      'twice.mjs',
      `
      import { performAction } from '@do-sdk/actions';
      import pg from 'pg';
      import { writeInvoice } from './write-invoice.mjs';
      const client = new pg.Client(process.env.DATABASE_URL);
      await client.connect();
      await client.query('create table invoices (id serial, customer text, cents int)');
      const call = (key) => performAction(writeInvoice, { customerId: 'c1', amountCents: 5 }, { idempotencyKey: key });
      const told = [await call('k1'), await call('k1'), await call('k2')];
      const { rows } = await client.query('select id, customer, cents from invoices');
      process.stdout.write(JSON.stringify({ told, rows }), () => process.exit());
      `,
    );
    const server = await startPostgres();
    try {
      const { stdout } = await node('twice.mjs', { DATABASE_URL: server.database() });
      const invoice = (id: number) => ({ ok: true, result: { invoiceId: id } });
      expect(JSON.parse(stdout)).toEqual({
        told: [invoice(1), invoice(1), invoice(2)],
        rows: [1, 2].map((id) => ({ id, customer: 'c1', cents: 5 })),
      });
    } finally {
      await server.stop();
    }
  });
});
