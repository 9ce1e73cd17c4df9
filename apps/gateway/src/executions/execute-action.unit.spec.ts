import { HEADERS, INPUT_LIMITS, problem } from '@action-do/contracts';
import {
  EXECUTE,
  EXECUTION,
  failure,
  GatewayOverStub,
  page,
  type Request,
  success,
} from '../testing/gateway-over-stub.contract.js';
import { readWaitMs } from './request-headers.js';

let gateway: GatewayOverStub;
beforeEach(async () => {
  gateway = await GatewayOverStub.start();
});
afterEach(() => gateway.close());

const pending = (headers: Record<string, string> = {}) => ({
  body: '{"execution":{}}',
  headers: {
    [HEADERS.idempotencyStatus]: 'pending',
    [HEADERS.executionId]: EXECUTION,
    [HEADERS.shouldRetry]: 'true',
    ...headers,
  },
});

describe('an execute request', () => {
  it('passes its body on as it came, and the answer back as it came (I6)', async () => {
    const body = ' {"params" : {"a":1.50, "b":"\\u00e9"}} ';
    const reply = await gateway.send({ body });
    expect(new TextDecoder().decode(gateway.executor.asked[0]?.payload)).toBe(body);
    expect(reply.body).toBe(success.body);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'idempotency-status': 'executed',
      'idempotency-key': '"k"',
      'idempotency-generation': '1',
      'do-should-retry': 'false',
    });
  });

  it('says what the caller said of the call', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const requestId = '0190f0f0-0000-7000-8000-000000000001';
    await gateway.send({
      url: `${EXECUTE}?version=3`,
      headers: {
        'idempotency-key': '"a,b"',
        'do-request-id': requestId,
        'repeatability-first-sent': '2026-01-31T12:00:00Z',
        prefer: 'wait=3',
        traceparent,
        'user-agent': 'x'.repeat(500),
      },
    });
    expect(gateway.executor.headers).toMatchObject({
      [HEADERS.idempotencyKey]: '"a,b"',
      [HEADERS.requestId]: requestId,
      [HEADERS.firstSent]: '2026-01-31T12:00:00Z',
      [HEADERS.timeoutMs]: '3000',
      [HEADERS.actionVersion]: '3',
      [HEADERS.traceparent]: traceparent,
      [HEADERS.userAgent]: 'x'.repeat(200),
    });
  });

  it('gets a request id where it brings none, and no header that it did not bring', async () => {
    await gateway.send({ headers: { traceparent: 'nonsense', 'user-agent': '' } });
    const { headers } = gateway.executor;
    expect(headers[HEADERS.requestId]).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of [
      HEADERS.idempotencyKey,
      HEADERS.firstSent,
      HEADERS.actionVersion,
      HEADERS.traceparent,
    ])
      expect(headers).not.toHaveProperty(name);
  });

  it('that goes on is 202 with where and when to ask again', async () => {
    gateway.executor.answer = () => pending({ [HEADERS.retryAfterMs]: '1001' });
    const { status, headers, body } = await gateway.send();
    expect([status, headers['location'], headers['retry-after'], body]).toEqual([
      202,
      `/v1/executions/${EXECUTION}`,
      '2',
      '{"execution":{}}',
    ]);
    gateway.executor.answer = () => pending({ [HEADERS.retryAfterMs]: '0' });
    expect((await gateway.send()).headers['retry-after']).toBe('1');
  });

  it('that failed carries the execution beside the problem', async () => {
    const given = {
      ...problem('ACTION_FAILED', { effect: 'none', newKeySafe: true, cause: { code: 'NO', message: 'no' } }),
      execution: { id: EXECUTION },
    };
    gateway.executor.answer = () => failure(given, 'replayed');
    const { status, json, headers } = await gateway.send();
    expect([status, headers['idempotency-status'], headers['do-should-retry']]).toEqual([
      422,
      'replayed',
      'false',
    ]);
    expect(json).toMatchObject({
      code: 'ACTION_FAILED',
      effect: 'none',
      newKeySafe: true,
      execution: { id: EXECUTION },
      cause: { code: 'NO' },
    });
  });

  it.each<[string, Request, number, string]>([
    ['no body', { body: '' }, 400, 'BODY_INVALID'],
    ['half a body', { body: '{"params":{' }, 400, 'BODY_INVALID'],
    ['a key twice', { body: '{"params":{},"params":{}}' }, 400, 'BODY_INVALID'],
    ['a prototype key', { body: '{"params":{"__proto__":{}}}' }, 400, 'BODY_INVALID'],
    ['bytes that are no UTF-8', { body: new Uint8Array([0x7b, 0xff, 0x7d]) }, 400, 'BODY_INVALID'],
    [
      'one byte too many',
      { body: `{"params":{}}${' '.repeat(INPUT_LIMITS.bodyBytesMax - 12)}` },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['a body as text', { headers: { 'content-type': 'text/plain' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body of no type', { headers: { 'content-type': '' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a body as a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a body of a type that begins alike',
      { headers: { 'content-type': 'application/jsonx' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a version that is none', { url: `${EXECUTE}?version=0` }, 400, 'REQUEST_INVALID'],
    ['two versions', { url: `${EXECUTE}?version=1&version=2` }, 400, 'REQUEST_INVALID'],
    ['a query parameter that is not known', { url: `${EXECUTE}?version[]=1` }, 400, 'REQUEST_INVALID'],
    ['a name in capitals', { url: '/v1/actions/Send_Invoice/executions' }, 404, 'ACTION_UNKNOWN'],
    ['a key of foreign letters', { headers: { 'idempotency-key': 'é' } }, 400, 'IDEMPOTENCY_KEY_INVALID'],
  ])('with %s is refused, and nobody is asked', async (_, request, status, code) => {
    const reply = await gateway.send(request);
    expect([reply.status, reply.json['code'], gateway.executor.asked.length]).toEqual([status, code, 0]);
    expect(reply.json).toMatchObject({
      status,
      source: 'gateway',
      requestId: expect.any(String),
      type: `https://action.do/errors/${code}`,
    });
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('with the largest body goes through', async () => {
    expect(
      (await gateway.send({ body: `{"params":{}}${' '.repeat(INPUT_LIMITS.bodyBytesMax - 13)}` })).status,
    ).toBe(200);
  });

  it('with a charset beside its type goes through', async () => {
    expect(
      (await gateway.send({ headers: { 'content-type': 'Application/JSON; charset=utf-8' } })).status,
    ).toBe(200);
  });

  it('with a misspelt name is told what may have been meant', async () => {
    const { json } = await gateway.send({ url: '/v1/actions/Send_Invoice!/executions' });
    expect(json).toMatchObject({ detail: expect.stringMatching(/send-invoice/), newKeySafe: true });
  });

  it('with an empty key lets the executor refuse it', async () => {
    await gateway.send({ headers: { 'idempotency-key': '' } });
    expect(gateway.executor.headers).toHaveProperty(HEADERS.idempotencyKey, '');
  });

  it('without an executor is UNAVAILABLE, and nothing was recorded', async () => {
    await gateway.send();
    gateway.executor.leave();
    const { status, json, headers } = await gateway.send({ headers: { prefer: 'wait=0' } });
    expect([status, headers['retry-after'], headers['do-should-retry']]).toEqual([503, '1', 'true']);
    expect(json).toMatchObject({ code: 'UNAVAILABLE', effect: 'none', retryAfterMs: 1_000 });
  });

  it('on a bus that closes is UNAVAILABLE, effect unknown', async () => {
    gateway.executor.answer = async () => {
      await gateway.bus.close();
      return success;
    };
    expect((await gateway.send()).json).toMatchObject({
      code: 'UNAVAILABLE',
      effect: 'unknown',
      status: 503,
    });
  });

  it.each(['nonsense', '{}', '{"code":"NEW_CODE"}'])(
    'answered with an error that cannot be read is INTERNAL, and tells nothing: %s',
    async (body) => {
      gateway.executor.answer = () => ({ body, headers: { [HEADERS.errorCode]: 'X' } });
      const reply = await gateway.send();
      expect([reply.status, reply.json['code'], gateway.errors.length]).toEqual([500, 'INTERNAL', 1]);
      expect(reply.body).not.toMatch(/nonsense|NEW_CODE|Zod|JSON|stack/);
    },
  );
});

describe('a question about an execution', () => {
  it.each([
    ['get', '', success],
    ['events', '/events', page],
    ['attach', '/attach', success],
  ])('is asked of an executor: %s', async (verb, path, answer) => {
    gateway.executor.answer = () => answer;
    const { status, body } = await gateway.get(`/v1/executions/${EXECUTION}${path}`, {
      prefer: 'wait=1',
      'idempotency-key': 'é',
    });
    const [message] = gateway.executor.asked;
    expect([status, body, message?.subject]).toEqual([
      200,
      answer.body,
      `do.v1.gw.default.execution.${verb}`,
    ]);
    expect(JSON.parse(new TextDecoder().decode(message?.payload))).toEqual({ id: EXECUTION });
    expect(gateway.executor.headers[HEADERS.timeoutMs]).toBe(verb === 'attach' ? '1000' : '0');
  });

  it('for the next page of events carries the cursor', async () => {
    gateway.executor.answer = () => page;
    await gateway.get(`/v1/executions/${EXECUTION}/events?cursor=17`);
    const [message] = gateway.executor.asked;
    expect(JSON.parse(new TextDecoder().decode(message?.payload))).toEqual({ id: EXECUTION, cursor: '17' });
  });

  it('that goes on is 202 where it was attached to', async () => {
    gateway.executor.answer = () => pending();
    expect((await gateway.get(`/v1/executions/${EXECUTION}/attach`)).status).toBe(202);
  });

  it('of an id that there is not is NOT_FOUND', async () => {
    gateway.executor.answer = () => failure(problem('NOT_FOUND'));
    expect((await gateway.get('/v1/executions/%2e%2e')).status).toBe(404);
  });
});

describe('Prefer', () => {
  it.each<[string | string[] | undefined, number]>([
    [undefined, 20_000],
    ['', 20_000],
    ['wait=3', 3_000],
    ['wait="3"', 3_000],
    ['Wait = 3', 3_000],
    ['wait=0', 0],
    ['wait=61', 60_000],
    ['wait=999999', 60_000],
    ['wait=-1', 20_000],
    ['wait=1.5', 20_000],
    ['wait', 20_000],
    ['respond-async', 0],
    ['respond-async, wait=10', 10_000],
    ['wait=10, respond-async', 10_000],
    ['handling=lenient, wait=2', 2_000],
    ['respond-async; foo="bar"', 0],
    [['return=minimal', 'wait=4'], 4_000],
    ['respond-asynchronously', 20_000],
  ])('%j waits %d ms', (prefer, ms) => {
    expect(readWaitMs(prefer)).toBe(ms);
  });
});
