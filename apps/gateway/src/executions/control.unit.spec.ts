import { CONTROL_VERBS, HEADERS, problem } from '@action-do/contracts';
import {
  EXECUTION,
  failure,
  GatewayOverStub,
  type Request,
  type StubAnswer,
} from '../testing/gateway-over-stub.contract.js';

let gateway: GatewayOverStub;
beforeEach(async () => {
  gateway = await GatewayOverStub.start();
});
afterEach(() => gateway.close());

const reason = 'ordered twice';
const outcome = { result: { invoiceId: '17', cents: 100 } };
const bodyOf = (verb: string) => (verb === 'resolve' ? { reason, outcome } : { reason });
const told = (how: string, more: Record<string, string> = {}): StubAnswer => ({
  body: '{"execution":{"status" : "…"}}',
  headers: { [HEADERS.idempotencyStatus]: how, [HEADERS.executionId]: EXECUTION, ...more },
});
const control = (verb: string, body: unknown = bodyOf(verb), headers: Request['headers'] = {}) =>
  gateway.send({
    url: `/v1/executions/${EXECUTION}/${verb}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  });

describe('a word of an operator', () => {
  it.each(CONTROL_VERBS)(
    'is passed on, with who says it and why, and its answer comes back: %s',
    async (verb) => {
      gateway.executor.answer = () => told('executed');
      const requestId = '0190f0f0-0000-7000-8000-000000000001';
      const reply = await control(verb, bodyOf(verb), { prefer: 'wait=3', 'do-request-id': requestId });
      const [message] = gateway.executor.asked;
      expect([reply.status, reply.body, message?.subject]).toEqual([
        200,
        told('').body,
        `do.v1.gw.default.execution.${verb}`,
      ]);
      expect(JSON.parse(new TextDecoder().decode(message?.payload))).toEqual({
        id: EXECUTION,
        ...bodyOf(verb),
      });
      expect(gateway.executor.headers).toMatchObject({
        [HEADERS.actorType]: 'api_key',
        [HEADERS.actorId]: 'default-000000000001',
        [HEADERS.channel]: 'http',
        [HEADERS.timeoutMs]: '3000',
        [HEADERS.requestId]: requestId,
      });
    },
  );

  it.each(CONTROL_VERBS)(
    'is waited for as an execute call is, and told apart by an id of its own: %s',
    async (verb) => {
      gateway.executor.answer = () => told('executed');
      await control(verb);
      expect(gateway.executor.headers).toMatchObject({
        [HEADERS.timeoutMs]: '20000',
        [HEADERS.requestId]: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(gateway.executor.headers).not.toHaveProperty(HEADERS.idempotencyKey);
    },
  );

  it('that has not taken effect yet is 202 with where and when to look', async () => {
    gateway.executor.answer = () => told('pending', { [HEADERS.retryAfterMs]: '1500' });
    const { status, headers } = await control('undo');
    expect([status, headers['location'], headers['retry-after']]).toEqual([
      202,
      `/v1/executions/${EXECUTION}`,
      '2',
    ]);
  });

  it.each([
    ['NOT_FOUND', 404],
    ['NOT_POSSIBLE', 409],
    ['IN_PROGRESS', 409],
  ] as const)('that is refused comes back as a problem: %s', async (code, status) => {
    gateway.executor.answer = () => failure(problem(code, { detail: 'It is running.', retryAfterMs: 2_000 }));
    const reply = await control('resolve');
    expect([reply.status, reply.json['code'], reply.json['detail'], reply.headers['retry-after']]).toEqual([
      status,
      code,
      'It is running.',
      '2',
    ]);
  });

  it('may say how an operator knows', async () => {
    gateway.executor.answer = () => told('executed');
    const body = {
      reason,
      outcome: { error: { message: 'not sent', effect: 'none' } },
      evidence: 'the outbox is empty',
    };
    await control('resolve', body);
    const [message] = gateway.executor.asked;
    expect(JSON.parse(new TextDecoder().decode(message?.payload))).toEqual({ id: EXECUTION, ...body });
  });

  it.each<[string, string, unknown, RegExp]>([
    ['no reason', 'cancel', {}, /^reason: /],
    ['an empty reason', 'undo', { reason: ' ' }, /^reason: say why/],
    ['a reason too long', 'retry', { reason: 'x'.repeat(501) }, /^reason: /],
    ['an id in the body', 'cancel', { reason, id: EXECUTION }, /id/],
    ['a member of another verb', 'retry', { reason, outcome }, /outcome/],
    ['no outcome', 'resolve', { reason }, /^outcome: /],
    ['an outcome that says both', 'resolve', { reason, outcome: { ...outcome, error: {} } }, /^outcome/],
    ['a list', 'cancel', [], /^The body: /],
    ['nothing', 'cancel', '', /^The body, byte 0/],
    ['a member twice', 'cancel', '{"reason":"a","reason":"b"}', /^reason, byte 14/],
    ['a prototype key', 'resolve', '{"reason":"a","outcome":{"result":{"__proto__":{}}}}', /__proto__/],
  ])('with %s is refused, and nobody is asked', async (_what, verb, body, detail) => {
    const { status, json } = await control(verb, body);
    expect([status, json['code'], json['detail'], gateway.executor.asked.length]).toEqual([
      400,
      'BODY_INVALID',
      expect.stringMatching(detail),
      0,
    ]);
    expect(json['issues']).toEqual([expect.objectContaining({ message: expect.any(String) })]);
  });

  it.each([
    ['without a key', { authorization: '' }, 401],
    ['of another type', { 'content-type': 'text/plain' }, 415],
  ])('%s is refused, and nobody is asked', async (_how, headers, status) => {
    expect([(await control('cancel', { reason }, headers)).status, gateway.executor.asked.length]).toEqual([
      status,
      0,
    ]);
  });

  it.each(CONTROL_VERBS)(
    'whose answer is lost is said again, the same, without waiting: %s',
    async (verb) => {
      const request = gateway.bus.request.bind(gateway.bus);
      let lost = 0;
      gateway.bus.request = async (subject, payload, options) => {
        const answer = await request(subject, payload, options);
        if (!subject.includes('.execution.') || lost++ > 0) return answer;
        throw Object.assign(new Error('lost'), { code: 'BUS_TIMEOUT' });
      };
      gateway.executor.answer = () => told('executed');
      expect((await control(verb)).status).toBe(200);
      const [first, second] = gateway.executor.asked;
      const { [HEADERS.timeoutMs]: waitMs, ...headers } = { ...second?.headers };
      expect(second?.payload).toEqual(first?.payload);
      expect([waitMs, { ...first?.headers }]).toEqual(['0', { ...headers, [HEADERS.timeoutMs]: '20000' }]);
    },
  );

  it('that nobody hears was not carried out, and is told so', async () => {
    await control('cancel');
    gateway.executor.leave();
    const { json } = await control('cancel', { reason }, { prefer: 'wait=0' });
    expect(json).toMatchObject({ code: 'UNAVAILABLE', effect: 'none' });
  });
});
