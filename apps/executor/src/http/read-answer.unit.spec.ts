import fc from 'fast-check';
import type { HttpAnswer } from './exchange.js';
import { readAnswer, readProbed, readUndone } from './read-answer.js';

const NOW = Date.UTC(2026, 10, 27);
const JSON_TYPE = { 'content-type': 'application/json' };
const PROBLEM = { 'content-type': 'application/problem+json; charset=utf-8' };
const REPORT = { 'content-type': 'application/vnd.action-do.report+json' };
const fits = () => [];
/** Of what JSON cannot say: null. */
const toText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return 'null';
  }
};
const answer = (
  status: number,
  body: unknown = '',
  headers: HttpAnswer['headers'] = JSON_TYPE,
  isTooLarge = false,
): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  isTooLarge,
  endsByClose: false,
});
/** As of a service that only closes its connection. */
const closed = (given: HttpAnswer): HttpAnswer => ({ ...given, endsByClose: true });
const read = (given: HttpAnswer, check: Parameters<typeof readAnswer>[1] = fits) =>
  readAnswer(given, check, NOW);
const failed = (effect: string, retryable: boolean, causeCode?: string) => ({
  ok: false,
  effect,
  retryable,
  ...(causeCode ? { error: { code: 'ACTION_FAILED', cause: { code: causeCode } } } : {}),
});

