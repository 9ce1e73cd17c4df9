import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Do } from './do.js';
import { execution } from './gateway-double.contract.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const holds = <T extends true>(value?: T) => value;

/** As a definition is declared by whoever makes it. */
interface Definition<N extends string, P, R> {
  readonly name: N;
  readonly version: number;
  readonly '~types'?: { readonly params: P; readonly result: R };
}
type SendMail = Definition<'send-mail', { to: string; template?: string }, { id: string }>;
type ChargeCard = Definition<'charge-card', { cents: number }, { paid: boolean }>;
const sendMail: SendMail = { name: 'send-mail', version: 1 };
const chargeCard: ChargeCard = { name: 'charge-card', version: 1 };

/** Runs against a real server, at the address that it gives. */
async function serving<T>(listener: RequestListener, use: (baseUrl: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('a client', () => {
  it('works over the real fetch, as in the first example', async () => {
    const answer: RequestListener = (request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ result: { asked: request.url }, execution: execution() }));
    };
    await serving(answer, async (baseUrl) => {
      const a = new Do('do_key', { baseUrl });
      const { result, error } = await a.action.execute({
        name: 'send-welcome-email',
        params: { userId: 'usr_1', template: 'v2' },
      });
      expect(error).toBeUndefined();
      expect(result).toEqual({ asked: '/v1/actions/send-welcome-email/executions' });
    });
  });

  it('does not follow a redirect, which would turn the call into a read', async () => {
    const answer: RequestListener = (_request, response) =>
      response.writeHead(301, { Location: '/elsewhere' }).end();
    await serving(answer, async (baseUrl) => {
      const { error } = await new Do('do_key', { baseUrl }).action.execute({ name: 'a', params: {} });
      expect(error).toMatchObject({ code: 'REQUEST_INVALID', detail: expect.stringContaining('/elsewhere') });
    });
  });

  it('is told by the real fetch that nothing answers', async () => {
    const baseUrl = await serving(
      () => undefined,
      async (address) => address,
    );
    const { error } = await new Do('do_key', {
      baseUrl,
      retriesMax: 0,
      onWarning: () => undefined,
    }).action.execute({
      name: 'a',
      params: {},
    });
    expect(error).toMatchObject({ code: 'UNAVAILABLE', effect: 'none', cause: { code: 'ECONNREFUSED' } });
  });

  it('without a key compiles, and says so at the first call', async () => {
    const a = new Do(process.env['DO_API_KEY_THAT_IS_NOT_SET']);
    const { result, error } = await a.action.execute({ name: 'send-welcome-email', params: {} });
    expect(result).toBeUndefined();
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', source: 'sdk' });
  });
});

/** Type-checked, never run. */
const typed = async () => {
  const plain = new Do('k');
  const outcome = await plain.action.execute({ name: 'whatever', params: { any: 1 } });
  holds<Same<typeof outcome.result, unknown>>();
  if (outcome.error) holds<Same<typeof outcome.result, undefined>>();
  else holds<Same<typeof outcome.error, undefined>>();

  const listed = new Do('k', { actions: [sendMail, chargeCard] });
  const mailed = await listed.action.execute({ name: 'send-mail', params: { to: 'a' } });
  holds<Same<typeof mailed.result, { id: string } | undefined>>();
  const { result, error } = mailed;
  if (error) holds<Same<typeof result, undefined>>();
  else holds<Same<typeof result, { id: string }>>();
  holds<Same<(typeof mailed & { error: undefined })['result'], { id: string }>>();
  // @ts-expect-error no action has this name
  await listed.action.execute({ name: 'send-mial', params: { to: 'a' } });
  // @ts-expect-error params of another action
  await listed.action.execute({ name: 'send-mail', params: { cents: 5 } });
  // @ts-expect-error a param of the wrong type
  await listed.action.execute({ name: 'charge-card', params: { cents: '5' } });
  // @ts-expect-error a param that is not there
  await listed.action.execute({ name: 'send-mail', params: { to: 'a', cc: 'b' } });
  // @ts-expect-error params are missing
  await listed.action.execute({ name: 'send-mail' });
  // @ts-expect-error an option that is not there
  await listed.action.execute({ name: 'send-mail', params: { to: 'a' }, timeout: 5 });

  const named = new Do('k', { actions: { sendMail, chargeCard } });
  const { result: run } = await named.action.start({ name: 'charge-card', params: { cents: 5 } });
  const waited = await run?.wait();
  holds<Same<NonNullable<typeof waited>['result'], { paid: boolean } | undefined>>();
  const thrown = await named.action.executeOrThrow({ name: 'charge-card', params: { cents: 5 } });
  holds<Same<typeof thrown.result, { paid: boolean }>>();

  // As the README says it.
  type SendInvoice = {
    name: 'send-invoice';
    '~types'?: { params: { cents: number }; result: { id: string } };
  };
  const described = new Do<[SendInvoice]>('k');
  const invoiced = await described.action.execute({ name: 'send-invoice', params: { cents: 5 } });
  holds<Same<typeof invoiced.result, { id: string } | undefined>>();
  const ofDefinition = new Do<[typeof sendMail]>('k');
  await ofDefinition.action.execute({ name: 'send-mail', params: { to: 'a' } });

  const generated = new Do<{ 'send-mail': SendMail }>('k');
  await generated.action.execute({ name: 'send-mail', params: { to: 'a' } });
  // @ts-expect-error not among the generated types
  await generated.action.execute({ name: 'charge-card', params: { cents: 5 } });
};

it('names, params and results are typed where the actions are given', () => {
  expect(typed).toBeInstanceOf(Function);
});
