import { connect } from './connection.js';
import { done, goesOn, SimClock, scripted } from './gateway-double.contract.js';

const call = { name: 'send-welcome-email', params: {} };

describe('a call that cannot succeed is answered without being sent:', () => {
  const cyclic: Record<string, unknown> = { a: {} };
  cyclic['a'] = [cyclic];
  const nested = (depth: number) => Array.from({ length: depth }).reduce((inner) => [inner], 0);
  const endless = { toJSON: () => ({ next: endless }) };
  it.each([
    ['a bigint', { id: 1n }, 'id', 'params.id: a bigint cannot be sent as JSON.'],
    ['undefined in a list', { ids: ['a', undefined] }, 'ids[1]', 'params.ids[1]: undefined cannot'],
    // biome-ignore lint/suspicious/noSparseArray: the hole is the case
    ['a hole in a list', { ids: ['a', , 'b'] }, 'ids[1]', 'params.ids[1]: undefined cannot'],
    ['a function', { on: { done: () => 1 } }, 'on.done', 'a function cannot'],
    ['a Map', { tags: new Map() }, 'tags', 'a Map cannot'],
    ['a Set', { tags: new Set() }, 'tags', 'a Set cannot'],
    ['NaN', { n: Number.NaN }, 'n', 'NaN cannot'],
    ['a cycle', cyclic, 'a[0]', 'a cycle cannot'],
    ['nothing', undefined, '', 'params: undefined cannot'],
    ['a list', [1], '', 'params: expected an object'],
    ['a text', 'usr_1', '', 'params: expected an object'],
    ['32 lists in one another', { in: nested(31) }, `in${'[0]'.repeat(30)}`, 'nested more than 31 deep'],
    ['20,000 lists in one another', { in: nested(20_000) }, `in${'[0]'.repeat(30)}`, 'nested more than 31'],
    ['toJSON without an end', { a: endless }, `a${'.next'.repeat(30)}`, 'nested more than 31 deep'],
    [
      'a getter that throws',
      {
        at: {
          get now() {
            throw new Error('too late');
          },
        },
      },
      'at.now',
      'params.at.now: reading it throws: too late.',
    ],
    [
      'a toJSON that throws',
      {
        at: new Date(Number.NaN),
        by: {
          toJSON() {
            throw 'no';
          },
        },
      },
      'by',
      'params.by: reading it throws.',
    ],
    [
      'a proxy that throws',
      {
        of: new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('revoked');
            },
          },
        ),
      },
      'of',
      'reading it throws: revoked.',
    ],
  ])('%s as params or in them', async (_what, params, path, says) => {
    const { action, seen } = scripted([done]);
    const { error } = await action.execute({ ...call, params: params as Record<string, unknown> });
    expect(error).toMatchObject({
      code: 'PARAMS_INVALID',
      source: 'sdk',
      effect: 'none',
      detail: expect.stringContaining(says),
      issues: [{ path }],
    });
    expect(seen).toHaveLength(0);
  });

  it.each([
    ['no key', undefined, 'There is no API key.'],
    ['an empty key', '', 'There is no API key.'],
    ['a key that cannot be a header', 'a\nb', 'The API key holds characters that no key has.'],
  ])('%s', async (_what, apiKey, detail) => {
    const clock = new SimClock();
    const { action, seen } = scripted([done], {}, apiKey ?? ' ');
    expect((await action.execute(call)).error).toMatchObject({
      code: 'UNAUTHENTICATED',
      source: 'sdk',
      detail,
    });
    expect((await action.get('exe_1')).error).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(seen).toHaveLength(0);
    expect(connect(undefined, {}, clock).apiKey).toBeUndefined();
  });

  it.each([
    ['no name', { name: '' }, 'REQUEST_INVALID'],
    ['version 0', { version: 0 }, 'REQUEST_INVALID'],
    ['a timeout of 0', { timeoutMs: 0 }, 'REQUEST_INVALID'],
    ['an endless timeout', { timeoutMs: Number.POSITIVE_INFINITY }, 'REQUEST_INVALID'],
    ['metadata that is no JSON', { metadata: { n: 1n as unknown as string } }, 'REQUEST_INVALID'],
    ['metadata that is no text', { metadata: { a: 1 as unknown as string } }, 'REQUEST_INVALID'],
    ['a signal that is none', { signal: {} as AbortSignal }, 'REQUEST_INVALID'],
    [
      'a controller for a signal',
      { signal: new AbortController() as unknown as AbortSignal },
      'REQUEST_INVALID',
    ],
    ['a version that has no text', { version: Symbol('1') as unknown as number }, 'REQUEST_INVALID'],
    ['a timeout that has no text', { timeoutMs: Object.create(null) as number }, 'REQUEST_INVALID'],
    ['an empty idempotency key', { idempotencyKey: '' }, 'IDEMPOTENCY_KEY_INVALID'],
    ['a key with a line break', { idempotencyKey: 'a\nb' }, 'IDEMPOTENCY_KEY_INVALID'],
    ['a key of other letters', { idempotencyKey: 'schlüssel' }, 'IDEMPOTENCY_KEY_INVALID'],
    ['an endless key', { idempotencyKey: 'k'.repeat(256) }, 'IDEMPOTENCY_KEY_INVALID'],
  ])('%s', async (_what, change, code) => {
    const { action, seen } = scripted([done]);
    expect((await action.execute({ ...call, ...change })).error).toMatchObject({ code, source: 'sdk' });
    expect(seen).toHaveLength(0);
  });
});

