import type { ControlOptions, ResolveOptions } from './check-control.js';
import {
  afterTheWait,
  cut,
  done,
  execution,
  goesOn,
  hangs,
  json,
  problem,
  refusal,
  scripted,
} from './gateway-double.contract.js';

const id = 'exe_0123-1';
const reason = 'ordered twice';
const cancelled = execution({ status: 'cancelled', effect: 'none' });
const failed = problem({ code: 'CANCELLED', detail: 'cancelled between two attempts' });

describe('a word of an operator', () => {
  it.each(['cancel', 'retry', 'undo'] as const)(
    'is sent with its reason and a request id: %s',
    async (verb) => {
      const { action, seen } = scripted([json(200, { execution: execution({ status: 'undone' }) })]);
      const { error, execution: after } = await action[verb]('exe/1', { reason });
      expect([error, after?.status]).toEqual([undefined, 'undone']);
      const [{ method, path, body, headers } = { headers: new Headers() }] = seen;
      expect([method, path, body]).toEqual([
        'POST',
        `/v1/executions/exe%2F1/${verb}`,
        JSON.stringify({ reason }),
      ]);
      expect(headers.get('Do-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
      expect([headers.get('Authorization'), headers.get('Content-Type'), headers.get('Prefer')]).toEqual([
        'Bearer do_key',
        'application/json',
        'wait=20',
      ]);
    },
  );

  it('that settles an execution is sent with the outcome, and how one knows', async () => {
    const { action, seen } = scripted([done, done]);
    const outcome = { result: { messageId: 'm1', at: new Date(0) } };
    const { result } = await action.resolve(id, { reason, outcome, evidence: 'it is in the outbox' });
    expect(result).toEqual({ messageId: 'm1' });
    await action.resolve(id, { reason, outcome: { error: { message: 'not sent', effect: 'none' } } });
    expect(seen.map(({ body }) => JSON.parse(body ?? ''))).toEqual([
      {
        reason,
        outcome: { result: { messageId: 'm1', at: '1970-01-01T00:00:00.000Z' } },
        evidence: 'it is in the outbox',
      },
      { reason, outcome: { error: { message: 'not sent', effect: 'none' } } },
    ]);
  });

  it.each([
    ['cancel', execution({ status: 'cancelled', error: failed })],
    ['resolve', execution({ status: 'failed', error: problem() })],
    ['undo', execution({ status: 'undone' })],
  ] as const)('is no error where it ends as it was wanted: %s', async (verb, after) => {
    const { action } = scripted([json(200, { execution: after })]);
    const answer = await action[verb](id, { reason, outcome: { result: null } });
    expect(answer).toEqual({ result: undefined, error: undefined, execution: after });
  });

  it('tells what the work gave that was not to be cancelled any more', async () => {
    const { action } = scripted([done]);
    expect(await action.cancel(id, { reason })).toMatchObject({
      result: { messageId: 'm1' },
      error: undefined,
      execution: { status: 'succeeded' },
    });
  });

  it.each([
    ['cancel', refusal(500, { code: 'OUTCOME_UNKNOWN', execution: execution({ status: 'unknown' }) })],
    ['retry', refusal(422, { execution: execution({ status: 'failed' }) })],
    ['undo', refusal(503, { code: 'NO_HANDLER', execution: execution() })],
  ] as const)('is an error where the work ends otherwise, with the execution: %s', async (verb, answer) => {
    const { action } = scripted([answer], { retriesMax: 0 });
    const { result, error, execution: after } = await action[verb](id, { reason });
    expect([result, after?.id, error?.execution]).toEqual([undefined, id, after]);
    expect(error?.code).toMatch(/OUTCOME_UNKNOWN|ACTION_FAILED|NO_HANDLER/);
  });

  it('is an error where nothing is undone, and says why and that it stands', async () => {
    const after = execution({ undo: { status: 'failed', attempts: 3, effect: 'none' } });
    const cause = { code: 'BILLING_DOWN', message: 'm' };
    const { action } = scripted([refusal(409, { code: 'COMPENSATION_FAILED', cause, execution: after })]);
    const { error, execution: told } = await action.undo(id, { reason });
    expect([error?.code, error?.cause, told]).toEqual(['COMPENSATION_FAILED', cause, after]);
  });

  it.each(['cancel', 'retry', 'undo'] as const)(
    'that has not taken effect is said again, to the letter, until it has: %s',
    async (verb) => {
      const { action, seen } = scripted([
        afterTheWait(goesOn),
        cut,
        afterTheWait(goesOn),
        json(200, { execution: execution({ status: 'undone' }) }),
      ]);
      expect((await action[verb](id, { reason })).error).toBeUndefined();
      const sent = seen.map(({ method, path, body, headers }) => [
        method,
        path,
        body,
        headers.get('Do-Request-Id'),
      ]);
      expect(seen).toHaveLength(4);
      for (const each of sent) expect(each).toEqual(sent[0]);
    },
  );

  it('that comes too early is said again when it may be, within the time that there is', async () => {
    const early = refusal(409, { code: 'IN_PROGRESS', retryAfterMs: 3_000 }, { 'Do-Should-Retry': 'true' });
    const say = { reason, outcome: { result: 1 } };
    const { action, seen } = scripted([early, done]);
    expect((await action.resolve(id, say)).error).toBeUndefined();
    const [first, second] = seen.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(3_000);
    const { action: hurried, seen: asked } = scripted([early]);
    const { error } = await hurried.resolve(id, { ...say, timeoutMs: 2_000 });
    expect([error?.code, error?.retryAfterMs, asked.length]).toEqual(['IN_PROGRESS', 3_000, 1]);
  });

  it('that has not taken effect in time is PENDING, and so it is when the signal is aborted', async () => {
    const { action } = scripted([afterTheWait(goesOn)]);
    const late = await action.cancel(id, { reason, timeoutMs: 30_000 });
    expect(late).toMatchObject({
      error: { code: 'PENDING', executionId: id },
      execution: { status: 'running' },
    });
    const stopper = new AbortController();
    const { action: hanging } = scripted([goesOn, hangs]);
    const waiting = hanging.undo(id, { reason, signal: stopper.signal });
    setImmediate(() => stopper.abort());
    expect((await waiting).error?.code).toBe('PENDING');
  });

  it.each([
    ['NOT_POSSIBLE', 409],
    ['IN_PROGRESS', 409],
    ['NOT_FOUND', 404],
  ] as const)('that is refused is an error, said once: %s', async (code, status) => {
    const { action, seen } = scripted([refusal(status, { code, source: 'executor' })]);
    const { error, execution: after } = await action.undo(id, { reason });
    expect([error?.code, after, seen.length]).toEqual([code, undefined, 1]);
  });

  it.each<[string, string, unknown, RegExp]>([
    ['no id', '', { reason }, /execution id/],
    ['no options', id, undefined, /wants a reason/],
    ['no reason', id, {}, /reason is missing/],
    ['a reason of spaces', id, { reason: ' \n' }, /reason is missing/],
    ['a long reason', id, { reason: 'x'.repeat(501) }, /longer than 500/],
    ['no outcome', id, { reason }, /outcome/],
    ['an empty outcome', id, { reason, outcome: {} }, /neither/],
    [
      'both outcomes',
      id,
      { reason, outcome: { result: 1, error: { message: 'm', effect: 'none' } } },
      /neither/,
    ],
    ['a result that is no JSON', id, { reason, outcome: { result: 1n } }, /outcome\.result: .*bigint/],
    ['long evidence', id, { reason, outcome: { result: 1 }, evidence: 'x'.repeat(2_001) }, /2000/],
    ['a timeout of nothing', id, { reason, outcome: { result: 1 }, timeoutMs: 0 }, /timeoutMs/],
  ])('with %s is refused, and nothing is sent', async (_what, given, options, detail) => {
    const { action, seen } = scripted([done]);
    const { error } = await action.resolve(given, options as ResolveOptions);
    expect([error?.code, error?.effect, seen.length]).toEqual(['REQUEST_INVALID', 'none', 0]);
    expect(error?.detail).toMatch(detail);
  });

  it('is said of a run, too, and needs a key', async () => {
    const { action, seen } = scripted([goesOn, json(200, { execution: cancelled })]);
    const { result: run } = await action.start({ name: 'send-welcome-email', params: {} });
    const options: ControlOptions = { reason };
    expect((await run?.cancel(options))?.execution).toEqual(cancelled);
    expect(seen.at(-1)?.path).toBe('/v1/executions/exe_0123-1/cancel');
    const { action: keyless } = scripted([done], {}, '');
    expect((await keyless.cancel(id, options)).error?.code).toBe('UNAUTHENTICATED');
  });
});
