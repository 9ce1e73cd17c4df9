import { EXECUTE, EXECUTION, GatewayOverStub } from '../testing/gateway-over-stub.contract.js';

let gateway: GatewayOverStub;
beforeAll(async () => {
  gateway = await GatewayOverStub.start();
});
afterAll(() => gateway.close());

describe('a path', () => {
  it.each([
    '/',
    '/v1',
    '/v1/actions/x/versions',
    '/v2/actions/x/executions',
    `${EXECUTE}/more`,
    '/v1/openapi_json',
    '/health',
  ])('that there is not is NOT_FOUND: %s', async (url) => {
    for (const method of ['GET', 'POST', 'DELETE'] as const) {
      const { status, json, headers } = await gateway.send({ method, url });
      expect([status, json['code'], headers['content-type']]).toEqual([
        404,
        'NOT_FOUND',
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it.each<['GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS', string, string]>([
    ['GET', EXECUTE, 'POST'],
    ['PUT', `${EXECUTE}?version=1`, 'POST'],
    ['OPTIONS', EXECUTE, 'POST'],
    ['POST', `/v1/executions/${EXECUTION}`, 'GET, HEAD'],
    ['DELETE', `/v1/executions/${EXECUTION}/events`, 'GET, HEAD'],
    ['GET', `/v1/executions/${EXECUTION}/cancel`, 'POST'],
    ['PATCH', '/health/live', 'GET, HEAD'],
    ['POST', '/v1/executions', 'GET, HEAD'],
    ['PUT', '/v1/actions', 'GET, HEAD, POST'],
    ['GET', '/v1/views/rebuild', 'POST'],
    ['POST', '/v1/actions/x', 'GET, HEAD'],
    ['GET', '/v1/actions/x/versions/1', 'DELETE'],
    ['POST', '/v1/openapi.json', 'GET, HEAD'],
    ['DELETE', '/v1/asyncapi.json', 'GET, HEAD'],
  ])(
    'that does not take a method says which it takes: %s %s is METHOD_NOT_ALLOWED',
    async (method, url, allow) => {
      const { status, json, headers } = await gateway.send({ method, url });
      expect([status, json['code'], headers['allow']]).toEqual([405, 'METHOD_NOT_ALLOWED', allow]);
    },
  );

  it('that is read is told of without its body, too', async () => {
    const { status, body } = await gateway.send({ method: 'HEAD', url: '/health/live' });
    expect([status, body]).toEqual([200, '']);
  });

  it.each([
    ['/v1/executions/%zz', /decoded/],
    [`/v1/executions/${'x'.repeat(200)}`, /too long/],
    ['/v1/executions/%E0%A4%A', /decoded/],
  ])('that cannot be read is REQUEST_INVALID: %s', async (url, detail) => {
    const { status, json } = await gateway.get(url);
    expect([status, json['code'], json['detail']]).toEqual([
      400,
      'REQUEST_INVALID',
      expect.stringMatching(detail),
    ]);
  });
});

describe('an error of ours', () => {
  it('tells nothing of the inside, is logged with its request, and may be tried again', async () => {
    const request = gateway.bus.request.bind(gateway.bus);
    gateway.bus.request = (subject, ...rest) =>
      subject.includes('.gw.') ? Promise.reject(new TypeError('secret inside')) : request(subject, ...rest);
    const { status, json, body, headers } = await gateway.send();
    gateway.bus.request = request;
    expect([status, json['code'], headers['do-should-retry']]).toEqual([500, 'INTERNAL', 'true']);
    expect(body).not.toMatch(/secret|TypeError|stack|node_modules/);
    expect(gateway.errors).toEqual([{ err: expect.any(TypeError), requestId: json['requestId'] }]);
  });
});

describe('health', () => {
  it('is live always, and ready while an executor answers', async () => {
    expect(await gateway.get('/health/ready')).toMatchObject({
      status: 200,
      json: { status: 'ok', executor: 'up' },
    });
    gateway.executor.leave();
    expect(await gateway.get('/health/ready')).toMatchObject({
      status: 503,
      json: { status: 'unavailable', executor: 'down' },
    });
    expect(await gateway.get('/health/live')).toMatchObject({ status: 200, json: { status: 'ok' } });
  });
});