it.each([undefined, null, 'send-mail', []])('%j in place of a call is answered in words', async (nothing) => {
  const { action, seen } = scripted([done]);
  const says = {
    code: 'REQUEST_INVALID',
    effect: 'none',
    detail: expect.stringContaining('There is no call'),
  };
  expect((await action.execute(nothing as never)).error).toMatchObject(says);
  expect((await action.start(nothing as never)).error).toMatchObject(says);
  expect(seen).toHaveLength(0);
});

it('options of a wait that are none are answered in words', async () => {
  const { action } = scripted([goesOn]);
  const { result: run } = await action.start(call);
  expect((await run?.wait(null as never))?.error).toMatchObject({ code: 'REQUEST_INVALID' });
});

describe('params', () => {
  it('are sent as JSON says them: dates as text, members that are undefined not at all', async () => {
    const { action, seen } = scripted([done]);
    class Address {
      street = 'Main';
    }
    await action.execute({
      ...call,
      params: { at: new Date(0), no: undefined, null: null, to: new Address() },
    });
    expect(seen[0]?.body).toBe(
      '{"params":{"at":"1970-01-01T00:00:00.000Z","null":null,"to":{"street":"Main"}}}',
    );
  });

  it('with an idempotencyKey among them are sent, with one warning a client', async () => {
    const { action, seen, warnings } = scripted([done]);
    await action.execute({ ...call, params: { idempotencyKey: 'k' } });
    await action.execute({ ...call, params: { idempotencyKey: 'k' } });
    expect(seen).toHaveLength(2);
    expect(warnings).toEqual([expect.stringContaining('execute({ name, params, idempotencyKey })')]);
  });
});

describe('options of a client', () => {
  const clock = new SimClock();
  it.each([
    [{ baseUrl: 'localhost:8420' }, /baseUrl is 'localhost:8420': write an http or https URL/],
    [{ baseUrl: 'not a url' }, /baseUrl is 'not a url'/],
    [{ timeoutMs: -1 }, /timeoutMs is -1/],
    [{ retriesMax: 1.5 }, /retriesMax is 1.5/],
  ])('%j is refused where it is written', (options, says) => {
    expect(() => connect('k', options, clock)).toThrow(says);
  });

  it('take the address from DO_BASE_URL unless one is given', () => {
    const before = process.env['DO_BASE_URL'];
    try {
      process.env['DO_BASE_URL'] = 'https://do.example/base/';
      expect(connect('k', {}, clock).baseUrl).toBe('https://do.example/base');
      expect(connect('k', { baseUrl: 'http://h:1' }, clock).baseUrl).toBe('http://h:1');
      delete process.env['DO_BASE_URL'];
      expect(connect(' k\n', {}, clock)).toMatchObject({ baseUrl: 'http://127.0.0.1:8420', apiKey: 'k' });
    } finally {
      if (before !== undefined) process.env['DO_BASE_URL'] = before;
    }
  });
});