describe('what an HTTP service answers to a run', () => {
  it.each([200, 201, 203, 207])('%s with JSON is the result', (status) => {
    expect(read(answer(status, { a: [1, 'ü', null] }))).toEqual({ ok: true, result: { a: [1, 'ü', null] } });
  });

  it.each(['response', 'err', 'id', 'pattern', 'error', 'status', 'code', 'type', '__proto__', 'state'])(
    'a result with a member %s is a result as any other',
    (name) => {
      const body = `{"${name}":{"${name}":1}}`;
      const outcome = read(answer(200, body));
      expect(outcome.ok && JSON.stringify(outcome.result)).toBe(body);
    },
  );

  it.each([204, 205])('%s is the result null', (status) => {
    expect(read(answer(status, '', {}))).toEqual({ ok: true, result: null });
  });

  it.each<[string, HttpAnswer]>([
    ['no body', answer(200)],
    ['no JSON', answer(200, '{"a":')],
    ['HTML', answer(200, '<html>', { 'content-type': 'text/html' })],
    ['an encoding nobody asked for', answer(200, '{}', { 'content-encoding': 'gzip' })],
    ['JSON too deep to be kept', answer(200, '['.repeat(300) + ']'.repeat(300))],
  ])('RESULT_INVALID, its effect applied, with %s', (_, given) => {
    expect(read(given)).toMatchObject({
      ...failed('applied', false),
      error: { code: 'RESULT_INVALID' },
    });
  });

  it('RESULT_INVALID with what is wrong where the schema refuses it', () => {
    const issue = { path: 'result.a', code: 'type', message: 'must be a string' };
    expect(read(answer(200, {}), () => [issue])).toMatchObject({
      effect: 'applied',
      error: { code: 'RESULT_INVALID', issues: [issue] },
    });
  });

  const LIMIT = 512 * 1_024;
  const ofBytes = (bytes: number) => `"${'a'.repeat(bytes - 2)}"`;
  it('a result just under and at the limit is kept; over it RESULT_TOO_LARGE, effect applied', () => {
    expect(read(answer(200, ofBytes(LIMIT - 1))).ok).toBe(true);
    expect(read(answer(200, ofBytes(LIMIT))).ok).toBe(true);
    const tooLarge = { ...failed('applied', false), error: { code: 'RESULT_TOO_LARGE' } };
    expect(read(answer(200, ofBytes(LIMIT + 1)))).toMatchObject(tooLarge);
    expect(read(answer(200, ofBytes(100), JSON_TYPE, true))).toMatchObject(tooLarge);
    const report = (bytes: number) => answer(200, `{"state":"succeeded","result":${ofBytes(bytes)}}`, REPORT);
    expect(read(report(LIMIT)).ok).toBe(true);
    expect(read(report(LIMIT + 1))).toMatchObject(tooLarge);
  });

  it('what declares no length is a result only where it cannot be a part of one', () => {
    for (const whole of ['{"a":1}', '[]', '"12"', 'true', ' null\n'])
      expect(read(closed(answer(200, whole)))).toEqual({ ok: true, result: JSON.parse(whole) });
    for (const part of ['', ' ', '{"a":', '12', '-1.5e', '"1', '<html>', '{"a":1}}'])
      expect(read(closed(answer(200, part)))).toMatchObject(failed('unknown', true, 'HTTP_CUT'));
    const ended = '{"state":"succeeded","result":12}';
    expect(read(closed(answer(200, ended, REPORT)))).toEqual({ ok: true, result: 12 });
    expect(read(closed(answer(200, ended.slice(0, -1), REPORT)))).toMatchObject(
      failed('unknown', true, 'HTTP_CUT'),
    );
    expect(read(closed(answer(204)))).toEqual({ ok: true, result: null });
    expect(readUndone(closed(answer(200, 'OK')), NOW).ok).toBe(true);
  });

  it('202 is no result: it was taken, and nobody knows yet what it comes to', () => {
    expect(read(answer(202, { id: 1 }))).toMatchObject(failed('unknown', true, 'HTTP_202'));
  });

  it.each([300, 301, 302, 303, 304, 307, 308])(
    '%s is not followed: a failure, its effect unknown',
    (status) => {
      const to = { location: 'http://127.0.0.1/', ...JSON_TYPE };
      expect(read(answer(status, '{}', to))).toMatchObject(failed('unknown', false, `HTTP_${status}`));
    },
  );

  it.each([400, 402, 404, 409, 422])(
    '%s with problem+json is a declared failure without an effect',
    (status) => {
      const problem = {
        code: 'CARD_DECLINED',
        title: 'No',
        detail: 'The card was declined',
        status,
        limit: 3,
      };
      expect(read(answer(status, problem, PROBLEM))).toEqual({
        ok: false,
        effect: 'none',
        retryable: false,
        error: {
          code: 'ACTION_FAILED',
          message: 'The card was declined',
          cause: { code: 'CARD_DECLINED', message: 'The card was declined', details: { limit: 3 } },
        },
      });
    },
  );

  it('which may say otherwise', () => {
    const problem = { title: 'Half done', effect: 'applied', retryable: true };
    expect(read(answer(409, problem, PROBLEM))).toMatchObject(failed('applied', true, 'HTTP_409'));
    expect(read(answer(500, { ...problem, effect: 'none' }, PROBLEM))).toMatchObject(failed('none', true));
    expect(read(answer(500, { retryable: false }, PROBLEM))).toMatchObject(failed('unknown', false));
  });

  it.each(['Applied', 'APPLIED', 'NONE', 'maybe', '', true, null, 7, { a: 1 }])(
    'which says that in a way that cannot be read (%j) may have done anything',
    (effect) => {
      for (const status of [404, 422, 429, 500])
        expect(read(answer(status, { code: 'NO', effect }, PROBLEM))).toMatchObject({ effect: 'unknown' });
    },
  );

  it('PARAMS_INVALID, with what is wrong with them', () => {
    const issues = [{ path: 'params.a', code: 'x', message: 'is wrong' }, 'nonsense', { path: 1 }];
    expect(read(answer(422, { code: 'PARAMS_INVALID', issues }, PROBLEM))).toMatchObject({
      effect: 'none',
      error: { code: 'PARAMS_INVALID', issues: [issues[0]] },
    });
  });

  it.each<[string, unknown, HttpAnswer['headers']]>([
    ['an HTML page', '<html>', { 'content-type': 'text/html' }],
    ['JSON', { code: 'NO', effect: 'none' }, JSON_TYPE],
    ['problem+json that is none', '[1]', PROBLEM],
    ['problem+json that is no JSON', '{', PROBLEM],
    ['nothing', '', {}],
  ])('4xx with %s may be somebody in between: its effect is unknown', (_, body, headers) => {
    expect(read(answer(404, body, headers))).toMatchObject(failed('unknown', false, 'HTTP_404'));
  });

  it.each([408, 425, 429])('%s may be tried again', (status) => {
    expect(read(answer(status))).toMatchObject(failed('unknown', true, `HTTP_${status}`));
    expect(read(answer(status, {}, PROBLEM))).toMatchObject(failed('none', true));
  });

  it.each([429, 503])('%s of the author was asked for, and counts as an attempt', (status) => {
    const none = { code: 'UNAVAILABLE', effect: 'none' };
    expect(read(answer(status, none, PROBLEM))).toMatchObject(failed('none', true, 'UNAVAILABLE'));
    expect(read(answer(status, { effect: 'none' }, PROBLEM))).toMatchObject(
      failed('none', true, `HTTP_${status}`),
    );
    const error = { code: 'RATE_LIMITED', message: 'later' };
    const failure = { error, effect: 'none', retryable: true };
    expect(read(answer(200, { state: 'failed', failure }, REPORT))).toMatchObject(
      failed('none', true, 'RATE_LIMITED'),
    );
  });

  it.each([500, 501, 502, 503, 504, 599])('%s is by the effects class', (status) => {
    expect(read(answer(status, '{}'))).toMatchObject(failed('unknown', true, `HTTP_${status}`));
    expect(read(answer(status, {}, PROBLEM))).toMatchObject(failed('unknown', true));
  });

  it.each<[string, number | undefined]>([
    ['7', 7_000],
    [new Date(NOW + 9_000).toUTCString(), 9_000],
    ['999999999', 24 * 3_600_000],
    ['0', undefined],
    ['soon', undefined],
    ['-1', undefined],
    [new Date(NOW - 9_000).toUTCString(), undefined],
  ])('Retry-After %s puts the next attempt off by %s', (text, ms) => {
    const again = { 'retry-after': text };
    for (const status of [202, 429, 503]) {
      const outcome = read(answer(status, '', again));
      expect(outcome.ok ? null : outcome.retryAfterMs).toBe(ms);
    }
    expect(read(answer(200, '1', again))).toEqual({ ok: true, result: 1 });
  });
});

