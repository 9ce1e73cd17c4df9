import { HEADERS, problem } from '@action-do/contracts';
import { BusTimeout, NoResponder } from '@action-do/messaging';
import {
  EXECUTION,
  failure,
  GatewayOverStub,
  page,
  type StubAnswer,
  success,
} from '../testing/gateway-over-stub.contract.js';

let gateway: GatewayOverStub;
beforeEach(async () => {
  gateway = await GatewayOverStub.start();
});
afterEach(() => gateway.close());

/** The next answers to what callers asked are lost on the way back. */
function loseAnswers(count: number): void {
  const request = gateway.bus.request.bind(gateway.bus);
  let left = count;
  gateway.bus.request = async (subject, payload, options) => {
    const reply = await request(subject, payload, options);
    if (subject.includes('.gw.') && left-- > 0) throw new BusTimeout(subject, options.timeoutMs);
    return reply;
  };
}

describe('an answer that was lost', () => {
  it('is asked for again, and the repeat is known for one by its request id (row 17)', async () => {
    loseAnswers(2);
    gateway.executor.answer = ({ headers }) =>
      headers[HEADERS.timeoutMs] === '0' ? success : failure(problem('INTERNAL'));
    const { status, body } = await gateway.send({ body: '{"params":{"a":1}}' });
    expect([status, body]).toEqual([200, success.body]);
    const { asked } = gateway.executor;
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ headers }) => headers[HEADERS.requestId])).size).toBe(1);
    expect(new Set(asked.map(({ payload }) => new TextDecoder().decode(payload))).size).toBe(1);
  });

  it.each([
    ['', success],
    ['/events', page],
    ['/attach', success],
  ])('to a question about an execution is asked for again: %s', async (path, answer) => {
    loseAnswers(1);
    gateway.executor.answer = () => answer;
    expect((await gateway.get(`/v1/executions/${EXECUTION}${path}`)).body).toBe(answer.body);
    expect(gateway.executor.asked).toHaveLength(2);
  });

  it('to the check of a key is asked for again', async () => {
    const request = gateway.bus.request.bind(gateway.bus);
    let away = 2;
    gateway.bus.request = (subject, ...rest) =>
      away-- > 0 ? Promise.reject(new NoResponder(subject)) : request(subject, ...rest);
    expect((await gateway.send()).status).toBe(200);
  });
});

describe('an answer of something else than the service', () => {
  const acknowledged = '{"stream":"ORDERS","seq":17}';
  const lastResort = '{"code":"INTERNAL"}';
  const halfOfIt: StubAnswer = { body: '{"result":1}', headers: { [HEADERS.idempotencyStatus]: 'executed' } };
  it.each<[string, string, StubAnswer]>([
    ['to execute', '', { body: acknowledged }],
    ['to execute', '', { body: lastResort }],
    ['to execute', '', { body: '' }],
    ['to execute', '', halfOfIt],
    ['to attach', `/v1/executions/${EXECUTION}/attach`, { body: acknowledged }],
    ['to get', `/v1/executions/${EXECUTION}`, { body: acknowledged }],
    ['to get', `/v1/executions/${EXECUTION}`, { body: '' }],
    ['to events', `/v1/executions/${EXECUTION}/events`, { body: acknowledged }],
    ['to a list', '/v1/executions', { body: acknowledged }],
    ['to a list', '/v1/audit/events', { body: lastResort }],
    ['to the views', '/v1/views', { body: acknowledged }],
  ])('is not passed on, and is logged: %s %s %j', async (_, url, answer) => {
    gateway.executor.answer = () => answer;
    const { status, json, headers, body } = url === '' ? await gateway.send() : await gateway.get(url);
    expect([status, json['code'], json['effect']]).toEqual([500, 'INTERNAL', 'unknown']);
    expect(headers['do-should-retry']).toBe('true');
    expect(body).not.toMatch(/ORDERS|JetStream/);
    expect(gateway.errors).toEqual([
      {
        err: expect.objectContaining({ message: expect.stringMatching(/JetStream/) }),
        requestId: json['requestId'],
      },
    ]);
  });

  it('is told from a small or a large one of the service', async () => {
    for (const items of ['[]', `[${'1,'.repeat(2_000)}1]`]) {
      gateway.executor.answer = () => ({ body: `{"items":${items}}` });
      expect((await gateway.get('/v1/executions')).status).toBe(200);
    }
  });
});

it('headers of an answer count whatever the case of their names', async () => {
  gateway.executor.answer = () => ({
    body: '{"execution":{}}',
    headers: { 'IDEMPOTENCY-STATUS': 'pending', 'do-execution-id': EXECUTION, 'Do-retry-after-MS': '3000' },
  });
  const { status, headers } = await gateway.send();
  expect([status, headers['location'], headers['retry-after'], headers['idempotency-status']]).toEqual([
    202,
    `/v1/executions/${EXECUTION}`,
    '3',
    'pending',
  ]);
  const refused = failure(problem('TOO_LATE'));
  const lower = Object.entries({ ...refused.headers }).map(([name, value]) => [name.toLowerCase(), value]);
  gateway.executor.answer = () => ({ body: refused.body, headers: Object.fromEntries(lower) });
  expect((await gateway.send()).status).toBe(412);
});
