import { ActionsQuery, HEADERS, problem } from '@action-do/contracts';
import { BusTimeout, NoResponder } from '@action-do/messaging';
import { failure, GatewayOverStub, page, type StubAnswer } from '../testing/gateway-over-stub.contract.js';
import { nearestName } from './nearest-name.js';

let gateway: GatewayOverStub;
beforeEach(async () => {
  gateway = await GatewayOverStub.start();
  gateway.executor.answer = () => page;
});
afterEach(() => gateway.close());

const askedQuery = (): unknown =>
  JSON.parse(new TextDecoder().decode(gateway.executor.asked.at(-1)?.payload));

describe.each([
  ['/v1/executions', 'do.v1.gw.default.execution.list'],
  ['/v1/audit/events', 'do.v1.gw.default.audit.list'],
])('GET %s', (url, subject) => {
  it('is asked of a projector, and its answer passed on as it came', async () => {
    const { status, body, headers } = await gateway.get(url, { 'do-min-position': 'log-41' });
    expect([status, body, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      page.body,
      'application/json; charset=utf-8',
      'no-store',
    ]);
    expect(gateway.executor.asked.map((message) => message.subject)).toEqual([subject]);
    expect(askedQuery()).toEqual({ limit: 50 });
    expect(gateway.executor.headers).toMatchObject({
      [HEADERS.actorId]: 'default-000000000001',
      [HEADERS.timeoutMs]: '9500',
      [HEADERS.minPosition]: 'log-41',
    });
  });

  it('says nothing of a position that nobody named', async () => {
    await gateway.get(url);
    expect(gateway.executor.headers).not.toHaveProperty(HEADERS.minPosition);
  });

  it('takes every name, several values of one, and excluded ones', async () => {
    const query = new URLSearchParams([
      ['action', 'send-invoice'],
      ['action', '-pay'],
      ['version', '2'],
      ['status', '-succeeded'],
      ['actor', 'a b+c'],
      ['errorCode', 'ACTION_FAILED'],
      ['since', '2026-01-31T12:00:00+02:00'],
      ['until', '2026-02-01T00:00:00Z'],
      ['key', '-k'],
      ['correlationId', 'c'],
      ['workflowRun', 'w'],
      ['limit', '500'],
      ['cursor', 'n'],
      ['params.customer.id', 'c1'],
      ['params.customer.id', 'c2'],
      ['params.items[0].sku', '-x'],
    ]);
    expect((await gateway.get(`${url}?${query}`)).status).toBe(200);
    expect(askedQuery()).toEqual({
      action: ['send-invoice', '-pay'],
      version: ['2'],
      status: ['-succeeded'],
      actor: ['a b+c'],
      errorCode: ['ACTION_FAILED'],
      since: '2026-01-31T12:00:00+02:00',
      until: '2026-02-01T00:00:00Z',
      key: '-k',
      correlationId: ['c'],
      workflowRun: ['w'],
      limit: 500,
      cursor: 'n',
      params: { 'customer.id': ['c1', 'c2'], 'items[0].sku': ['-x'] },
    });
  });

  it.each([
    ['acton=a', 'acton', /nearest is action \(.*correlationId.*params\.<path>/],
    ['Status=failed', 'Status', /nearest is status/],
    ['errorcode=A', 'errorcode', /nearest is errorCode/],
    ['param.a=1', 'param.a', /nearest is params\.<path>/],
    ['params=1', 'params', /nearest is params\.<path>/],
    ['status=suceeded', 'status', /one of pending, running/],
    ['status=failed&status=', 'status', /one of/],
    ['action=', 'action', />=1/],
    ['version=v1', 'version', /whole number from 1/],
    ['limit=0', 'limit', />=1/],
    ['limit=501', 'limit', /<=500/],
    ['limit=many', 'limit', /expected number/],
    ['limit=1&limit=2', 'limit', /takes one value/],
    ['since=yesterday', 'since', /2026-01-31T12:00:00Z/],
    ['since=2026-01-31T12:00:00+02:00', 'since', /%2B/],
    ['params.=1', 'params.', /Invalid|invalid/],
    ['params.__proto__=1', 'params.__proto__', /reserved/],
    ['__proto__=1', '__proto__', /no query parameter/],
  ])('with %s is refused: REQUEST_INVALID, and nobody is asked', async (query, path, message) => {
    const { status, json } = await gateway.get(`${url}?${query}`);
    expect([status, json['code'], gateway.executor.asked.length]).toEqual([400, 'REQUEST_INVALID', 0]);
    expect(json['detail']).toMatch(message);
    expect(json['issues']).toEqual([
      { path, code: expect.any(String), message: expect.stringMatching(message) },
    ]);
  });

  it('names everything that is wrong at once', async () => {
    const { json } = await gateway.get(`${url}?acton=a&limit=0&since=x`);
    expect(json['issues']).toMatchObject([{ path: 'acton' }, { path: 'since' }, { path: 'limit' }]);
  });

  it('without a projector is UNAVAILABLE, to be tried again', async () => {
    await gateway.get('/health/live');
    const request = gateway.bus.request.bind(gateway.bus);
    gateway.bus.request = (asked, ...rest) => request(asked === subject ? 'nobody.there' : asked, ...rest);
    const { status, json, headers } = await gateway.get(url);
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(json).toMatchObject({
      code: 'UNAVAILABLE',
      detail: expect.stringMatching(/^No projector is running/),
      retryable: true,
      effect: 'none',
    });
  });

  it('that a projector refuses is answered with its problem', async () => {
    gateway.executor.answer = () =>
      failure(problem('UNAVAILABLE', { detail: 'Not there yet.', retryAfterMs: 1 }));
    expect((await gateway.get(url)).json).toMatchObject({ status: 503, detail: 'Not there yet.' });
  });
});

describe('GET /v1/audit/events', () => {
  it('is asked besides for types of events, and for executions', async () => {
    await gateway.get('/v1/audit/events?type=ActionFailed&execution=exe_1&execution=exe_2');
    expect(askedQuery()).toMatchObject({ type: ['ActionFailed'], execution: ['exe_1', 'exe_2'] });
    const { json } = await gateway.get('/v1/executions?type=ActionFailed');
    expect(json['code']).toBe('REQUEST_INVALID');
  });
});

describe('GET /v1/actions', () => {
  const versions = [
    { name: 'pay', version: 2, policy: { '2': 'b', '1': 'a' }, handlers: 'unknown' },
    { name: 'pay', version: 1, policy: {}, handlers: 'unknown' },
  ];
  const of = (items: readonly object[]) => ({
    body: JSON.stringify({ items, nextCursor: null, position: 'log-7', lagEvents: '0' }),
  });
  const LIST = 'do.v1.gw.default.action.list';
  const PRESENCE = 'do.v1.gw.default.registry.presence';
  let presence: () => StubAnswer | Promise<StubAnswer>;
  beforeEach(() => {
    presence = () => ({ body: '{"handlers":["present","absent"]}' });
    gateway.executor.answer = ({ subject }) => (subject === PRESENCE ? presence() : of(versions));
  });
  const subjects = () => gateway.executor.asked.map(({ subject }) => subject);
  const handlers = async () => {
    const { status, json } = await gateway.get('/v1/actions');
    expect([status, json['items']]).toEqual([200, [expect.anything(), expect.anything()]]);
    return (json['items'] as { handlers: unknown }[]).map((item) => item.handlers);
  };

  it('is a page of a projector, with what an executor says of who performs', async () => {
    const { status, json, headers } = await gateway.get('/v1/actions', { 'do-min-position': 'log-41' });
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const [two, one] = versions;
    expect(json).toEqual({
      items: [
        { ...two, handlers: 'present' },
        { ...one, handlers: 'absent' },
      ],
      nextCursor: null,
      position: 'log-7',
      lagEvents: '0',
    });
    expect(subjects()).toEqual([LIST, PRESENCE]);
    const [list, asked] = gateway.executor.asked;
    expect(list?.headers).toMatchObject({ [HEADERS.minPosition]: 'log-41', [HEADERS.timeoutMs]: '9500' });
    expect(asked?.headers).toMatchObject({ [HEADERS.timeoutMs]: '1000' });
    expect(askedQuery()).toEqual({
      versions: [
        { name: 'pay', version: 2 },
        { name: 'pay', version: 1 },
      ],
    });
  });

  it('takes every name of its query', async () => {
    const query = 'action=pay&action=-ship&status=-retired&target=bus&target=http&limit=7&cursor=n';
    await gateway.get(`/v1/actions?${query}`);
    const [list] = gateway.executor.asked;
    const asked = JSON.parse(new TextDecoder().decode(list?.payload));
    expect(asked).toEqual({
      action: ['pay', '-ship'],
      status: ['-retired'],
      target: ['bus', 'http'],
      limit: 7,
      cursor: 'n',
    });
    expect(Object.keys(asked).sort()).toEqual(Object.keys(ActionsQuery.shape).sort());
  });

  it.each([
    ['acton=a', 'acton', /nearest is action \(there are action, status, target, limit, cursor\)/],
    ['params.a=1', 'params.a', /no query parameter/],
    ['params=1', 'params', /no query parameter/],
    ['version=1', 'version', /no query parameter/],
    ['status=retried', 'status', /one of offered, retired/],
    ['target=nats', 'target', /one of in-process, bus, http/],
    ['limit=501', 'limit', /<=500/],
    ['cursor=a&cursor=b', 'cursor', /takes one value/],
    ['__proto__=1', '__proto__', /no query parameter/],
  ])('with %s is refused: REQUEST_INVALID, and nobody is asked', async (query, path, message) => {
    const { status, json } = await gateway.get(`/v1/actions?${query}`);
    expect([status, json['code'], gateway.executor.asked.length]).toEqual([400, 'REQUEST_INVALID', 0]);
    expect(json['issues']).toEqual([
      { path, code: expect.any(String), message: expect.stringMatching(message) },
    ]);
  });

  it.each<[string, () => StubAnswer | Promise<StubAnswer>]>([
    ['refuses', () => failure(problem('UNAVAILABLE'))],
    ['tells of others', () => ({ body: '{"handlers":["present"]}' })],
    ['tells something that there is not', () => ({ body: '{"handlers":["present","there"]}' })],
    ['is a stream over the subject', () => ({ body: '{"stream":"S","seq":1}' })],
    ['is no JSON', () => ({ body: 'ok' })],
  ])('is no error where the answer of an executor %s: unknown', async (_, answer) => {
    presence = answer;
    expect(await handlers()).toEqual(['unknown', 'unknown']);
  });

  it.each<[string, Error]>([
    ['no executor is there', new NoResponder(PRESENCE)],
    ['no executor answers in time', new BusTimeout(PRESENCE, 1_500)],
  ])('is no error where %s, which is asked once', async (_, trouble) => {
    const request = gateway.bus.request.bind(gateway.bus);
    let asked = 0;
    gateway.bus.request = (subject, ...rest) => {
      if (subject !== PRESENCE) return request(subject, ...rest);
      asked += 1;
      return Promise.reject(trouble);
    };
    expect([await handlers(), asked]).toEqual([['unknown', 'unknown'], 1]);
  });

  it('asks no executor about an empty page, nor about a refusal', async () => {
    gateway.executor.answer = () => of([]);
    expect((await gateway.get('/v1/actions')).json).toMatchObject({ items: [] });
    gateway.executor.answer = () => failure(problem('UNAVAILABLE', { detail: 'Not there yet.' }));
    expect((await gateway.get('/v1/actions')).json).toMatchObject({ status: 503, detail: 'Not there yet.' });
    expect(subjects()).toEqual([LIST, LIST]);
  });
});

describe('the views', () => {
  const status = '{"position":"log-7", "lagEvents":"0"}';
  beforeEach(() => {
    gateway.executor.answer = () => ({ body: status });
  });

  it.each([
    ['GET', '/v1/views', 'status', ''],
    ['POST', '/v1/views/rebuild', 'rebuild', ''],
    ['POST', '/v1/views/rebuild', 'rebuild', ' { } '],
  ] as const)('are asked of a projector: %s %s', async (method, url, verb, body) => {
    const answer = await gateway.send({ method, url, body });
    expect([answer.status, answer.body]).toEqual([200, status]);
    expect(gateway.executor.asked.map(({ subject }) => subject)).toEqual([`do.v1.gw.default.views.${verb}`]);
  });

  it('are not built anew twice where the answer was lost', async () => {
    const request = gateway.bus.request.bind(gateway.bus);
    let lost = 0;
    gateway.bus.request = async (subject, payload, options) => {
      const reply = await request(subject, payload, options);
      if (subject.includes('.views.') && lost++ === 0) throw new BusTimeout(subject, options.timeoutMs);
      return reply;
    };
    const { status, json } = await gateway.send({ url: '/v1/views/rebuild', body: '' });
    expect([status, json['effect'], gateway.executor.asked.length]).toEqual([503, 'unknown', 1]);
    lost = 0;
    expect((await gateway.get('/v1/views')).status).toBe(200);
  });

  it('are not built anew with a body, which would not be heeded', async () => {
    const { json } = await gateway.send({ url: '/v1/views/rebuild', body: '{"view":"audit"}' });
    expect([json['code'], gateway.executor.asked.length]).toEqual(['BODY_INVALID', 0]);
  });
});

describe('the nearest name', () => {
  it.each([
    ['acton', 'action'],
    ['STATUS', 'status'],
    ['workflow_run', 'workflowRun'],
    ['execution_id', 'execution'],
  ])('to %s is %s', (given, nearest) => {
    expect(nearestName(given, ['version', 'action', 'status', 'workflowRun', 'execution'])).toBe(nearest);
  });
  it('of none is none', () => {
    expect(nearestName('a', [])).toBeUndefined();
  });
});
