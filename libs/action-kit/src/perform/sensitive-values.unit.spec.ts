import { z } from 'zod';
import type { ActionContext } from '../action-context.js';
import { ActionError } from '../action-error.js';
import { defineAction } from '../define-action.js';
import { HIDDEN } from '../hide.js';
import type { JsonObject, JsonValue } from '../json.js';
import { Sensitive } from '../sensitive.js';
import { performAction, performProbe } from './perform-action.js';
import { performUndo } from './perform-undo.js';
import { context, throwing } from './quiet-context.contract.js';
import { withoutSensitive } from './without-sensitive.js';

const cycle: { self?: unknown } = {};
cycle.self = cycle;
const unreadable = Object.defineProperty({}, 'a', { get: throwing(new Error('no')), enumerable: true });

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
    expect(sensitive?.textsIn(value).sort()).toEqual(['k-one', 'k-three', 'k-two-longer']);
    expect(sensitive?.covers(['root', 'next', 'next', 'key'])).toBe(true);
    expect(sensitive?.covers(['pair', 0])).toBe(false);
  });
});

describe('a schema that somebody wrote marks what is sensitive', () => {
  const TOKEN = 'tok-123456';
  const marked = { properties: { token: { sensitive: true } } };
  const said = (schema: JsonObject, params: JsonObject) =>
    withoutSensitive(
      { message: `bad: ${JSON.stringify(params)}` },
      { paramsJsonSchema: schema, resultJsonSchema: {} },
      params,
    ).message;
  const given = { token: TOKEN };
  it.each<[string, JsonObject, JsonObject]>([
    ['dependentSchemas', { dependentSchemas: { token: marked } }, given],
    ['dependencies', { dependencies: { token: marked, other: ['token'] } }, given],
    ['if', { if: marked }, given],
    ['not', { not: { not: marked } }, given],
    ['contains', { properties: { l: { contains: { sensitive: true } } } }, { l: [TOKEN] }],
    ['unevaluatedProperties', { unevaluatedProperties: { sensitive: true } }, given],
    [
      'unevaluatedItems',
      { properties: { l: { prefixItems: [{}], unevaluatedItems: { sensitive: true } } } },
      { l: ['a', TOKEN] },
    ],
    ['contentSchema', { properties: { l: { contentSchema: marked } } }, { l: JSON.stringify(given) }],
    [
      'a name with a slash, as a reference has to write it',
      { properties: { token: { $ref: '#/$defs/a%7E1b' } }, $defs: { 'a/b': { sensitive: true } } },
      given,
    ],
    [
      'a name with what only looks like an escape',
      { properties: { token: { $ref: '#/$defs/a~12561' } }, $defs: { 'a/2561': { sensitive: true } } },
      given,
    ],
    [
      'an anchor, which is not followed: all there may be marked',
      { properties: { token: { $ref: '#t' } }, $defs: { a: { $anchor: 't', sensitive: true } } },
      given,
    ],
    [
      'a schema of its own within, whose references lead elsewhere',
      {
        properties: {
          token: { $id: 'https://a.test/b', $ref: '#/$defs/t', $defs: { t: { sensitive: true } } },
        },
        $defs: { t: {} },
      },
      given,
    ],
    [
      'a circle of references',
      { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#' }], ...marked } } },
      given,
    ],
  ])('by %s', (_, schema, params) => {
    expect(said(schema, params)).not.toContain(TOKEN);
    expect(said(schema, params)).toContain(HIDDEN);
    expect(said(schema, params)).not.toBe(HIDDEN);
  });

  const branches = Array.from({ length: 3_000 }, (_, i) => ({
    additionalProperties: { properties: { [`p${i}`]: { sensitive: true } } },
  }));
  const numbered = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [i, 'x']));
  it.each<[string, JsonObject, JsonObject]>([
    ['that takes too long to look through', { anyOf: branches }, numbered(3_000)],
    [
      'of too many values',
      { properties: { l: { sensitive: true } } },
      { l: Array.from({ length: 20_000 }, (_, i) => `v-${i}`) },
    ],
  ])('%s: all that is said is hidden', (_, schema, params) => {
    const began = Date.now();
    expect(said(schema, params)).toBe(HIDDEN);
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  it('of one failure all that comes after too much was looked at is hidden, what came before not', () => {
    const tokens = Array.from({ length: 2_000 }, (_, i) => `${'a'.repeat(99)}${i}`);
    const issue = { path: 'params', code: 'x', message: 'a'.repeat(16_000) };
    const told = { message: 'no', cause: { code: 'BAD', message: 'no' } };
    const last = { path: 'params.l', code: 'last', message: 'of no interest' };
    const hidden = withoutSensitive(
      { ...told, issues: [...Array.from({ length: 19 }, () => issue), last] },
      { paramsJsonSchema: { properties: { l: { sensitive: true } } }, resultJsonSchema: {} },
      { l: tokens },
    );
    expect(hidden).toMatchObject(told);
    expect(hidden.issues?.at(-1)).toEqual({ path: HIDDEN, code: HIDDEN, message: HIDDEN });
  });

  it('and what cannot be gone through is hidden, while the rest of the failure stands', () => {
    let deep: JsonValue = TOKEN;
    for (let depth = 0; depth < 50_000; depth++) deep = [deep];
    const failure = {
      code: 'ACTION_FAILED',
      message: `bad ${TOKEN}`,
      cause: { code: 'BAD', message: TOKEN, details: deep },
      issues: [{ path: 'params', code: 'x', message: TOKEN }],
    };
    const hidden = withoutSensitive(failure, { paramsJsonSchema: marked, resultJsonSchema: {} }, given);
    expect(JSON.parse(JSON.stringify(hidden))).toEqual({ code: 'ACTION_FAILED', message: HIDDEN });
  });
});
