import type { ActionDocument } from './catalogue-wire.js';
import { DoError } from './do-error.js';
import { cut, execution, hangs, json, page, refusal, scripted } from './gateway-double.contract.js';

const event = (n: number) => ({ eventId: `e${n}`, type: 'ActionRequested' });
const events = (numbers: readonly number[], nextCursor: string | null = null) =>
  json(200, { items: numbers.map(event), nextCursor, position: 'log-7', lagEvents: '0' });

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of list) found.push(item);
  return found;
}

const thrownBy = (list: AsyncIterable<unknown>): Promise<unknown> =>
  all(list).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('audit.query', () => {
  it('goes over all pages, with the same filters, key and position', async () => {
    const { audit, seen } = scripted([events([1, 2], 'c/1'), events([], 'c2'), events([3])]);
    const found = await all(audit.query({ action: 'a', minPosition: execution().position }));
    expect(found).toEqual([event(1), event(2), event(3)]);
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/audit/events?action=a',
      'GET /v1/audit/events?action=a&cursor=c%2F1',
      'GET /v1/audit/events?action=a&cursor=c2',
    ]);
    for (const { headers } of seen)
      expect(Object.fromEntries(headers)).toEqual({
        authorization: 'Bearer do_key',
        'do-min-position': 'log-7',
      });
  });

  it('writes every filter', async () => {
    const { audit, seen } = scripted([events([])]);
    await all(
      audit.query({
        action: ['send-mail', '-pay'],
        version: [1, '-2'],
        actor: 'a b&c',
        status: ['-succeeded', 'failed'],
        type: 'ActionFailed',
        errorCode: 'TIMED_OUT',
        key: '-k',
        since: new Date('2030-01-01T00:00:00Z'),
        until: '2030-01-02T00:00:00+02:00',
        execution: 'exe_1',
        correlationId: 'c',
        workflowRun: undefined,
        params: { userId: 'usr_1', 'items[0].sku': [7, true], '\ud800': '\udfff' },
        limit: 500,
      }),
    );
    const url = new URL(seen[0]?.path ?? '', 'http://do.test');
    expect([...url.searchParams]).toEqual(
      [
        ['action', 'send-mail'],
        ['action', '-pay'],
        ['version', '1'],
        ['version', '-2'],
        ['actor', 'a b&c'],
        ['status', '-succeeded'],
        ['status', 'failed'],
        ['type', 'ActionFailed'],
        ['errorCode', 'TIMED_OUT'],
        ['key', '-k'],
        ['since', '2030-01-01T00:00:00.000Z'],
        ['until', '2030-01-02T00:00:00+02:00'],
        ['execution', 'exe_1'],
        ['correlationId', 'c'],
        ['params.userId', 'usr_1'],
        ['params.items[0].sku', '7'],
        ['params.items[0].sku', 'true'],
        ['params.\ufffd', '\ufffd'],
        ['limit', '500'],
      ].toSorted(([a = ''], [b = '']) => Number(a.startsWith('params')) - Number(b.startsWith('params'))),
    );
  });

  it('asks for nothing before it is looped over, and for no page before it is needed', async () => {
    const { audit, seen } = scripted([events([1, 2], 'c1'), events([3])]);
    const list = audit.query();
    expect(seen).toHaveLength(0);
    for await (const { eventId } of list) if (eventId === 'e2') break;
    expect(seen.map(({ path }) => path)).toEqual(['/v1/audit/events']);
    // Each loop begins anew.
    for await (const { eventId } of list) expect(eventId).toBe('e3');
    expect(seen).toHaveLength(2);
  });

  it('repeats a page through trouble as execute does, each page within its own time', async () => {
    const slow = async (...args: Parameters<typeof cut>) => {
      await args[1].pass(700);
      return events([1], `c${args[1].now()}`)(...args);
    };
    const { audit, seen } = scripted([cut, refusal(503, { code: 'UNAVAILABLE' }), slow, slow, events([2])]);
    expect(await all(audit.query({ timeoutMs: 1_000 }))).toHaveLength(3);
    expect(seen).toHaveLength(5);
  });

  it.each([
    ['a refusal', refusal(400, { code: 'REQUEST_INVALID', source: 'gateway' }), 'REQUEST_INVALID'],
    ['trouble that does not end', hangs, 'UNAVAILABLE'],
    ['a foreign page', page(200), 'REQUEST_INVALID'],
    ['no list', json(200, { items: 'many' }), 'REQUEST_INVALID'],
    ['a list of something else', json(200, { items: [1] }), 'REQUEST_INVALID'],
    ['the same page for ever', events([1], 'c1'), 'REQUEST_INVALID'],
  ])('throws DoError out of the loop after %s, what came before it kept', async (_what, answer, code) => {
    const { audit } = scripted([events([1], 'c1'), answer], { timeoutMs: 2_000 });
    const found: unknown[] = [];
    const loop = async () => {
      for await (const item of audit.query()) found.push(item);
    };
    const thrown: unknown = await loop().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(DoError);
    expect(thrown).toMatchObject({ code });
    expect(found[0]).toEqual(event(1));
  });

  it.each<[string, object | null, string]>([
    ['no object', null, 'the query is no object.'],
    ['an empty list', { action: [] }, 'action: the list is empty'],
    ['a date that is none', { since: new Date(Number.NaN) }, 'since: expected'],
    ['null', { actor: null }, 'actor: expected'],
    ['an object', { actor: { id: 'a' } }, 'actor: expected'],
    ['a hole', { actor: ['a', undefined] }, 'actor: expected'],
    ['a value of a path that is none', { params: { a: { b: 1 } } }, 'params.a: expected'],
    ['params that are none', { params: 'a=1' }, 'params: expected'],
    ['a position that is none', { minPosition: 'log 7' }, 'minPosition: expected'],
    ['no time', { timeoutMs: 0 }, 'timeoutMs is 0'],
  ])('refuses %s without sending anything', async (_what, query, detail) => {
    const { audit, seen } = scripted([events([])]);
    const thrown = await thrownBy(audit.query(query as object));
    expect(thrown).toMatchObject({ code: 'REQUEST_INVALID', detail: expect.stringContaining(detail) });
    expect(seen).toHaveLength(0);
  });

  it('sends a name that it does not know, for the gateway to refuse it', async () => {
    const { audit, seen } = scripted([refusal(400, { code: 'REQUEST_INVALID' })]);
    await thrownBy(audit.query({ acton: 'a' } as object));
    expect(seen[0]?.path).toBe('/v1/audit/events?acton=a');
  });

  it('without a key says so at the first item', async () => {
    expect(await thrownBy(scripted([events([])], {}, ' ').audit.query())).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('ends with the signal', async () => {
    const { audit, seen } = scripted([events([1], 'c1'), events([2])]);
    const controller = new AbortController();
    const loop = async () => {
      for await (const _ of audit.query({ signal: controller.signal })) controller.abort();
    };
    await expect(loop()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(seen).toHaveLength(1);
  });
});

describe('audit.get', () => {
  it('gives the events of one execution in order, over its pages', async () => {
    const { audit, seen } = scripted([events([1], '4'), json(200, { items: [event(2)] })]);
    expect(await audit.get('a/b')).toEqual({ result: [event(1), event(2)], error: undefined });
    expect(seen.map(({ path }) => path)).toEqual([
      '/v1/executions/a%2Fb/events',
      '/v1/executions/a%2Fb/events?cursor=4',
    ]);
  });

  it('returns what is wrong as an error', async () => {
    const { audit } = scripted([refusal(404, { code: 'NOT_FOUND' })]);
    expect(await audit.get('exe_1')).toMatchObject({ result: undefined, error: { code: 'NOT_FOUND' } });
    expect(await audit.get('exe_1', { timeoutMs: -1 })).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
  });
});

describe('action.list', () => {
  it('goes over the executions that a query finds', async () => {
    const listed = { ...execution(), params: { userId: 'usr_1' }, result: 5 };
    const { action, seen } = scripted([json(200, { items: [listed], nextCursor: null })]);
    const [found] = await all(action.list({ status: ['failed', 'unknown'], key: 'k' }));
    expect(found).toEqual(listed);
    expect(seen.map(({ path }) => path)).toEqual(['/v1/executions?status=failed&status=unknown&key=k']);
  });
});

describe('actions', () => {
  const document: ActionDocument = { name: 'pay', params: { type: 'object' }, result: {}, effects: 'none' };
  const registered = json(200, { status: 'registered', digest: 'ab', position: 'log-8' });

  it('are listed over all pages', async () => {
    const version = { name: 'pay', version: 1, handlers: 'present' };
    const { actions, seen } = scripted([
      json(200, { items: [version], nextCursor: 'c1' }),
      json(200, { items: [{ ...version, version: 2 }], nextCursor: null }),
    ]);
    const query = {
      action: ['pay', '-ship'],
      status: '-retired',
      target: 'bus',
      minPosition: 'log-8',
    } as const;
    expect(await all(actions.list(query))).toEqual([version, { ...version, version: 2 }]);
    expect(seen.map(({ path }) => path)).toEqual([
      '/v1/actions?action=pay&action=-ship&status=-retired&target=bus',
      '/v1/actions?action=pay&action=-ship&status=-retired&target=bus&cursor=c1',
    ]);
    expect(seen[0]?.headers.get('do-min-position')).toBe('log-8');
  });

  it('are had one by one, with all versions', async () => {
    const action = { name: 'a/b', newest: 1, versions: [] };
    const { actions, seen } = scripted([json(200, { action })]);
    expect(await actions.get('a/b')).toEqual({ result: action, error: undefined });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/actions/a%2Fb']);
  });

  it('are registered as they were written down; a repeat after trouble is the same request', async () => {
    const { actions, seen } = scripted([cut, registered]);
    expect(await actions.register(document)).toEqual({
      result: { status: 'registered', digest: 'ab', position: 'log-8' },
      error: undefined,
    });
    const sent = seen.map(({ method, path, body, headers }) => [
      method,
      path,
      body,
      headers.get('content-type'),
    ]);
    const expected = ['POST', '/v1/actions', JSON.stringify(document), 'application/json'];
    expect(sent).toEqual([expected, expected]);
  });

  it.each<[object, string]>([
    [{}, '?reason=too%20dear%2C%20%26%20old'],
    [{ successor: 'pay@2' }, '?reason=too%20dear%2C%20%26%20old&successor=pay%402'],
    [{ successor: { name: 'pay', version: 2 } }, '?reason=too%20dear%2C%20%26%20old&successor=pay%402'],
  ])('are retired with a reason, and %j', async (given, search) => {
    const answer = { status: 'retired', successor: { name: 'pay', version: 2 } };
    const { actions, seen } = scripted([json(200, answer)]);
    const retiring = actions.retire({ name: 'pay', version: 1, reason: 'too dear, & old', ...given });
    expect(await retiring).toEqual({ result: answer, error: undefined });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `DELETE /v1/actions/pay/versions/1${search}`,
    ]);
  });

  type Actions = ReturnType<typeof scripted>['actions'];
  const calls: [string, (actions: Actions) => Promise<unknown>][] = [
    ['get', (actions) => actions.get('pay')],
    ['register', (actions) => actions.register(document)],
    ['retire', (actions) => actions.retire({ name: 'pay', version: 1, reason: 'r' })],
  ];

  it.each(calls)('%s returns what is wrong as an error, and throws nothing', async (_, call) => {
    const refused = scripted([refusal(409, { code: 'CONTRACT_CONFLICT', issues: [] })]);
    expect(await call(refused.actions)).toMatchObject({
      result: undefined,
      error: { code: 'CONTRACT_CONFLICT' },
    });
    for (const foreign of [page(200), json(200, { items: [] })])
      expect(await call(scripted([foreign]).actions)).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
    const late = scripted([hangs], { timeoutMs: 100 });
    expect(await call(late.actions)).toMatchObject({ error: { code: 'UNAVAILABLE', effect: 'unknown' } });
    expect(await call(scripted([registered], {}, ' ').actions)).toMatchObject({
      error: { code: 'UNAUTHENTICATED' },
    });
  });

  it.each<[string, (actions: Actions) => Promise<unknown>, RegExp]>([
    ['no name', (actions) => actions.get(''), /^name is missing/],
    ['no document', (actions) => actions.register('pay.json' as never), /^There is no document/],
    [
      'what is no JSON',
      (actions) => actions.register({ ...document, params: { a: 1n } } as never),
      /^params\.a: /,
    ],
    ['nothing to retire', (actions) => actions.retire('pay' as never), /^There is nothing to retire/],
    ['no version', (actions) => actions.retire({ name: 'pay', reason: 'r' } as never), /^version is missing/],
    [
      'no reason',
      (actions) => actions.retire({ name: 'pay', version: 1, reason: ' ' }),
      /^reason is missing/,
    ],
    [
      'a successor that is none',
      (actions) => actions.retire({ name: 'pay', version: 1, reason: 'r', successor: 'pay' }),
      /^successor is no version/,
    ],
    [
      'no time',
      (actions) => actions.retire({ name: 'pay', version: 1, reason: 'r', timeoutMs: 0 }),
      /^timeoutMs is 0/,
    ],
  ])('with %s are refused without sending anything', async (_, call, detail) => {
    const { actions, seen } = scripted([registered]);
    expect(await call(actions)).toMatchObject({
      error: { code: 'REQUEST_INVALID', detail: expect.stringMatching(detail) },
    });
    expect(seen).toHaveLength(0);
  });
});
