import { contractOf, type JsonObject, type JsonValue } from '@action-do/contracts';
import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { action } from '../testing/one-executor.contract.js';
import { checkContract } from './check-contract.js';
import { compileSchema } from './compile-schema.js';
import { KeptChecks } from './kept-checks.js';
import { paramsCheck, resultCheck } from './schema-checks.js';

/** By the schema of a worker or a service. */
const paramsBy = (schema: JsonObject) => paramsCheck(schema, 'other');
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const contract = contractOf(action('own', () => 1));
const troubles = (paramsJsonSchema: JsonObject, resultJsonSchema: JsonObject = {}) =>
  checkContract({ ...contract, paramsJsonSchema, resultJsonSchema }).map(
    ({ path, message }) => `${path} ${message}`,
  );
const members = (count: number, member: (at: number) => JsonValue): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, member(at)]));

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
  const check = paramsBy(schema);

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
    const inherited = paramsBy({
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
    const strict = paramsBy(
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
    paramsBy({ $id, type: 'object' })({});
    expect(paramsBy({ type: 'object', properties: { a: { type: 'string' } } })({})).toEqual([]);
    expect(() => paramsBy({ type: 'nothing' })({})).toThrow();
    expect(() => paramsCheck({ type: 'nothing' }, 'own')).toThrow();
  });

  it('keeps apart two schemas of the same $id', () => {
    const [one, two] = ['string', 'number'].map((type) =>
      paramsBy({ $id: 'same', type: 'object', properties: { a: { type } } }),
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
      paramsBy(
        defineAction({ name: 'a', effects: 'none', params: Node, result: Node, run: (node) => node })
          .paramsJsonSchema,
      );
    const other = paramsBy({ type: 'object', properties: { a: { $ref: '#' } }, required: ['b'] });
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
      paramsBy({ type: 'object', patternProperties })(params);
      return params;
    });
    expect(filled).toEqual([{ q: { x: 1 } }, { q: { x: 1 } }]);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['a pattern', { a: { type: 'string', pattern: '^(a+)+$' } }, { a: `${'a'.repeat(40)}!` }],
    ['references to references', { a: { $ref: '#/$defs/d0' } }, { a: 'x' }],
    ['a circle, which was recorded once', { a: { $ref: '#/$defs/circle' } }, { a: 'x' }],
  ])('gives up after a while on %s', (_, properties, params) => {
    const slow = paramsBy({ type: 'object', properties, $defs: DOUBLING });
    expect(slow(params)).toEqual([
      { path: 'params', code: 'unchecked', message: expect.stringMatching(/takes too long/) },
    ]);
    expect(slow({})).toEqual([]);
  });

  it('gives up on what is only long: each part of a value against each part of a schema', () => {
    const nulls = Array.from({ length: 180 }, () => ({ type: 'null' }));
    const check = resultCheck({ type: 'array', items: { anyOf: nulls } }, 'other');
    const zeros = (length: number) => Array.from({ length }, () => 0);
    expect(check(zeros(50_000))).toMatchObject([{ path: 'result', code: 'unchecked' }]);
    expect(check(zeros(3))).toHaveLength(20);
  });

  it('fills in the same default whatever is said beside, for people to read', () => {
    const filled = [{}, { examples: [{ $ref: '#' }] }].map((beside) => {
      const params = { a: {} };
      paramsBy({
        type: 'object',
        properties: { a: { anyOf: [{ $ref: '#/$defs/d' }] } },
        $defs: { d: { properties: { x: { default: 1 } }, ...beside } },
      })(params);
      return params;
    });
    expect(filled[0]).toEqual(filled[1]);
  });

  it('has nothing to do with what another schema declares, wherever it does', () => {
    const names = members(1_000, (at) => ({ $id: `https://schema.invalid/${at}#/$defs/a` }));
    paramsBy({ type: 'object', 'x-names': { ...names, own: { $id: 'https://schema.invalid/#/$defs/a' } } })(
      {},
    );
    const check = paramsBy({
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { type: 'string' } },
    });
    expect([check({ a: 'x' }), check({ a: 7 }).length]).toEqual([[], 1]);
  });
});

