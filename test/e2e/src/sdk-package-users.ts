/** What a user of the packages may write, tried by sdk-package.int.spec.ts outside of the repository. */

export const TESTING_JS = `
  import { ActionError, defineAction } from '@do-sdk/actions';
  import { inTransaction } from '@do-sdk/actions/postgres';
  import { crashLab, crashPoint } from '@do-sdk/actions/testing';
  import { z } from 'zod';
  const said = [];
  const client = { query: async (text) => (said.push(text.split(' ')[0]), { rows: [{ transaction: '1' }] }),
    release() {}, on() {}, removeListener() {} };
  const sent = [];
  const action = (run) => defineAction({ name: 'send', params: z.object({ to: z.string() }), result: z.null(),
    effects: 'idempotent', run });
  const lab = async (run) => String(await crashLab(action(run), { params: { to: 'a' }, countEffects: () => sent.length }));
  const careless = await lab(async () => (sent.push('a'), await crashPoint('sent'), null));
  const careful = await lab(async (_, { idempotencyKey: key }) => (sent.includes(key) || sent.push(key), null));
  const result = await inTransaction({ connect: async () => client }, { idempotencyKey: 'k' }, () => 'done');
  const failing = inTransaction({ connect: () => Promise.reject(Error('no')) }, { idempotencyKey: 'k' }, () => 1);
  const error = await failing.catch((caught) => caught);
  process.stdout.write(JSON.stringify({ said, result, ofOneCopy: error instanceof ActionError,
    verdicts: [careless, careful].map((table) => table.split('\\n')[0]) }));
`;

export const FIRST_EXAMPLE_TS = `
  import { Do } from '@do-sdk/core';
  const a = new Do(process.env.DO_API_KEY);
  const { result, error } = await a.action.execute({
    name: 'send-welcome-email',
    params: { userId: 'usr_1', template: 'v2' },
  });
  if (error) console.error(error.code, error.hint);
  else console.log(result);
  const aborting: AbortSignal = AbortSignal.timeout(5);
  await a.action.execute({ name: 'x', params: {}, signal: aborting });
  new Do('k', { fetch: globalThis.fetch });
`;
export const TYPED_TS = `
  import { Do } from '@do-sdk/core';
  import { defineAction } from '@do-sdk/actions';
  import { z } from 'zod';
  export const sendMail = defineAction({
    name: 'send-mail',
    params: z.object({ to: z.string(), template: z.string().default('plain') }),
    result: z.object({ id: z.string() }),
    effects: 'idempotent',
    run: ({ to, template }) => ({ id: to + template }),
  });
  export const d = new Do('key', { actions: [sendMail] });
  export const id = async (): Promise<string | undefined> => {
    const { result, error } = await d.action.execute({ name: 'send-mail', params: { to: 'a' } });
    return error ? undefined : result.id;
  };
`;
export const TESTING_TS = `
  import { inTransaction } from '@do-sdk/actions/postgres';
  import { crashLab, type CrashReport } from '@do-sdk/actions/testing';
  import { sendMail } from './typed.js';
  interface Client { query(text: string, values?: unknown[]): Promise<{ rows: { n: number }[] }>; mine: true;
    release(destroy?: boolean): void; on(event: 'error', listener: (error: Error) => void): unknown;
    removeListener(event: 'error', listener: (error: Error) => void): unknown; }
  declare const pool: { connect(): Promise<Client>; connect(callback: (client?: Client) => void): void };
  export const one: Promise<number | undefined> = inTransaction(pool, { idempotencyKey: 'k' }, async (client) =>
    client.mine ? (await client.query('select 1 as n')).rows[0]?.n : undefined);
  export const report: Promise<CrashReport> = crashLab(sendMail, {
    params: (life) => ({ to: String(life) }),
    countEffects: ({ params }) => params.to.length,
  });
`;
export const WRONG_TS = `
  import { d } from './typed.js';
  await d.action.execute({ name: 'send-mial', params: { to: 'a' } });
  await d.action.execute({ name: 'send-mail', params: { to: 5 } });
`;
