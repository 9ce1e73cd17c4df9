import type { JsonObject } from '@action-do/contracts';
import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { compileParamsCheck } from './schema-checks.js';

describe('the check of params', () => {
  const schema = defineAction({
    name: 'pay',
    effects: 'none',
    params: z.object({
      id: z.string().min(2),
      kind: z.enum(['a', 'b']).default('a'),
      'a/b~c': z.number().optional(),
      items: z
        .array(z.object({ name: z.string() }))
        .max(30)
        .default([]),
      address: z.object({ city: z.string().default('Graz') }).optional(),
    }),
    result: z.any(),
    run: () => 1,
  }).paramsJsonSchema;
  const check = compileParamsCheck(schema);

  it('fills in defaults in place, inner ones too, each time its own', () => {
    const [a, b] = [{ id: 'xx', address: {} }, { id: 'yy' }];
    expect([check(a), check(b)]).toEqual([[], []]);
    expect(a).toEqual({ id: 'xx', kind: 'a', items: [], address: { city: 'Graz' } });
    Reflect.get(a, 'items').push('spoilt');
    const c = { id: 'zz' };
    check(c);
    expect(c).toMatchObject({ items: [] });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['is missing', {}, 'params.id', 'required'],
    ['is too short', { id: 'x' }, 'params.id', 'minLength'],
    ['is of another type', { id: 7 }, 'params.id', 'type'],
    ['is none of the choices', { id: 'xx', kind: 'c' }, 'params.kind', 'enum'],
    ['is not known', { id: 'xx', nickname: 1 }, 'params.nickname', 'unknown'],
    ['is wrong within', { id: 'xx', items: [{ name: 'a' }, { name: 7 }] }, 'params.items[1].name', 'type'],
    ['is missing within', { id: 'xx', items: [{}] }, 'params.items[0].name', 'required'],
    ['has a name with signs', { id: 'xx', 'a/b~c': 'x' }, 'params.a/b~c', 'type'],
    ['is called as a member of every object', { id: 'xx', toString: 1 }, 'params.toString', 'unknown'],
    ['is __proto__', JSON.parse('{"id":"xx","__proto__":{"kind":"b"}}'), 'params.__proto__', 'unknown'],
  ])('says where a param %s', (_, params, path, code) => {
    expect(check(params as never)).toEqual([{ path, code, message: expect.any(String) }]);
  });

  it('names the choices that there are', () => {
    expect(check({ id: 'xx', kind: 'c' })[0]?.message).toMatch(/: a, b$/);
  });

  it('does not take what an object inherits for a param that was given', () => {
    const inherited = compileParamsCheck({
      type: 'object',
      required: ['constructor'],
      properties: { constructor: {} },
    });
    expect(inherited({})).toEqual([{ path: 'params.constructor', code: 'required', message: 'is missing' }]);
  });

  it('repeats no value that it refuses, so none that is sensitive', () => {
    const shape = {
      a: z.string().max(3),
      b: z.enum(['x']),
      c: z.string().regex(/^x$/),
      d: z.array(z.literal(7)),
      e: z.record(z.string(), z.int()),
      f: z.union([z.int(), z.null()]),
      g: z.uuid(),
    };
    const params = z.object(shape);
    const strict = compileParamsCheck(
      defineAction({ name: 'a', effects: 'none', params, result: z.null(), run: () => null })
        .paramsJsonSchema,
    );
    const canary = 'canary-value';
    const given = { a: canary, b: canary, c: canary, d: [canary], e: { k: canary }, f: canary, g: canary };
    const issues = strict(given);
    expect(issues.length).toBeGreaterThanOrEqual(7);
    expect(JSON.stringify(issues)).not.toContain('canary');
  });

  it('gives at most 20 issues', () => {
    expect(check({ id: 'xx', items: Array.from({ length: 25 }, () => 7) })).toHaveLength(20);
  });

  it('is not spoilt by a schema that calls itself the meta-schema', () => {
    const $id = 'https://json-schema.org/draft/2020-12/schema';
    compileParamsCheck({ $id, type: 'object' });
    expect(() => compileParamsCheck({ type: 'object', properties: { a: { type: 'string' } } })).not.toThrow();
    expect(() => compileParamsCheck({ type: 'nothing' })).toThrow();
  });

  it('keeps apart two schemas of the same $id', () => {
    const [one, two] = ['string', 'number'].map((type) =>
      compileParamsCheck({ $id: 'same', type: 'object', properties: { a: { type } } }),
    );
    expect([one?.({ a: 'x' }), two?.({ a: 'x' })?.length]).toEqual([[], 1]);
  });

  it('takes a schema that refers to itself, beside others that do', () => {
    const Node = z.object({
      name: z.string(),
      get children() {
        return z.array(Node).default([]);
      },
    });
    const ofTree = () =>
      compileParamsCheck(
        defineAction({ name: 'a', effects: 'none', params: Node, result: Node, run: (node) => node })
          .paramsJsonSchema,
      );
    const other = compileParamsCheck({ type: 'object', properties: { a: { $ref: '#' } }, required: ['b'] });
    const tree = { name: 'a', children: [{ name: 'b' }] };
    expect(ofTree()(tree)).toEqual([]);
    expect(tree).toEqual({ name: 'a', children: [{ name: 'b', children: [] }] });
    expect(ofTree()({ name: 'a', children: [{ name: 7 }] })[0]?.path).toBe('params.children[0].name');
    expect(other({ b: 1, a: {} })[0]?.path).toBe('params.a.b');
  });

  it('fills in the same default in whatever order patterns were written', () => {
    const by = (n: number) => ({ type: 'object', properties: { x: { default: n } } });
    const filled = [
      { '^q': by(1), q$: by(2) },
      { q$: by(2), '^q': by(1) },
    ].map((patternProperties) => {
      const params = { q: {} };
      compileParamsCheck({ type: 'object', patternProperties })(params);
      return params;
    });
    expect(filled).toEqual([{ q: { x: 1 } }, { q: { x: 1 } }]);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['a pattern', { a: { type: 'string', pattern: '^(a+)+$' } }, { a: `${'a'.repeat(40)}!` }],
    ['references to references', { a: { $ref: '#/$defs/d0' } }, { a: 'x' }],
    ['a circle, which was recorded once', { a: { $ref: '#/$defs/circle' } }, { a: 'x' }],
  ])('gives up after a while on %s', (_, properties, params) => {
    const slow = compileParamsCheck({ type: 'object', properties, $defs: DOUBLING });
    expect(slow(params)).toEqual([
      { path: 'params', code: 'unchecked', message: expect.stringMatching(/takes too long/) },
    ]);
    expect(slow({})).toEqual([]);
  });
});

/** Each refers twice to the next one: 2^30 ways down. */
const DOUBLING: JsonObject = {
  circle: { allOf: [{ $ref: '#/$defs/circle' }] },
  d30: { type: 'integer' },
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => {
      const next = { $ref: `#/$defs/d${i + 1}` };
      return [`d${i}`, { allOf: [next, next] }];
    }),
  ),
};