describe('a contract cannot be used where', () => {
  const within = (paramsJsonSchema: JsonObject) => troubles({ type: 'object', ...paramsJsonSchema });
  const same = 'leads back to itself with the same value';
  it.each<[string, JsonObject, string]>([
    ['its schema is itself', { allOf: [{ $ref: '#' }] }, `allOf[0].$ref ${same}`],
    ['it is itself by another name', { allOf: [{ $ref: '#/' }], '': {} }, `allOf[0].$ref ${same}`],
    [
      'an anchor leads to itself',
      { properties: { b: { $ref: '#l' } }, $defs: { l: { $anchor: 'l', allOf: [{ $ref: '#l' }] } } },
      `properties.b.$ref.allOf[0].$ref ${same}`,
    ],
    [
      'one of those that may be meant does',
      { properties: { b: { $ref: '#l' } }, $defs: { l: { $dynamicAnchor: 'l', not: { $ref: '#l' } } } },
      `properties.b.$ref.not.$ref ${same}`,
    ],
    [
      'a reference depends on who asks',
      { $dynamicAnchor: 'm', allOf: [{ $dynamicRef: '#m' }] },
      'allOf[0].$dynamicRef makes references lead elsewhere',
    ],
    [
      'names stand for places, in what nobody knows, too',
      { $id: 'https://a.example/', $ref: '#/$defs/a', $defs: { a: {} }, x: { y: { $id: '#/$defs/a' } } },
      'x.y.$id makes references lead elsewhere',
    ],
    ['a member named default', { properties: { default: { $id: 'a' } } }, 'properties.default.$id makes'],
    ['a value referred to', { const: { $id: 'a' }, not: { $ref: '#/const' } }, 'const.$id makes'],
    [
      'what looks like a value in dependentSchemas',
      { dependentSchemas: { properties: { const: { $id: 'a' } } } },
      'dependentSchemas.',
    ],
    [
      'a default is never filled in',
      { properties: { a: { properties: { constructor: { default: 1 } } } } },
      'properties.a.properties.constructor.default is never filled in',
    ],
    [
      'what no text is stands in a value',
      { properties: { a: { enum: ['x', '\ude00'] } } },
      'properties.a.enum[1] has half a surrogate pair',
    ],
    ['or in a name', { properties: { a: { 'x\ud83d': 1 } } }, 'properties.a has half a surrogate pair'],
  ])('%s', (_, schema, says) => {
    expect(within(schema)).toEqual([expect.stringContaining(`paramsJsonSchema.${says}`)]);
  });

  it('a reference leads nowhere', () => {
    expect(within({ properties: { a: { $ref: '#b' } } })).toEqual([
      expect.stringContaining("can't resolve reference"),
      expect.stringContaining('paramsJsonSchema.properties.a.$ref leads back to itself'),
    ]);
  });

  it.each(['http://json-schema.org/draft-07/schema#', `${DIALECT}#/$defs/anchorString`, 7])(
    'its dialect is %j',
    ($schema) => {
      expect(within({ $schema, maxLength: 'long' })).toEqual([expect.stringContaining('$schema is not')]);
      expect(within({ $schema: DIALECT, maxLength: 'long' })).toEqual([expect.stringContaining('maxLength')]);
    },
  );

  it('and not where all is well', () => {
    const schema = {
      $schema: `${DIALECT}#`,
      $id: 'https://a.example/',
      properties: {
        a: { $ref: '#x' },
        b: { $ref: DIALECT },
        c: { $ref: '#/' },
        constructor: { type: 'number' },
        '😀': { enum: ['😀'] },
      },
      $defs: {
        a: { $anchor: 'x', items: { $ref: '#x' } },
        enum: { enum: [{ $id: 'abc' }], examples: [{ $id: 'abc' }] },
        e: { const: { properties: { constructor: { default: 1 } } }, default: { $dynamicRef: '#x' } },
      },
    };
    const result = { properties: { toString: { default: 1 } } };
    expect(troubles({ type: 'object', ...schema }, result)).toEqual([]);
    expect(paramsBy({ type: 'object', ...schema })({ a: [[]], b: { type: 'x' } })).toMatchObject([
      { path: 'params.b.type' },
      { path: 'params.b.type' },
      { path: 'params.b.type' },
    ]);
  });
});

describe('a schema that is compiled', () => {
  const bounded = { type: 'string', maxLength: 9 };

  it('takes as much as it says, not as often as it is referred to', () => {
    const d = { type: 'object', properties: members(200, () => ({ type: 'string' })) };
    const uses = members(200, () => ({ $ref: '#/$defs/d' }));
    expect(troubles({ type: 'object', properties: uses, $defs: { d } })).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['it says so much itself', { properties: members(1_600, () => bounded) }],
    [
      'much is within each of many that are referred to',
      {
        properties: members(60, (at) => ({ $ref: `#a${at}` })),
        $defs: {
          deep: Array.from({ length: 60 }).reduce<JsonObject>(
            (within, _, at) => ({ $anchor: `a${at}`, not: within }),
            { properties: members(200, () => bounded) },
          ),
        },
      },
    ],
    [
      'it would take too long',
      {
        allOf: Array.from({ length: 2_000 }, (_, at) => ({ properties: { [`p${at}`]: true } })),
        unevaluatedProperties: false,
      },
    ],
  ])('is refused where %s', (_, schema) => {
    expect(troubles({ type: 'object', ...schema })).toEqual([
      expect.stringMatching(/^paramsJsonSchema .*(says too much|takes more than)/),
    ]);
  });

  it('checks nothing where it is too much, which was recorded once', () => {
    const check = paramsBy({ type: 'object', properties: members(1_600, () => bounded) });
    expect(check({})).toMatchObject([{ path: 'params', code: 'unchecked' }]);
  });

  it('is kept as long as there is room for it, the one that was used last for longest', () => {
    const kept = new KeptChecks(25);
    const check = { ...compileSchema({}, { useDefaults: false, watched: false }), codeLength: 9 };
    for (const text of ['a', 'b', 'a', 'c']) if (kept.get(text) === undefined) kept.add(text, check);
    expect(['a', 'b', 'c'].map((text) => kept.get(text) === check)).toEqual([true, false, true]);
    kept.add('long', { ...check, codeLength: 99 });
    expect(['a', 'c', 'long'].map((text) => kept.get(text))).toEqual([undefined, undefined, undefined]);
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
