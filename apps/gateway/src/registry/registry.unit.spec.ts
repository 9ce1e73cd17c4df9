import { HEADERS, problem } from '@action-do/contracts';
import { failure, GatewayOverStub, type StubAnswer } from '../testing/gateway-over-stub.contract.js';

let gateway: GatewayOverStub;
beforeAll(async () => {
  gateway = await GatewayOverStub.start();
});
beforeEach(() => {
  gateway.executor.asked.length = 0;
});
afterAll(() => gateway.close());

const document = {
  name: 'send-invoice',
  params: { type: 'object' },
  result: { type: 'string' },
  effects: 'idempotent',
};
const known: StubAnswer = { body: '{"status": "known" , "digest":"d"}' };
const bodyAsked = () => JSON.parse(new TextDecoder().decode(gateway.executor.asked.at(-1)?.payload));
const VERSION = '/v1/actions/send-invoice/versions/3';

describe('a document that is registered', () => {
  it('is passed on with its defaults, and by whom it was sent; the answer comes back as it is', async () => {
    gateway.executor.answer = () => known;
    const reply = await gateway.send({ url: '/v1/actions', body: JSON.stringify(document) });
    expect([reply.status, reply.body]).toEqual([200, known.body]);
    expect(gateway.executor.asked.map(({ subject }) => subject)).toEqual([
      'do.v1.gw.default.registry.register',
    ]);
    expect(bodyAsked()).toEqual({
      document: {
        ...document,
        version: 1,
        description: '',
        probe: false,
        undo: false,
        target: { kind: 'bus', answersAsk: false },
      },
    });
    expect(gateway.executor.headers).toMatchObject({
      [HEADERS.actorType]: 'api_key',
      [HEADERS.actorId]: 'default-000000000001',
      [HEADERS.channel]: 'http',
    });
  });

  it.each<[string, string, string]>([
    ['no JSON', '{', ''],
    ['a member twice', '{"name":"a","name":"b"}', 'name'],
    ['no effects', JSON.stringify({ ...document, effects: undefined }), 'effects'],
    ['a member that there is not', JSON.stringify({ ...document, efects: 'none' }), ''],
    ['a name that none can have', JSON.stringify({ ...document, name: 'Pay' }), 'name'],
    [
      'a secret that is none',
      JSON.stringify({ ...document, target: { kind: 'http', url: 'https://a.example', secret: 'x' } }),
      'target.secret',
    ],
  ])('and has %s is BODY_INVALID, and nobody is asked', async (_, body, path) => {
    const { status, json } = await gateway.send({ url: '/v1/actions', body });
    expect([status, json['code'], json['issues']]).toEqual([
      400,
      'BODY_INVALID',
      [expect.objectContaining({ path })],
    ]);
    expect(gateway.executor.asked).toEqual([]);
  });

  it('and breaks what stands is CONTRACT_CONFLICT, 409, with the path', async () => {
    const issues = [{ path: 'params.properties.id', code: 'differs', message: 'differs' }];
    gateway.executor.answer = () => failure(problem('CONTRACT_CONFLICT', { issues }));
    const { status, json } = await gateway.send({ url: '/v1/actions', body: JSON.stringify(document) });
    expect([status, json['code'], json['issues']]).toEqual([409, 'CONTRACT_CONFLICT', issues]);
  });
});

describe('a version that is retired', () => {
  it.each<[string, object]>([
    ['reason=too%20old', {}],
    ['reason=too%20old&successor=send-bill@1', { successor: { name: 'send-bill', version: 1 } }],
  ])('by ?%s is passed on', async (query, more) => {
    gateway.executor.answer = () => ({ body: '{"status":"retired","successor":null}' });
    const reply = await gateway.send({ method: 'DELETE', url: `${VERSION}?${query}`, body: '' });
    expect(reply.status).toBe(200);
    expect([gateway.executor.asked.at(-1)?.subject, bodyAsked()]).toEqual([
      'do.v1.gw.default.registry.retire',
      { name: 'send-invoice', version: 3, reason: 'too old', ...more },
    ]);
  });

  it.each<[string, string]>([
    ['', 'reason'],
    ['?reason=%20', 'reason'],
    ['?reason=a&reason=b', 'reason'],
    ['?reason=a&succesor=b@1', 'succesor'],
    ['?reason=a&successor=b', 'successor'],
    ['?reason=a&successor=b@0', 'successor'],
    ['?reason=a&successor=B@1', 'successor'],
    ['?reason=a&successor=b@1&successor=c@1', 'successor'],
  ])('by %s is REQUEST_INVALID, and nobody is asked', async (query, path) => {
    const { status, json } = await gateway.send({ method: 'DELETE', url: VERSION + query, body: '' });
    expect([status, json['code'], json['issues']]).toEqual([
      400,
      'REQUEST_INVALID',
      [expect.objectContaining({ path })],
    ]);
    expect(gateway.executor.asked).toEqual([]);
  });

  it.each(['0', 'x', '1.5'])('but has no number is REQUEST_INVALID: %s', async (version) => {
    const url = `/v1/actions/send-invoice/versions/${version}?reason=a`;
    expect((await gateway.send({ method: 'DELETE', url })).json['code']).toBe('REQUEST_INVALID');
  });

  it('is ACTION_RETIRED, 410, to whoever calls it, and the successor is named', async () => {
    gateway.executor.answer = () => failure(problem('ACTION_RETIRED', { detail: 'Call send-invoice@2.' }));
    const { status, json } = await gateway.send();
    expect([status, json['code'], json['detail']]).toEqual([410, 'ACTION_RETIRED', 'Call send-invoice@2.']);
  });
});

describe('an action that is described', () => {
  it('is asked for by its name, and the answer comes back as it is', async () => {
    gateway.executor.answer = () => ({ body: '{"action" : {}}' });
    const reply = await gateway.get('/v1/actions/send-invoice');
    expect([reply.status, reply.body, gateway.executor.asked.at(-1)?.subject, bodyAsked()]).toEqual([
      200,
      '{"action" : {}}',
      'do.v1.gw.default.registry.describe',
      { name: 'send-invoice' },
    ]);
  });

  it('by a name that none can have is ACTION_UNKNOWN, 404', async () => {
    const { status, json } = await gateway.get('/v1/actions/Send_Invoice');
    expect([status, json['code'], json['detail']]).toEqual([
      404,
      'ACTION_UNKNOWN',
      expect.stringContaining('send-invoice'),
    ]);
  });
});

it('what else than an executor answered is no answer', async () => {
  gateway.executor.answer = () => ({ body: '{"stream":"EVENTS","seq":7}' });
  for (const [method, url] of [
    ['POST', '/v1/actions'],
    ['GET', '/v1/actions/send-invoice'],
    ['DELETE', `${VERSION}?reason=a`],
  ] as const) {
    const { status, json } = await gateway.send({ method, url, body: JSON.stringify(document) });
    expect([status, json['code'], json['effect']]).toEqual([500, 'INTERNAL', 'unknown']);
  }
});
