import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@action-do/test-support';
import { patternOf } from './markdown-examples.js';
import { OnePlatform } from './one-platform.js';
import { Reader } from './reader.js';

/** What docs/how-to/when-the-outcome-is-unknown.md shows, as a reader does it. */
const reader = new Reader('when-the-outcome-is-unknown.md');
const one = new OnePlatform({ DO_ACTIONS: reader.file('pay-invoice.mjs'), DO_LEASE_MS: '100' }, 'in-process');
const cut = join(reader.path, 'line-is-cut');
const ids: string[] = [];

const env = (id = '') => ({ DO_BASE_URL: one.platform.url, DO_API_KEY: one.platform.apiKey, ID: id });
const of = async (id: string) => (await one.caller.ask(id)).body;

beforeAll(async () => {
  writeFileSync(cut, '');
  await one.start();
  for (const invoiceId of ['17', '18', '19', '20']) {
    const { status, body } = await one.caller.execute('pay-invoice', { invoiceId });
    expect([status, body.code]).toEqual([500, 'OUTCOME_UNKNOWN']);
    ids.push(body.executionId ?? '');
  }
}, 60_000);
afterAll(async () => {
  await one.end();
  reader.leave();
});

it('they are found, and looked at', async () => {
  await until('the lists show them', async () => {
    const { out } = await reader.run('find', env());
    return ids.every((id) => out.split(id).length >= 3);
  });
  const { code, out } = await reader.run('look', env(ids[0]));
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/"invoiceId": "17"[\s\S]*nobody can say how attempt 1 ended/),
  ]);
}, 30_000);

it('they are settled by the command line, by HTTP and by a program, once the attempt can be at work no more', async () => {
  const [cli = '', curl = '', sdk = ''] = ids;
  // It waits by itself until that may be said.
  expect((await reader.run('resolve-cli', env(cli))).code).toBe(0);
  expect(await of(cli)).toMatchObject({
    result: { paymentId: 'pay_17' },
    execution: { status: 'succeeded' },
  });
  const { code, out } = await reader.run('look', env(cli));
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(
      /settled by operator .*looked into the account; evidence: statement 2026-11, line 4/,
    ),
  ]);

  await until('it is late enough for the second', async () => {
    await reader.run('resolve-curl', env(curl));
    return (await of(curl)).execution?.status !== 'unknown';
  });
  expect((await of(curl)).execution).toMatchObject({ status: 'failed', effect: 'none' });

  const { out: said, err } = await reader.run('resolve-sdk', env(sdk));
  expect([said, err]).toEqual([
    expect.stringMatching(patternOf(reader.example('resolve-sdk').output ?? '')),
    '',
  ]);
}, 30_000);

it('or are done again', async () => {
  const id = ids[3] ?? '';
  const { code, out } = await reader.run('retry', env(id));
  expect([code, out, existsSync(cut)]).toEqual([0, expect.stringContaining('"paymentId": "pay_20"'), false]);
  expect((await of(id)).execution).toMatchObject({ status: 'failed', error: { code: 'OUTCOME_UNKNOWN' } });
}, 30_000);
