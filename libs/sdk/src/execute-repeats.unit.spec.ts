import { DoError } from './do-error.js';
import { cut, done, json, noConnection, page, refusal, scripted } from './gateway-double.contract.js';

const call = { name: 'send-welcome-email', params: { userId: 'usr_1', template: 'v2' } };

describe('execute repeats the call by itself', () => {
  const busy = (status: number, headers = {}) =>
    refusal(status, { code: 'UNAVAILABLE', retryable: true }, headers);

  it.each([
    ['a connection that is cut', cut],
    ['a refused connection', noConnection],
    ['429', busy(429)],
    ['503', busy(503)],
    ['any answer that asks for it', busy(500, { 'Do-Should-Retry': 'true' })],
    ['a proxy without anything behind it', page(502)],
    [
      'an answer that breaks off',
      () => new Response('{"resu', { headers: { 'Content-Type': 'application/json' } }),
    ],
  ])('after %s, the same to the letter', async (_what, first) => {
    const { action, seen } = scripted([first, first, done]);
    const { error } = await action.execute(call);
    expect(error).toBeUndefined();
    expect(seen).toHaveLength(3);
    const same = seen.map(({ headers, body }) => [
      body,
      ...['Do-Request-Id', 'Repeatability-First-Sent'].map((name) => headers.get(name)),
    ]);
    expect(same[1]).toEqual(same[0]);
    expect(same[2]).toEqual(same[0]);
  });

  it('but with a request id of its own for each call', async () => {
    const { action, seen } = scripted([done]);
    await action.execute(call);
    await action.execute(call);
    const ids = seen.map(({ headers }) => headers.get('Do-Request-Id'));
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['a final answer', refusal(422)],
    ['503 with Do-Should-Retry: false', busy(503, { 'Do-Should-Retry': 'false' })],
    ['a foreign 404', page(404)],
    ['a foreign page', page(200)],
    ['a redirect', page(308, { Location: 'https://elsewhere.test' })],
    ['JSON of somebody else', json(200, { hello: 'world' })],
  ])('but not after %s', async (_what, answer) => {
    const { action, seen } = scripted([answer, done]);
    expect((await action.execute(call)).error).toBeInstanceOf(DoError);
    expect(seen).toHaveLength(1);
  });

  it('with pauses that grow up to five seconds, a random part of each', async () => {
    const { action, seen, clock } = scripted([...Array(9).fill(cut), done]);
    clock.chance = 0.5;
    await action.execute(call);
    const pauses = seen.slice(1).map(({ atMs }, index) => atMs - seen[index]!.atMs);
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1_600, 2_500, 2_500, 2_500]);
  });

  it.each([
    ['Retry-After in seconds', { 'Retry-After': '7' }, {}, 7_000],
    ['Retry-After as a date', { 'Retry-After': 'Tue, 01 Jan 2030 00:00:04 GMT' }, {}, 4_000],
    ['retryAfterMs, which is finer,', { 'Retry-After': '2' }, { retryAfterMs: 1_500 }, 1_500],
  ])('not before %s', async (_what, headers, change, pauseMs) => {
    const { action, seen } = scripted([refusal(503, { code: 'UNAVAILABLE', ...change }, headers), done]);
    await action.execute(call);
    expect(seen[1]!.atMs - seen[0]!.atMs).toBe(pauseMs);
  });

  it('until retriesMax, then says what the last answer was', async () => {
    const { action, seen } = scripted([busy(503)], { retriesMax: 3 });
    expect((await action.execute(call)).error).toMatchObject({ code: 'UNAVAILABLE', source: 'action' });
    expect(seen).toHaveLength(4);
  });

  it('until the deadline, sixty seconds unless told otherwise', async () => {
    const { action, clock } = scripted([noConnection]);
    const beganMs = clock.now();
    await action.execute(call);
    expect(clock.now() - beganMs).toBeGreaterThan(50_000);
    expect(clock.now() - beganMs).toBeLessThanOrEqual(60_000);
  });

  it('and names the address and npm start where nothing answers, with one warning at once', async () => {
    const { action, warnings } = scripted([noConnection], { timeoutMs: 5_000 });
    const { error } = await action.execute(call);
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      source: 'sdk',
      effect: 'none',
      retryable: true,
      detail: 'Nothing answers at http://do.test (ECONNREFUSED).',
      hint: expect.stringContaining('npm start'),
      cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:8420' },
    });
    expect(warnings).toEqual([expect.stringContaining('npm start')]);
  });

  it('and knows nothing of the effect once a request may have arrived', async () => {
    const { action } = scripted([cut, noConnection], { timeoutMs: 5_000 });
    expect((await action.execute(call)).error).toMatchObject({ code: 'UNAVAILABLE', effect: 'unknown' });
  });
});
