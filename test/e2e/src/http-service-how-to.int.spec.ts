import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from '@action-do/test-support';
import { OnePlatform } from './one-platform.js';
import { Reader } from './reader.js';

/** What docs/how-to/wrap-an-http-service.md shows, as a reader does it. */
const reader = new Reader('wrap-an-http-service.md');
const BILLING_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
/** Not for the outcome of what waits for the service. */
const RESPOND = { prefer: 'wait=1' };
let port = 0;
let one: OnePlatform;
let end = (): void => {};

/** One that is free, for the page's service takes a number. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const startBilling = async (secret = BILLING_SECRET): Promise<void> => {
  const env = { PATH: process.env['PATH'], PORT: String(port), BILLING_SECRET: secret };
  const child = spawn(process.execPath, [reader.file('billing.mjs')], { env });
  end = () => child.kill();
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text;
  });
  await until('it listens', () => said.includes('billing listens'));
};

beforeAll(async () => {
  port = await freePort();
  one = new OnePlatform({ DO_ACTIONS: '', DO_HTTP_ALLOW: `localhost:${port}` }, 'in-process');
  await Promise.all([one.start(), startBilling()]);
}, 60_000);
afterAll(async () => {
  end();
  await one.end();
  reader.leave();
});
const env = () => ({
  DO_BASE_URL: one.platform.url,
  DO_API_KEY: one.platform.apiKey,
  PORT: String(port),
  BILLING_SECRET,
});

it('is registered and executed as the page has it, once for the same params', async () => {
  const registered = await reader.run('register', env());
  expect(JSON.parse(registered.out)).toMatchObject({ status: 'registered' });
  for (const _ of [1, 2]) {
    const { out } = await reader.run('execute', env());
    expect(JSON.parse(out)).toMatchObject({
      result: { invoiceId: 'inv_c1' },
      execution: { status: 'succeeded', attempts: 1 },
    });
  }
}, 30_000);

it('a declared failure is told to the caller, without an effect', async () => {
  const params = { customerId: 'c2', amountCents: 2_000_000 };
  const { body } = await one.caller.execute('create-invoice', params);
  expect(body).toMatchObject({
    code: 'ACTION_FAILED',
    effect: 'none',
    cause: { code: 'OVER_LIMIT', message: 'more than 10,000 is not billed' },
  });
}, 30_000);

it('is undone by the service', async () => {
  const { body } = await one.caller.execute('create-invoice', { customerId: 'c3', amountCents: 1 });
  const id = body.execution?.id ?? '';
  const undone = await one.caller.control(id, 'undo', { reason: 'wrong customer' });
  expect(undone.body.execution).toMatchObject({ status: 'undone' });
}, 30_000);

it('is NO_HANDLER while the service is away', async () => {
  end();
  let amountCents = 100;
  await until('it is known to be away', async () => {
    const { body } = await one.caller.execute(
      'create-invoice',
      { customerId: 'c4', amountCents: amountCents++ },
      RESPOND,
    );
    return body.code === 'NO_HANDLER';
  });
}, 30_000);

it('that does not know the secret refuses it', async () => {
  await startBilling(`whsec_${Buffer.alloc(32, 1).toString('base64')}`);
  await until('it is known to be there', async () => {
    const { body } = await one.caller.execute('create-invoice', { customerId: 'c5', amountCents: 1 });
    return body.cause?.code === 'HTTP_401';
  });
}, 30_000);
