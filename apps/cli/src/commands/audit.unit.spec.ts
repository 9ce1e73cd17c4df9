import { problem } from '@action-do/contracts';
import { ado, execution, ID, json, list } from '../testing/ado.contract.js';

const EXECUTION = `GET /v1/executions/${ID}`;
let n = 0;
const event = (type: string, atMs: number, data: object, more: object = {}) => ({
  eventId: `evt-${++n}`,
  type,
  executionId: ID,
  action: 'send-invoice',
  version: 2,
  actor: { type: 'api_key', id: 'default-abc' },
  position: `log-${n}`,
  occurredAt: new Date(Date.parse('2030-01-01T00:00:00Z') + atMs).toISOString(),
  data,
  ...more,
});
const refused = {
  code: 'ACTION_FAILED',
  message: 'It broke',
  cause: { code: 'SMTP', message: 'no \u001b[2Jroute' },
};
const events = [
  event(
    'ActionRequested',
    0,
    { generation: 1, params: { to: 'a\u001b[2J' }, requestId: 'r1', metadata: { order: '7' } },
    { record: { credentialId: 'default-abc', channel: 'http', userAgent: 'curl/8' } },
  ),
  event('ActionStarted', 1, { attempt: 1, executor: 'x1' }),
  event('ActionAttemptFailed', 5, {
    attempt: 1,
    error: refused,
    effect: 'none',
    nextAttemptAtMs: 1893456001000,
  }),
  event('ActionStarted', 1_000, { attempt: 2, executor: 'x1' }),
  event('ActionFailed', 1_012, { attempt: 2, error: refused, effect: 'none' }),
  event('FromTheFuture', 1_013, { a: 1 }),
];
const failed = execution({
  status: 'failed',
  effect: 'none',
  attempts: 2,
  durationMs: 1_012,
  error: problem('ACTION_FAILED', { detail: 'It broke.', cause: refused.cause }),
});
const answers = { [EXECUTION]: json(200, { execution: failed }), [`${EXECUTION}/events`]: list(events) };

describe('ado audit show', () => {
  it('tells the whole story of an execution', async () => {
    const { exitCode, out } = await ado(['audit', 'show', ID], { answers });
    expect(out).toBe(`${ID}  failed
  action      send-invoice@2
  asked by    default-abc (api_key)
  credential  default-abc
  channel     http
  client      curl/8
  requested   2030-01-01T00:00:00.000Z
  key         auto:77  (from the params)
  request     r1
  labels      {"order":"7"}
  position    log-7

Params
  {
    "to": "a\\u001b[2J"
  }

What happened
  2030-01-01T00:00:00.000Z       +0 ms  requested, generation 1
  2030-01-01T00:00:00.001Z       +1 ms  attempt 1 started on x1
  2030-01-01T00:00:00.005Z       +5 ms  attempt 1 failed: ACTION_FAILED, It broke (SMTP: no \\x1b[2Jroute); effect none; next not before 2030-01-01T00:00:01.000Z
  2030-01-01T00:00:01.000Z    +1000 ms  attempt 2 started on x1
  2030-01-01T00:00:01.012Z    +1012 ms  failed for good: ACTION_FAILED, It broke (SMTP: no \\x1b[2Jroute); effect none
  2030-01-01T00:00:01.013Z    +1013 ms  FromTheFuture {"a":1}

Outcome
  status    failed
  effect    none
  attempts  2
  took      1012 ms
  error     ACTION_FAILED: It broke.
  cause     SMTP: no \\x1b[2Jroute
  to do     See cause for what the action said.
`);
    expect(exitCode).toBe(0);
  });

  it('is one object where programs read', async () => {
    const { out } = await ado(['audit', 'show', ID, '-o', 'json'], { answers });
    expect(JSON.parse(out)).toEqual({ execution: failed, events });
  });

  it('reads the events of all pages', async () => {
    const pages = [list(events.slice(0, 2), { nextCursor: 'c1' }), list(events.slice(2))];
    const { out, asked } = await ado(['audit', 'show', ID, '-o', 'ndjson'], {
      answers: { ...answers, [`${EXECUTION}/events`]: pages },
    });
    expect(JSON.parse(out).events).toEqual(events);
    expect(asked.at(-1)?.query.get('cursor')).toBe('c1');
  });

  it('of an execution that there is not is 4', async () => {
    expect((await ado(['audit', 'show', ID])).exitCode).toBe(4);
  });
});

describe('ado audit ls', () => {
  it('lists events, by type and execution as well', async () => {
    const { out, asked } = await ado(
      ['audit', 'ls', '--type', 'ActionFailed', '--execution', ID, '--action', 'x'],
      {
        answers: { 'GET /v1/audit/events': list([events[4] ?? {}]) },
      },
    );
    expect(out).toMatch(
      /^POSITION +OCCURRED +TYPE +ACTION +EXECUTION +ACTOR +ERROR\nlog-5 .* ACTION_FAILED\n$/,
    );
    expect(asked[0]?.path).toBe(`/v1/audit/events?action=x&type=ActionFailed&execution=${ID}&limit=50`);
  });

  it('shows no action for what has none', async () => {
    const keyCreated = event('KeyCreated', 0, {}, { action: null, version: null, executionId: null });
    const { out } = await ado(['audit', 'ls'], {
      answers: { 'GET /v1/audit/events': list([keyCreated]) },
    });
    expect(out).toMatch(/KeyCreated +default-abc/);
  });
});

describe('ado get', () => {
  it('answers with 0 whatever became of the execution', async () => {
    const { exitCode, out, err } = await ado(['get', ID], { answers });
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toMatch(
      /send-invoice@2 {2}failed\n.*error +ACTION_FAILED: It broke\.\n +cause +SMTP: no \\x1b\[2Jroute/s,
    );
  });

  it('passes the answer on in json, members that it does not know included', async () => {
    const body = { result: { a: 1 }, execution: execution({ fromTheFuture: true }) };
    const { out } = await ado(['get', ID, '-o', 'json'], { answers: { [EXECUTION]: json(200, body) } });
    expect(JSON.parse(out)).toEqual(body);
  });

  it('with --events lists them in order', async () => {
    const { out } = await ado(['get', ID, '--events', '-o', 'id'], { answers });
    expect(out).toBe(events.map(({ eventId }) => `${eventId}\n`).join(''));
  });

  it.each(['', 'a b', 'x'.repeat(201)])('refuses what is no id: %j', async (id) => {
    const { exitCode, asked } = await ado(['get', id]);
    expect([exitCode, asked.length]).toEqual([2, 0]);
  });

  it('cannot be led to another path by an id', async () => {
    const { asked } = await ado(['get', '../../health/live?x=1']);
    expect(asked[0]?.path).toBe('/v1/executions/..%2F..%2Fhealth%2Flive%3Fx%3D1');
  });
});
