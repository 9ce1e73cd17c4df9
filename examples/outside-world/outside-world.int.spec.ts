import { connect } from 'node:net';
import { freePort, until } from '@action-do/local-servers';
import { triedWorld } from '../tried-action.contract.js';
import { Effects } from './effects.js';
import { OutsideWorld } from './outside-world.js';

const tried = triedWorld();

interface Said {
  readonly endpoints?: readonly { readonly name: string }[];
  readonly items?: readonly object[];
  readonly hanging?: number;
}

/** As anybody with curl would. */
async function ask(method: string, path: string, body?: string | object) {
  const response = await fetch(new URL(path, tried.world.url), {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Said };
}
const order = { cardToken: 'tok_visa', amountCents: 5, currency: 'EUR', reference: 'r' };

describe('the outside world', () => {
  it('lists what it can be asked, and every one of these can be told to go wrong', async () => {
    const { body } = await ask('GET', '/');
    const names = body.endpoints?.map(({ name }) => name) ?? [];
    expect(names).toEqual(expect.arrayContaining(['cards.charge', 'crm.put-record', 'mail.send']));
    for (const on of names)
      expect(await ask('POST', '/faults', { on, kind: 'fail' })).toMatchObject({
        status: 200,
        body: { on, times: 1, status: 503 },
      });
    expect((await ask('GET', '/faults')).body.items).toHaveLength(names.length);
  });

  it('fails, loses or hangs as often as it was told, then works again, and tells what it did', async () => {
    const before = tried.countOf('cards.charge');
    await ask('POST', '/faults', { on: 'cards.charge', kind: 'fail', times: 2, status: 500 });
    for (const status of [500, 500, 201])
      expect(await ask('POST', '/cards/charges', order)).toMatchObject({ status });
    await ask('POST', '/faults', { on: 'cards.charge', kind: 'lose' });
    await expect(ask('POST', '/cards/charges', order)).rejects.toThrow();
    expect((await ask('GET', '/effects?what=cards.charge')).body.items).toHaveLength(before + 2);
    await ask('POST', '/faults', { on: 'cards.charge', kind: 'hang' });
    const hanging = ask('POST', '/cards/charges', order);
    const cut = expect(hanging).rejects.toThrow();
    await until('it hangs', async () => (await ask('GET', '/faults')).body.hanging === 1);
    await ask('POST', '/faults', { on: 'cards.find', kind: 'fail' });
    await ask('DELETE', '/faults');
    await cut;
    expect((await ask('GET', '/faults')).body).toEqual({ items: [], hanging: 0 });
    expect(tried.countOf('cards.charge')).toBe(before + 2);
  });

  it.each([
    ['of what is not there', 'GET', '/cards', undefined, 404, 'NO_SUCH_ENDPOINT', 'GET / lists all'],
    ['that is not JSON', 'POST', '/cards/charges', 'charge!', 400, 'BODY_INVALID', 'not JSON'],
    ['without what is needed', 'POST', '/cards/charges', {}, 422, 'BODY_INVALID', 'cardToken: '],
    ['with what is unknown', 'POST', '/cards/charges', { ...order, cvc: 1 }, 422, 'BODY_INVALID', 'cvc'],
    ['that is too large', 'POST', '/cards/charges', ' '.repeat(65_537), 413, 'BODY_TOO_LARGE', '65536'],
    [
      'for an unknown fault',
      'POST',
      '/faults',
      { on: 'cards.charge', kind: 'burn' },
      422,
      'FAULT_INVALID',
      'kind: ',
    ],
    [
      'for a fault nowhere',
      'POST',
      '/faults',
      { on: 'x', kind: 'fail' },
      422,
      'FAULT_INVALID',
      'there are crm.put',
    ],
    ['without a body', 'POST', '/faults', undefined, 422, 'FAULT_INVALID', 'body: '],
  ])('answers a request %s with what is wrong', async (_what, method, path, body, status, code, words) => {
    expect(await ask(method, path, body)).toEqual({
      status,
      body: { code, message: expect.stringContaining(words) },
    });
  });

  it('says so when it is full, and does nothing more', () => {
    const effects = new Effects();
    for (let n = 0; n < 10_000; n++) effects.did('x', {});
    expect(() => effects.did('x', {})).toThrow('start the outside world anew');
    expect(effects.list()).toHaveLength(10_000);
  });

  it('is on loopback alone, and does not start on a port that is taken', async () => {
    expect(new URL(tried.world.url).hostname).toBe('127.0.0.1');
    const smtpPort = Number(new URL(tried.world.smtpUrl).port);
    const port = await freePort();
    await expect(OutsideWorld.start({ port, smtpPort })).rejects.toThrow('EADDRINUSE');
    // And has let go of the one that was free.
    const world = await OutsideWorld.start({ port });
    await world.stop();
  });

  it('outlives a mail that has no end', async () => {
    const socket = connect(Number(new URL(tried.world.smtpUrl).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.resume().write(`DATA\r\n${'x'.repeat(300_000)}`);
    await closed;
    expect(await ask('GET', '/')).toMatchObject({ status: 200 });
  });
});
