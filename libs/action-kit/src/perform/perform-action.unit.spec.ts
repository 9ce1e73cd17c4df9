import { z } from 'zod';
import { ActionError } from '../action-error.js';
import { defineAction } from '../define-action.js';
import { performAction, performProbe, RESULT_BYTES_MAX } from './perform-action.js';
import { context, throwing } from './quiet-context.contract.js';

const params = z.object({ bag: z.any() });
const define = (run: (bag: unknown) => unknown, result: z.ZodType = z.any()) =>
  defineAction({ name: 'pay', effects: 'idempotent', params, result, run: ({ bag }) => run(bag) });
const perform = (run: (bag: unknown) => unknown, result?: z.ZodType) =>
  performAction(define(run, result), { bag: 1 }, context);

const cycle: { self?: unknown } = {};
cycle.self = cycle;
const hostile = new Proxy(
  {},
  { get: throwing('get'), has: throwing('has'), getPrototypeOf: throwing('proto') },
);

const unreadable = Object.defineProperty({}, 'a', { get: throwing(new Error('no')), enumerable: true });

describe('what run throws', () => {
  it.each<[string, unknown, object]>([
    ['an error', new TypeError('no such card'), { code: 'TypeError', message: 'no such card' }],
    ['a string', 'out of order', { code: 'THROWN', message: 'out of order' }],
    ['undefined', undefined, { code: 'THROWN', message: 'a value of type undefined was thrown' }],
    [
      'an object that throws when looked at',
      hostile,
      { code: 'THROWN', message: 'what was thrown cannot be read' },
    ],
    ['a very long message', new Error('x'.repeat(10_000)), { message: 'x'.repeat(1_000) }],
  ])('%s, now or later, is ACTION_FAILED, retryable, effect unknown', async (_, what, cause) => {
    const expected = {
      ok: false,
      error: { code: 'ACTION_FAILED', cause },
      effect: 'unknown',
      retryable: true,
    };
    expect(await perform(throwing(what))).toMatchObject(expected);
    expect(await perform(() => Promise.reject(what))).toMatchObject(expected);
  });

  it.each(['none', 'applied', 'unknown'] as const)(
    'an ActionError says itself that its effect is %s',
    async (effect) => {
      const error = new ActionError({ code: 'NO_FUNDS', message: 'empty', effect, details: { left: 3 } });
      expect(await perform(throwing(error))).toEqual({
        ok: false,
        error: {
          code: 'ACTION_FAILED',
          message: 'empty',
          cause: { code: 'NO_FUNDS', message: 'empty', details: { left: 3 } },
        },
        effect,
        retryable: false,
      });
    },
  );

  it.each<[string, unknown, unknown]>([
    ['a cycle', cycle, 'left out: not JSON'],
    ['too long', 'x'.repeat(9_000), 'left out: 9002 bytes, at most 8192 are kept'],
  ])('an ActionError whose details became %s is kept without them', async (_, details, kept) => {
    const error = Object.assign(new ActionError({ code: 'BAD', message: 'bad' }), { details });
    expect(await perform(throwing(error))).toMatchObject({ error: { cause: { details: kept } } });
  });
});

describe('what run gives back', () => {
  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'RESULT_INVALID'],
    ['a bigint', { n: 7n }, 'RESULT_INVALID'],
    ['a cycle', cycle, 'RESULT_INVALID'],
    ['an object that throws when read', unreadable, 'RESULT_INVALID'],
    [
      'lists within lists, too deep to be written by all',
      JSON.parse('['.repeat(202) + ']'.repeat(202)),
      'RESULT_INVALID',
    ],
    ['one byte too much', 'x'.repeat(RESULT_BYTES_MAX - 1), 'RESULT_TOO_LARGE'],
  ])('as %s is refused, effect applied', async (_, given, code) => {
    expect(await perform(() => given)).toMatchObject({
      ok: false,
      error: { code },
      effect: 'applied',
      retryable: false,
    });
  });

  it('of the largest depth is kept', async () => {
    const deepest: unknown = JSON.parse('['.repeat(201) + ']'.repeat(201));
    expect(await perform(() => deepest)).toEqual({ ok: true, result: deepest });
  });

  it('of the largest size is kept', async () => {
    const largest = 'x'.repeat(RESULT_BYTES_MAX - 2);
    expect(await perform(() => largest)).toEqual({ ok: true, result: largest });
  });

  it('may be changed afterwards without changing what was said', async () => {
    const given = { list: [1] };
    const performed = await perform(() => given);
    given.list.push(2);
    expect(performed).toEqual({ ok: true, result: { list: [1] } });
  });

  it('that its schema refuses leaves the first issues', async () => {
    const many = Array.from({ length: 500 }, () => 1);
    const performed = await perform(() => many, z.array(z.string()));
    expect(performed).toMatchObject({ error: { code: 'RESULT_INVALID' }, effect: 'applied' });
    if (performed.ok) throw new Error('it was accepted');
    expect(performed.error.issues).toHaveLength(20);
    expect(performed.error.issues?.[0]).toMatchObject({ path: 'result[0]' });
  });
});

describe('the params', () => {
  it('are a copy: what run does to them is not seen outside', async () => {
    const given = { bag: { list: [] } };
    await performAction(
      define((bag) => Object.assign(bag as object, { spoilt: true })),
      given,
      context,
    );
    expect(given).toEqual({ bag: { list: [] } });
  });

  it.each<[string, (bag: unknown) => boolean, object]>([
    ['refuses', () => false, { error: { code: 'PARAMS_INVALID' }, effect: 'none', retryable: false }],
    [
      'throws',
      throwing(new Error('bad')),
      { error: { code: 'ACTION_FAILED' }, effect: 'none', retryable: false },
    ],
  ])('that a refinement %s are never acted upon', async (_, refine, expected) => {
    let began = false;
    const refined = defineAction({
      name: 'pay',
      effects: 'unsafe',
      params: params.refine(({ bag }) => refine(bag)),
      result: z.any(),
      run: () => {
        began = true;
      },
    });
    expect(await performAction(refined, { bag: 1 }, context)).toMatchObject(expected);
    expect(began).toBe(false);
  });
});

describe('a probe', () => {
  const probed = (probe: () => unknown) =>
    performProbe(
      defineAction({
        name: 'pay',
        effects: 'verifiable',
        params,
        result: z.object({ id: z.string() }),
        run: () => ({ id: 'x' }),
        probe: probe as never,
      }),
      { bag: 1 },
      context,
    );
  it.each<[string, () => unknown, object]>([
    [
      'applied, with a result that fits',
      () => ({ state: 'applied', result: { id: 'a' } }),
      { state: 'applied', result: { id: 'a' } },
    ],
    ['not applied', () => ({ state: 'not-applied' }), { state: 'not-applied' }],
    ['unknown', () => ({ state: 'unknown' }), { state: 'unknown' }],
    [
      'applied, with a result that does not fit',
      () => ({ state: 'applied', result: 7 }),
      { state: 'unknown' },
    ],
    ['something else', () => ({ state: 'perhaps' }), { state: 'unknown' }],
    ['nothing', () => undefined, { state: 'unknown' }],
    ['that it failed', throwing('no'), { state: 'unknown' }],
  ])('that says %s', async (_, probe, expected) => {
    expect(await probed(probe)).toEqual(expected);
  });
});