it('whatever is answered comes to an outcome that can be recorded, and only a declared failure is without an effect', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record(
      {
        code: fc.anything(),
        detail: fc.oneof(fc.string(), fc.anything()),
        effect: fc.oneof(
          fc.constantFrom('none', 'applied', 'unknown', 'Applied', 'NONE', 7, null, true),
          fc.anything(),
        ),
        retryable: fc.oneof(fc.boolean(), fc.string()),
        issues: fc.anything(),
        state: fc.constantFrom('succeeded', 'failed', 'running'),
      },
      { requiredKeys: [] },
    ),
  );
  const types = fc.constantFrom(JSON_TYPE, PROBLEM, REPORT, {}, { 'content-type': '' });
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), body, types, (status, said, headers) => {
      const text = typeof said === 'string' ? said : toText(said);
      const outcome = read(answer(status, text, headers));
      JSON.stringify(outcome);
      if (outcome.ok) expect(status).toBeLessThan(300);
      else if (outcome.effect === 'none') {
        expect(headers).toBe(status < 300 ? REPORT : PROBLEM);
        const { effect = 'none' } = JSON.parse(text);
        expect(effect).toBe('none');
      } else if (outcome.effect === 'applied') expect(status < 300 || headers === PROBLEM).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

describe('a report', () => {
  it('says how it ended in its body, for its status was sent before', () => {
    const report = (body: unknown) => read(answer(200, body, REPORT));
    expect(report({ state: 'succeeded', result: { a: 1 } })).toEqual({ ok: true, result: { a: 1 } });
    const error = { code: 'ACTION_FAILED', message: 'no money' };
    expect(report({ state: 'failed', failure: { error, effect: 'none', retryable: false } })).toMatchObject(
      failed('none', false),
    );
    for (const nonsense of [{ state: 'running' }, {}, 7, '{'])
      expect(report(nonsense)).toMatchObject(failed('unknown', true, 'UNREADABLE'));
  });
});

describe('what it answers to an undo', () => {
  it('any success has undone it, whatever its body', () => {
    for (const given of [answer(204, '', {}), answer(200, 'OK', {}), answer(201, '{}')])
      expect(readUndone(given, NOW)).toEqual({ ok: true, result: null });
  });

  it('anything else has not', () => {
    expect(readUndone(answer(202), NOW)).toMatchObject(failed('unknown', true));
    expect(readUndone(answer(500), NOW)).toMatchObject(failed('unknown', true));
    expect(readUndone(answer(404, { code: 'GONE' }, PROBLEM), NOW)).toMatchObject(failed('none', false));
    const failure = { error: { code: 'ACTION_FAILED', message: 'no' } };
    expect(readUndone(answer(200, { state: 'failed', failure }, REPORT), NOW)).toMatchObject(
      failed('unknown', true),
    );
  });
});

describe('what it answers to a probe', () => {
  const probed = (given: HttpAnswer, check = fits) => readProbed(given, check);

  it('is one of three states', () => {
    for (const state of [
      { state: 'applied', result: { a: 1 } },
      { state: 'not-applied' },
      { state: 'unknown' },
    ])
      expect(probed(answer(200, state))).toEqual(state);
  });

  it('is unknown where it cannot be understood, or where the result does not fit', () => {
    const no = [answer(200, {}), answer(200, '{'), answer(204), answer(404, {}, PROBLEM), answer(302)];
    for (const given of no) expect(probed(given)).toEqual({ state: 'unknown' });
    const applied = answer(200, { state: 'applied', result: 1 });
    const refuse = () => [{ path: '', code: '', message: '' }];
    expect(readProbed(applied, refuse)).toEqual({ state: 'unknown' });
  });

  it('is asked for again where whoever answered is not the service, or not yet', () => {
    for (const status of [408, 429, 500, 502, 503, 504]) expect(probed(answer(status))).toBeNull();
    expect(probed(closed(answer(200, '{"state":')))).toBeNull();
    expect(probed(closed(answer(200, { state: 'not-applied' })))).toEqual({ state: 'not-applied' });
  });
});
