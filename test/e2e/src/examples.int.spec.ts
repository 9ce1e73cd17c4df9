import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type LossyDatabaseLine,
  lossyDatabaseLine,
  type PostgresServer,
  type StartedProcess,
  startPostgres,
  startProcess,
  WELCOME_EMAIL_ACTION,
} from '@action-do/test-support';
import { patternOf } from './markdown-examples.js';
import { OnePlatform } from './one-platform.js';
import { Reader } from './reader.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The nine sample actions, and what is done outside by those who try all that their pages show. */
const PAGES = {
  'send-welcome-email': { 'mail.send': 2 },
  'update-crm-record': { 'crm.put-record': 2 },
  'charge-card': { 'cards.charge': 3, 'cards.refund': 1 },
  'create-user-record': {},
  'assign-to-sales-rep': { 'crm.assign-lead': 2 },
  'send-invoice': { 'billing.create-invoice': 2, 'billing.cancel-invoice': 1 },
  'verify-user-identity': { 'identity.begin-check': 3 },
  'setup-billing-account': { 'billing.open-account': 3, 'billing.set-plan': 2 },
  'enrich-user-profile': {},
} as const;

const one = new OnePlatform({ DO_ACTIONS: `${WELCOME_EMAIL_ACTION},${join(root, 'examples/dist/all.js')}` });
let world: StartedProcess | undefined;
let worldUrl = '';
let postgres: PostgresServer | undefined;
let line: LossyDatabaseLine | undefined;
beforeAll(async () => {
  world = await startProcess({
    command: process.execPath,
    args: ['tools/outside-world.mjs', '--port', '0', '--smtp-port', '0'],
    cwd: root,
    env: process.env,
    ready: /^outside world ready at (\S+), mail at (\S+)$/m,
    readyWithinMs: 30_000,
  });
  postgres = await startPostgres();
  const [, url = '', smtpUrl = ''] = world.ready;
  worldUrl = url;
  line = await lossyDatabaseLine(postgres.database());
  await one.start({ OUTSIDE_WORLD_URL: url, SMTP_URL: smtpUrl, DATABASE_URL: line.url });
}, 90_000);
afterAll(async () => {
  await one.end();
  await line?.stop();
  await postgres?.stop();
  await world?.stop();
});

/** How often each thing was done outside. */
async function effects(): Promise<Record<string, number>> {
  const answer = await fetch(`${worldUrl}/effects`);
  const { items } = (await answer.json()) as { items: { what: string }[] };
  const counts: Record<string, number> = {};
  for (const { what } of items) counts[what] = (counts[what] ?? 0) + 1;
  return counts;
}

async function moreThan(before: Record<string, number>): Promise<Record<string, number>> {
  const grown = Object.entries(await effects()).map(([what, n]) => [what, n - (before[what] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, n]) => n > 0));
}

describe.each(Object.entries(PAGES))('the page of %s', (name, done) => {
  const reader = new Reader(`../../examples/${name}/README.md`);
  afterAll(() => reader.leave());

  it('shows what happens, and each piece of work is done once', async () => {
    const before = await effects();
    const env = {
      DO_BASE_URL: one.platform.url,
      DO_API_KEY: one.platform.apiKey,
      OUTSIDE_WORLD_URL: worldUrl,
    };
    expect(reader.examples.length).toBeGreaterThan(1);
    for (const { name: example, output = 'nothing is shown' } of reader.examples) {
      const { out, err } = await reader.run(example, env);
      expect(out + err).toMatch(patternOf(output));
    }
    expect(await moreThan(before)).toEqual(done);
  }, 60_000);
});

describe('an answer that is lost', () => {
  const lose = async (on: string): Promise<void> => {
    const body = JSON.stringify({ on, kind: 'lose' });
    expect((await fetch(`${worldUrl}/faults`, { method: 'POST', body })).status).toBe(200);
  };

  it.each([
    ['none', 'enrich-user-profile', { email: 'alan@bletchley.example' }, 'enrichment.profile', 2, {}],
    [
      'idempotent',
      'send-invoice',
      { customerId: 'cus_9', amountCents: 5, email: 'ada@acme.example' },
      'billing.create-invoice',
      2,
      { 'billing.create-invoice': 1 },
    ],
    [
      'verifiable',
      'charge-card',
      { cardToken: 'tok_1', amountCents: 5 },
      'cards.charge',
      1,
      { 'cards.charge': 1 },
    ],
  ])('is made up for by the class %s, as %s shows', async (_class, action, params, on, attempts, done) => {
    const before = await effects();
    await lose(on);
    const { status, body } = await one.caller.execute(action, params, { key: `lost-${action}` });
    expect([status, body.execution?.attempts]).toEqual([200, attempts]);
    expect(await moreThan(before)).toEqual(done);
    const repeat = await one.caller.execute(action, params, { key: `lost-${action}` });
    expect(repeat.body).toMatchObject({ result: body.result, execution: { replayed: true } });
    expect(await moreThan(before)).toEqual(done);
  });

  it('is made up for by the class transactional, as create-user-record shows: one row, in two attempts', async () => {
    const params = { email: 'grace@navy.example', fullName: 'Grace Hopper' };
    line?.loseNextCommit();
    const { status, body } = await one.caller.execute('create-user-record', params);
    expect([status, body.execution?.attempts]).toEqual([200, 2]);
    // Of the two, for the address is taken now.
    const other = await one.caller.execute('create-user-record', { ...params, fullName: 'Grace' });
    expect(other).toMatchObject({ status: 422, body: { cause: { code: 'EMAIL_TAKEN' } } });
  });

  it('is not made up for by the class unsafe: the mail is there once, and nobody pretends to know', async () => {
    const before = await effects();
    await lose('mail.send');
    const params = { userId: 'usr_99' };
    for (const _repeat of [1, 2])
      expect(await one.caller.execute('send-welcome-email', params)).toMatchObject({
        status: 500,
        body: { code: 'OUTCOME_UNKNOWN', cause: { code: 'SMTP_ANSWER_LOST' } },
      });
    expect(await moreThan(before)).toEqual({ 'mail.send': 1 });
  });
});
