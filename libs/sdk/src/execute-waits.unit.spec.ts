import {
  afterTheWait,
  cut,
  done,
  execution,
  goesOn,
  hangs,
  json,
  refusal,
  scripted,
} from './gateway-double.contract.js';

const call = { name: 'send-welcome-email', params: { userId: 'usr_1', template: 'v2' } };

describe('execute goes on waiting for what takes longer than one answer', () => {
  it('by attaching to the execution, at once after an answer that had waited', async () => {
    const { action, seen } = scripted([afterTheWait(goesOn), afterTheWait(goesOn), done]);
    const outcome = await action.execute(call);
    expect(outcome.result).toEqual({ messageId: 'm1' });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/actions/send-welcome-email/executions',
      'GET /v1/executions/exe_0123-1/attach',
      'GET /v1/executions/exe_0123-1/attach',
    ]);
    expect(seen.map(({ atMs }) => atMs - seen[0]!.atMs)).toEqual([0, 20_000, 40_000]);
    expect(seen.map(({ headers }) => headers.get('Prefer'))).toEqual(['wait=20', 'wait=20', 'wait=19']);
    expect(Object.fromEntries(seen[1]!.headers)).toEqual({
      authorization: 'Bearer do_key',
      prefer: 'wait=20',
    });
  });

  it('without spinning where the gateway answers sooner than it was asked to', async () => {
    const soon = json(202, { execution: execution({ status: 'retrying' }) }, { 'Retry-After': '3' });
    const { action, seen } = scripted([soon, goesOn, done]);
    await action.execute(call);
    expect(seen.map(({ atMs }) => atMs - seen[0]!.atMs)).toEqual([0, 3_000, 4_000]);
  });

  it('through trouble on the way', async () => {
    const { action } = scripted([goesOn, cut, refusal(503), done]);
    expect((await action.execute(call)).error).toBeUndefined();
  });

  it('until its own deadline, then says PENDING with the execution', async () => {
    const { action, clock } = scripted([afterTheWait(goesOn)], { timeoutMs: 45_000 });
    const beganMs = clock.now();
    const outcome = await action.execute(call);
    expect(clock.now() - beganMs).toBeLessThanOrEqual(45_000);
    expect(outcome.execution).toMatchObject({ id: 'exe_0123-1', status: 'running' });
    expect(outcome.error).toMatchObject({
      code: 'PENDING',
      retryable: true,
      source: 'sdk',
      effect: 'unknown',
      executionId: 'exe_0123-1',
      detail: 'The execution is running and goes on: 45000 ms are over, which ends only the waiting.',
    });
  });

  it('and keeps the execution beside a failure', async () => {
    const { action } = scripted([goesOn, refusal(422)]);
    expect(await action.execute(call)).toMatchObject({
      error: { code: 'ACTION_FAILED', execution: { id: 'exe_0123-1' } },
      execution: { id: 'exe_0123-1' },
    });
  });
});

describe('the end of the waiting is never told as a failure of the work:', () => {
  it('no answer at all within the deadline', async () => {
    const { action, clock } = scripted([hangs], { timeoutMs: 800 });
    const beganMs = clock.now();
    expect((await action.execute(call)).error).toMatchObject({
      code: 'UNAVAILABLE',
      source: 'sdk',
      effect: 'unknown',
      retryable: true,
      hint: 'Repeat the same call with the same key: a repeat is safe.',
    });
    expect(clock.now() - beganMs).toBe(800);
  });

  it('a deadline while attached', async () => {
    const { action } = scripted([goesOn, hangs]);
    expect((await action.execute({ ...call, timeoutMs: 2_000 })).error).toMatchObject({
      code: 'PENDING',
      executionId: 'exe_0123-1',
    });
  });

  it('an abort while the request is under way', async () => {
    const abort = new AbortController();
    const { action } = scripted([
      (seen, clock) => {
        queueMicrotask(() => abort.abort());
        return hangs(seen, clock);
      },
    ]);
    expect((await action.execute({ ...call, signal: abort.signal })).error).toMatchObject({
      code: 'PENDING',
      effect: 'unknown',
      retryable: true,
      detail: expect.stringContaining('ends the waiting, not the work'),
    });
  });

  it('an abort while attached', async () => {
    const abort = new AbortController();
    const { action, seen } = scripted([
      (...args) => {
        abort.abort();
        return goesOn(...args);
      },
    ]);
    const { error, execution: known } = await action.execute({ ...call, signal: abort.signal });
    expect(error).toMatchObject({ code: 'PENDING', detail: expect.stringContaining('signal was aborted') });
    expect(known).toMatchObject({ id: 'exe_0123-1' });
    expect(seen).toHaveLength(1);
  });

  it('an abort during a pause, which ends the pause', async () => {
    const abort = new AbortController();
    const { action, clock } = scripted([refusal(503, {}, { 'Retry-After': '50' })]);
    const beganMs = clock.now();
    clock.after(10_000, () => abort.abort());
    expect((await action.execute({ ...call, signal: abort.signal })).error).toMatchObject({
      code: 'PENDING',
    });
    expect(clock.now() - beganMs).toBe(10_000);
  });

  it('an abort before anything was sent: then there is no work', async () => {
    const { action, seen } = scripted([done]);
    expect((await action.execute({ ...call, signal: AbortSignal.abort() })).error).toMatchObject({
      code: 'CANCELLED',
      effect: 'none',
    });
    expect(seen).toHaveLength(0);
  });
});
