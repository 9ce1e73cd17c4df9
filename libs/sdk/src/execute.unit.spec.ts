import { DoError } from './do-error.js';
import { done, execution, refusal, scripted } from './gateway-double.contract.js';

const call = { name: 'send-welcome-email', params: { userId: 'usr_1', template: 'v2' } };

describe('execute', () => {
  it('gives the result, no error, and the execution', async () => {
    const { action } = scripted([done]);
    expect(await action.execute(call)).toEqual({
      result: { messageId: 'm1' },
      error: undefined,
      execution: execution(),
    });
  });

  it('sends what the gateway wants to know', async () => {
    const { action, seen } = scripted([done]);
    await action.execute({ ...call, version: 3, idempotencyKey: 'a"b', metadata: { batch: '7' } });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/v1/actions/send-welcome-email/executions?version=3',
      body: '{"params":{"userId":"usr_1","template":"v2"},"metadata":{"batch":"7"}}',
    });
    expect(Object.fromEntries(seen[0]!.headers)).toEqual({
      authorization: 'Bearer do_key',
      'content-type': 'application/json',
      'idempotency-key': '"a\\"b"',
      'do-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      prefer: 'wait=20',
      'repeatability-first-sent': '2030-01-01T00:00:00.000Z',
    });
  });

  it.each([
    [60_000, 'wait=20'],
    [15_500, 'wait=15'],
    [500, 'wait=1'],
  ])('with %d ms to wait asks the gateway to hold its answer: %s', async (timeoutMs, prefer) => {
    const { action, seen } = scripted([done]);
    await action.execute({ ...call, timeoutMs });
    expect(seen[0]!.headers.get('Prefer')).toBe(prefer);
  });

  it('returns what the action failed with', async () => {
    const cause = { code: 'CARD_DECLINED', message: 'declined', details: { limit: 5 } };
    const { action, seen } = scripted([refusal(422, { cause, executionId: 'exe_0123-1', effect: 'none' })]);
    const { result, error } = await action.execute(call);
    expect(result).toBeUndefined();
    expect(error).toBeInstanceOf(DoError);
    expect(error).toMatchObject({
      code: 'ACTION_FAILED',
      source: 'action',
      status: 422,
      cause,
      effect: 'none',
    });
    expect(error?.message).toBe('ACTION_FAILED: The action failed. See cause for what the action said.');
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'ACTION_FAILED', cause });
    expect(seen).toHaveLength(1);
  });
});
