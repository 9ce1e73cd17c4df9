import { z } from 'zod';
import type { ActionContext } from '../action-context.js';
import { ActionError } from '../action-error.js';
import { defineAction } from '../define-action.js';
import { Sensitive } from '../sensitive.js';
import { performAction, performProbe, RESULT_BYTES_MAX } from './perform-action.js';
import { performUndo } from './perform-undo.js';

const nothing = (): void => undefined;
const context: ActionContext = {
  executionId: 'exe_1',
  idempotencyKey: 'k',
  attempt: 1,
  signal: new AbortController().signal,
  deadlineMs: 0,
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  heartbeat: nothing,
};
const throwing = (what: unknown) => (): never => {
  throw what;
};
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

describe('what is marked sensitive', () => {
  const CANARY = 'canary-4111111111111111';
  const secret = z.string().meta({ sensitive: true });
  const card = z
    .object({ number: secret, pin: z.int().meta({ sensitive: true }), label: z.string() })
    .refine(({ label }) => label !== 'bad', { error: ({ input }) => `no: ${JSON.stringify(input)}` });
  const shape = {
    card,
    tokens: z.record(z.string(), z.string()).meta({ sensitive: true }).optional(),
    notes: z.array(z.union([secret, z.int()])).optional(),
    named: secret.refine((text) => text.length > 3, { error: ({ input }) => `${input} is short` }).optional(),
  };
  const given = {
    card: { number: CANARY, pin: 12345678, label: 'main' },
    tokens: { a: `${CANARY}-a` },
    notes: [`${CANARY}-n`, 7],
  };
  const lines: unknown[] = [];
  const log = (...line: unknown[]) => void lines.push(line);
  const loud = { ...context, logger: { debug: log, info: log, warn: log, error: log } };
  const acting = (run: (params: z.output<z.ZodObject<typeof shape>>, ctx: ActionContext) => unknown) =>
    defineAction({
      name: 'pay',
      effects: 'verifiable',
      params: z.object(shape),
      result: z.object({ token: secret }),
      run: run as never,
      undo: (_params, result) => throwing(new Error(`no undo of ${JSON.stringify(result)}`))(),
      probe: (params, ctx) => {
        ctx.logger.warn(`asked for ${params.card.number}`);
        return { state: 'unknown' };
      },
    });
  const expectHidden = (said: unknown) => {
    const text = JSON.stringify(said);
    expect(text).toContain('(sensitive: not shown)');
    expect(text).not.toMatch(/canary|4111|12345678/);
  };
  beforeEach(() => lines.splice(0));

  it.each<[string, (p: typeof given) => unknown]>([
    ['a message', (p) => new Error(`declined ${p.card.number} with ${p.card.pin}`)],
    ['a message, at the end of what is kept of it', (p) => new Error(`${'x'.repeat(990)}${p.card.number}`)],
    ['a text', (p) => `declined ${p.tokens.a}`],
    ['details', (p) => new ActionError({ code: 'NO', message: 'no', details: { all: p, pin: p.card.pin } })],
  ])('is not repeated in what is thrown, as %s', async (_, thrown) => {
    const performed = await performAction(
      acting((p) => throwing(thrown(p as never))()),
      given,
      context,
    );
    expect(performed.ok).toBe(false);
    expect(JSON.stringify(performed)).not.toMatch(/canary|4111|12345678/);
  });

  it('is not logged by ctx.logger, neither in a message nor in fields, of run and of probe', async () => {
    const definition = acting((p, ctx) => {
      ctx.logger.info(`pays with ${p.card.number}`, {
        card: p.card,
        list: [p.notes?.[0] ?? null],
        label: p.card.label,
      });
      expect([ctx.executionId, ctx.signal.aborted]).toEqual(['exe_1', false]);
      return { token: 'x' };
    });
    expect((await performAction(definition, given, loud)).ok).toBe(true);
    await performProbe(definition, given, loud);
    expect(lines).toHaveLength(2);
    expectHidden(lines);
    expect(JSON.stringify(lines)).toContain('"label":"main"');
  });

  it('is not repeated in issues of params, though the author writes them', async () => {
    const definition = acting(() => ({ token: 'x' }));
    const bad = { ...given, card: { ...given.card, label: 'bad' }, named: 'abc' };
    const performed = await performAction(definition, bad, context);
    expect(performed).toMatchObject({
      error: {
        code: 'PARAMS_INVALID',
        issues: [
          { path: 'params.card' },
          { path: 'params.named', message: 'is refused (sensitive: not shown)' },
        ],
      },
    });
    expectHidden(performed);
    expect(JSON.stringify(performed)).not.toContain('abc');
  });

  it('is not repeated in issues of a result, nor by an undo', async () => {
    const definition = acting(() => ({ token: 7 }));
    expect(await performAction(definition, given, context)).toMatchObject({
      error: { issues: [{ path: 'result.token', message: 'is refused (sensitive: not shown)' }] },
    });
    expectHidden(await performUndo(definition, given, { token: CANARY }, context));
  });

  it('is not repeated as its schema changed it, nor as a part of JSON, of a URL or of a form', async () => {
    const CHANGED = 'canary "a"\nb\\c';
    const code = z.string().trim().toLowerCase().meta({ sensitive: true });
    const changing = (run: (code: string, ctx: ActionContext) => unknown) =>
      defineAction({
        name: 'pay',
        effects: 'none',
        params: z
          .object({ code, label: z.string() })
          .refine(({ label }) => label !== 'bad', { error: ({ input }) => `no: ${JSON.stringify(input)}` }),
        result: z.null(),
        run: (params, ctx) => run(params.code, ctx) as never,
      });
    const sent = { code: ` ${CHANGED.toUpperCase()} `, label: 'good' };
    const forms = (text: string) => [
      text,
      JSON.stringify({ text }),
      JSON.stringify({ body: JSON.stringify([text]) }),
      `https://bank.test/?code=${encodeURIComponent(text)}`,
      new URLSearchParams({ text }).toString(),
    ];
    const logging = changing((text, ctx) => {
      for (const form of forms(text)) ctx.logger.info(form, { form });
      throw new ActionError({ code: `${text} is bad`, message: 'no', details: forms(text) });
    });
    const failed = await performAction(logging, sent, loud);
    const named = changing((text) => throwing(Object.assign(new Error('no'), { name: text }))());
    for (const said of [failed, lines, await performAction(named, sent, context)]) {
      expect(JSON.stringify(said)).toContain('(sensitive: not shown)');
      expect(JSON.stringify(said)).not.toContain('canary');
    }
    expect(lines).toHaveLength(5);
    const refused = await performAction(logging, { ...sent, label: 'bad' }, context);
    expect(refused).toMatchObject({ error: { code: 'PARAMS_INVALID' } });
    expect(JSON.stringify(refused)).not.toContain('canary');
  });

  it.each<[string, unknown, unknown]>([
    ['a cycle', cycle, { fields: 'left out: not JSON' }],
    ['what cannot be read', unreadable, { fields: 'left out: not JSON' }],
    ['a bigint', { sum: 7n }, { sum: '7' }],
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    [
      'an error',
      { err: new TypeError(`declined ${CANARY}`, { cause: new Error('offline') }) },
      {
        err: {
          type: 'TypeError',
          message: 'declined (sensitive: not shown)',
          stack: expect.stringContaining('TypeError'),
          cause: expect.objectContaining({ message: 'offline' }),
        },
      },
    ],
  ])('lets every other field be logged, and %s does no harm', async (_, fields, logged) => {
    const definition = acting((_params, ctx) => {
      ctx.logger.info('pays', fields as never);
      return { token: 'x' };
    });
    expect((await performAction(definition, given, loud)).ok).toBe(true);
    expect(lines).toEqual([['pays', logged]]);
  });

  it('is known by names that a reference has to escape', () => {
    const { paramsJsonSchema } = defineAction({
      name: 'walk',
      effects: 'none',
      params: z.object({ a: z.string().meta({ id: 'a/b~c d', sensitive: true }) }),
      result: z.null(),
      run: () => null,
    });
    expect(Sensitive.of(paramsJsonSchema)?.textsIn({ a: 'k-one' })).toEqual(['k-one']);
  });

  it('is known behind references, in tuples and in recursive types', () => {
    const Node = z.object({
      key: secret,
      get next() {
        return Node.optional();
      },
    });
    const { paramsJsonSchema } = defineAction({
      name: 'walk',
      effects: 'none',
      params: z.object({ root: Node, pair: z.tuple([z.string(), secret]) }),
      result: z.null(),
      run: () => null,
    });
    const sensitive = Sensitive.of(paramsJsonSchema);
    const value = { root: { key: 'k-one', next: { key: 'k-two-longer' } }, pair: ['open', 'k-three'] };
    expect(sensitive?.textsIn(value)).toEqual(['k-two-longer', 'k-three', 'k-one']);
    expect(sensitive?.covers(['root', 'next', 'next', 'key'])).toBe(true);
    expect(sensitive?.covers(['pair', 0])).toBe(false);
  });
});
