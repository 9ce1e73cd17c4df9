import { DoError } from './do-error.js';
import { cut, done, execution, goesOn, json, problem, refusal, scripted } from './gateway-double.contract.js';

const call = { name: 'send-welcome-email', params: { userId: 'usr_1' } };

describe('start', () => {
  it('does not wait: it asks for an answer as soon as the request is recorded', async () => {
    const { action, seen } = scripted([goesOn]);
    const { result: run, error } = await action.start(call);
    expect(error).toBeUndefined();
    expect(run).toMatchObject({ id: 'exe_0123-1', execution: { status: 'running' } });
    expect(seen.map(({ headers }) => headers.get('Prefer'))).toEqual(['respond-async']);
  });

  it('gives a run that can be waited for, looked at, and read', async () => {
    const event = { eventId: 'e1', type: 'ActionRequested' };
    const found = json(200, { execution: execution(), result: 5 });
    const { action, seen } = scripted([goesOn, done, found, json(200, { items: [event] })]);
    const { result: run } = await action.start(call);
    expect((await run?.wait())?.result).toEqual({ messageId: 'm1' });
    expect((await run?.get())?.result).toBe(5);
    expect(await run?.events()).toEqual({ result: [event], error: undefined });
    expect(seen.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/executions/exe_0123-1/attach',
      'GET /v1/executions/exe_0123-1',
      'GET /v1/executions/exe_0123-1/events',
    ]);
  });

  it('reads the events page after page', async () => {
    const page = (n: number, more: object = {}) => json(200, { items: [{ eventId: `e${n}` }], ...more });
    const { action, seen } = scripted([goesOn, page(1, { nextCursor: '4' }), page(2)]);
    const { result: run } = await action.start(call);
    expect((await run?.events())?.result).toEqual([{ eventId: 'e1' }, { eventId: 'e2' }]);
    expect(seen.at(-1)?.path).toBe('/v1/executions/exe_0123-1/events?cursor=4');
  });

  it('returns a refusal, and repeats through trouble', async () => {
    const { action } = scripted([cut, refusal(403, { code: 'FORBIDDEN' })]);
    expect(await action.start(call)).toMatchObject({ result: undefined, error: { code: 'FORBIDDEN' } });
  });

  it('gives a run whose wait ends at its own deadline or signal, PENDING', async () => {
    const { action } = scripted([goesOn]);
    const { result: run } = await action.start(call);
    expect((await run?.wait({ timeoutMs: 2_000 }))?.error).toMatchObject({ code: 'PENDING' });
    const aborted = await run?.wait({ signal: AbortSignal.abort() });
    expect(aborted).toMatchObject({ error: { code: 'PENDING' }, execution: { id: 'exe_0123-1' } });
    expect((await run?.wait({ timeoutMs: -1 }))?.error).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('get', () => {
  it.each([
    ['succeeded', {}, undefined],
    ['undone', {}, undefined],
    ['pending', {}, 'PENDING'],
    ['running', {}, 'PENDING'],
    ['retrying', {}, 'PENDING'],
    ['unknown', {}, 'OUTCOME_UNKNOWN'],
    ['failed', {}, 'ACTION_FAILED'],
    ['cancelled', {}, 'CANCELLED'],
    ['failed', { error: problem({ code: 'ATTEMPTS_EXHAUSTED' }) }, 'ATTEMPTS_EXHAUSTED'],
  ] as const)('tells of an execution that is %s (%j)', async (status, change, code) => {
    const body = { execution: execution({ status, ...change }), ...(code === undefined && { result: 'r' }) };
    const { action } = scripted([json(200, body)]);
    const { result, error, execution: found } = await action.get('exe_0123-1');
    expect(result).toBe(code === undefined ? 'r' : undefined);
    expect(error?.code).toBe(code);
    expect(found).toEqual(body.execution);
    if (error) expect(error).toMatchObject({ executionId: 'exe_0123-1', execution: body.execution });
  });

  it('returns NOT_FOUND as an error', async () => {
    const { action, seen } = scripted([refusal(404, { code: 'NOT_FOUND', source: 'executor' })]);
    expect((await action.get('a/b')).error).toMatchObject({ code: 'NOT_FOUND' });
    expect(seen[0]?.path).toBe('/v1/executions/a%2Fb');
  });
});

describe('executeOrThrow', () => {
  it('gives the result, or throws what execute returns', async () => {
    const { action } = scripted([done, refusal(422)]);
    expect((await action.executeOrThrow(call)).result).toEqual({ messageId: 'm1' });
    const thrown: unknown = await action.executeOrThrow(call).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(DoError);
    expect(thrown).toMatchObject({ name: 'DoError', code: 'ACTION_FAILED', status: 422 });
  });
});
