import { HEADERS, problem } from '@action-do/contracts';
import {
  apiKey,
  EXECUTE,
  EXECUTION,
  executorProblem,
  failure,
  GatewayOverStub,
  KEY,
} from '../testing/gateway-over-stub.contract.js';

let gateway: GatewayOverStub;
beforeEach(async () => {
  gateway = await GatewayOverStub.start();
});
afterEach(() => gateway.close());

const asked = () => gateway.executor.lookups.length;

describe('a request', () => {
  it('with a valid key goes through, and the executor is told whose it is', async () => {
    expect((await gateway.send()).status).toBe(200);
    expect(gateway.executor.asked[0]?.subject).toBe('do.v1.gw.default.action.send-invoice.execute');
    expect(gateway.executor.headers).toMatchObject({
      [HEADERS.actorType]: 'api_key',
      [HEADERS.actorId]: 'default-000000000001',
      [HEADERS.credentialId]: 'default-000000000001',
    });
    // The key itself travels nowhere.
    expect(JSON.stringify(gateway.executor.headers)).not.toContain(KEY);
  });

  it('with a wrong secret is refused, also while the right one is remembered', async () => {
    expect((await gateway.send()).status).toBe(200);
    const authorization = `Bearer ${apiKey('default-000000000001', '1'.repeat(32))}`;
    expect((await gateway.send({ headers: { authorization } })).status).toBe(401);
    expect((await gateway.send()).status).toBe(200);
    expect(asked()).toBe(1);
  });

  it('cannot say itself who is calling', async () => {
    await gateway.send({
      headers: { 'do-actor-id': 'root', 'do-credential-id': 'root', 'do-channel': 'bus', 'do-gateway': 'x' },
    });
    expect(gateway.executor.headers).toMatchObject({
      [HEADERS.actorId]: 'default-000000000001',
      [HEADERS.channel]: 'http',
      [HEADERS.gateway]: 'gateway-1',
    });
  });

  it.each<[string, string | undefined]>([
    ['no header', ''],
    ['another scheme', `Basic ${KEY}`],
    ['a scheme alone', 'Bearer'],
    ['two words', `Bearer ${KEY} ${KEY}`],
    ['a key that is none', 'Bearer secret'],
    ['a key with a typing error', `Bearer ${KEY.slice(0, -1)}x`],
    ['a key of another secret', `Bearer ${apiKey('default-000000000001', '1'.repeat(32))}`],
    ['an unknown key', `Bearer ${apiKey('default-999999999999')}`],
    ['a key of another tenant', `Bearer ${apiKey('other-000000000001')}`],
  ])('with %s is refused: UNAUTHENTICATED', async (_, authorization = '') => {
    const { status, json, headers, body } = await gateway.send({ headers: { authorization } });
    expect([status, json['code'], headers['www-authenticate']]).toEqual([
      401,
      'UNAUTHENTICATED',
      'Bearer realm="action.do"',
    ]);
    expect(json).not.toHaveProperty('newKeySafe');
    expect(body).not.toContain(KEY);
    expect(gateway.executor.asked).toHaveLength(0);
  });

  it('with the scheme in other letters goes through', async () => {
    expect((await gateway.send({ headers: { authorization: `bearer  ${KEY}` } })).status).toBe(200);
  });

  it.each([
    `${EXECUTE}?key=${KEY}`,
    `${EXECUTE}?a=1&key=${KEY.replaceAll('_', '%5F')}`,
    `/v1/executions/${KEY}`,
    `/v1/openapi.json?key=${KEY}`,
    `/health/live?key=${KEY}`,
    `/nowhere?key=${KEY}`,
  ])('with a key in its URL is refused on every path, even beside a good one: %s', async (url) => {
    const method = url.startsWith(EXECUTE) ? 'POST' : 'GET';
    const { status, json, body } = await gateway.send({ url, method });
    expect([status, json['code'], json['detail']]).toEqual([
      401,
      'UNAUTHENTICATED',
      expect.stringMatching(/leaked/),
    ]);
    expect(body).not.toContain(KEY);
    expect(asked()).toBe(0);
  });

  it('without a key reaches only health and the contracts', async () => {
    for (const url of ['/health/live', '/health/ready', '/v1/openapi.json', '/v1/asyncapi.json'])
      expect((await gateway.get(url, { authorization: '' })).status).toBe(200);
    for (const path of ['', '/events', '/attach'])
      expect((await gateway.get(`/v1/executions/${EXECUTION}${path}`, { authorization: '' })).status).toBe(
        401,
      );
  });

  it.each<[string, () => void]>([
    ['no executor is there', () => gateway.executor.leave()],
    [
      'the executor cannot read its log',
      () => (gateway.executor.lookUp = () => executorProblem('UNAVAILABLE')),
    ],
  ])('whose key cannot be checked because %s is UNAVAILABLE, never UNAUTHENTICATED', async (_, trouble) => {
    trouble();
    const { status, json, headers } = await gateway.send();
    expect([status, json['code'], json['effect'], headers['retry-after']]).toEqual([
      503,
      'UNAVAILABLE',
      'none',
      '1',
    ]);
  });
});

describe('what is known of a key', () => {
  it('is asked again after a second, so that a revoked key is refused', async () => {
    for (let i = 0; i < 3; i++) await gateway.send();
    expect(asked()).toBe(1);
    gateway.executor.keys.clear();
    gateway.nowMs += 999;
    expect((await gateway.send()).status).toBe(200);
    gateway.nowMs += 1;
    expect((await gateway.send()).status).toBe(401);
    expect(asked()).toBe(2);
  });

  it('is asked once by many at once', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => gateway.send()));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(asked()).toBe(1);
  });

  it('is not remembered where the question failed', async () => {
    const { lookUp } = gateway.executor;
    gateway.executor.lookUp = () => failure(problem('UNAVAILABLE'));
    expect((await gateway.send()).status).toBe(503);
    gateway.executor.lookUp = lookUp;
    expect((await gateway.send()).status).toBe(200);
  });

  it.each([
    'null',
    '{"keyId":"x","digest":"","name":""}',
    '{"keyId":"x","digest":"zz","name":""}',
    `{"keyId":"x","digest":"${'00'.repeat(31)}","name":""}`,
  ])('that is no digest lets nobody in: %s', async (body) => {
    gateway.executor.lookUp = () => ({ body });
    expect((await gateway.send()).status).toBe(401);
  });

  it('that cannot be read is an error of ours, and tells nothing', async () => {
    gateway.executor.lookUp = () => ({ body: 'secret nonsense' });
    const { status, json, body } = await gateway.send();
    expect([status, json['code'], gateway.errors.length]).toEqual([500, 'INTERNAL', 1]);
    expect(body).not.toMatch(/secret|JSON/);
  });
});
