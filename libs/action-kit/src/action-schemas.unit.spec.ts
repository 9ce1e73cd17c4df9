import { z } from 'zod';
import { defineAction } from './define-action.js';

const action = <P extends z.ZodObject, R extends z.ZodType>(params: P, result: R) =>
  defineAction({
    name: 'an-action',
    params,
    result,
    effects: 'none',
    run: () => result._zod.input as z.input<R>,
  });
/** A recursive type that JSON Schema could express, but for one member. */
function dated(): z.ZodType {
  const Node = z.object({
    get children() {
      return z.array(z.object({ at: z.date(), of: Node.optional() }));
    },
  });
  return Node;
}
const withParams = (shape: z.ZodRawShape) => action(z.object(shape), z.null());

describe('the JSON Schema of an action', () => {
  it('describes params before defaults are applied and results after', () => {
    const { paramsJsonSchema, resultJsonSchema } = action(
      z.object({ template: z.string().default('welcome') }),
      z.object({ count: z.int().default(0) }),
    );
    expect(paramsJsonSchema).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { template: { type: 'string', default: 'welcome' } },
      additionalProperties: false,
    });
    expect(resultJsonSchema).toMatchObject({ required: ['count'] });
  });

  it('refuses unknown properties of every object at any depth', () => {
    const inner = z.object({ sku: z.string() });
    const shared = z.object({ street: z.string() }).meta({ id: 'SchemaSpecAddress' });
    const { paramsJsonSchema } = withParams({
      items: z.array(inner),
      one: inner.optional(),
      bill: shared,
      either: z.union([inner, z.string()]),
    });
    const objects = JSON.stringify(paramsJsonSchema).match(/"type":"object"/g)?.length;
    expect(objects).toBe(5);
    expect(JSON.stringify(paramsJsonSchema).match(/"additionalProperties":false/g)).toHaveLength(5);
  });

  it('lets in what the author let in', () => {
    const { paramsJsonSchema } = withParams({
      loose: z.looseObject({ a: z.string() }),
      rest: z.object({ a: z.string() }).catchall(z.int()),
      labels: z.record(z.string(), z.string()),
    });
    expect(paramsJsonSchema['properties']).toMatchObject({
      loose: { additionalProperties: {} },
      rest: { additionalProperties: { type: 'integer' } },
      labels: { additionalProperties: { type: 'string' } },
    });
  });

  it('carries the flags that authors put on fields', () => {
    const { paramsJsonSchema } = withParams({ email: z.email().meta({ personal: true, subject: true }) });
    expect(paramsJsonSchema['properties']).toMatchObject({ email: { personal: true, subject: true } });
  });

  it.each<[string, z.ZodType, object]>([
    ['on the type', z.string().meta({ personal: true }).optional(), { personal: true }],
    ['around it', z.string().optional().meta({ sensitive: true }), { sensitive: true }],
    ['before a check', z.string().meta({ indexed: true }).min(3), { indexed: true, minLength: 3 }],
    ['on a whole object', z.object({ a: z.string() }).meta({ personal: true }), { personal: true }],
    ['on items', z.array(z.string().meta({ indexed: true })), { items: { indexed: true } }],
    ['that is not so', z.string().meta({ personal: false }), { personal: false }],
    ['among others', z.string().meta({ title: 'Objects', examples: ['a'] }), { title: 'Objects' }],
  ])('carries a flag %s, of params and results', (_, field, carried) => {
    const both = action(z.object({ field }), z.object({ field }));
    for (const schema of [both.paramsJsonSchema, both.resultJsonSchema])
      expect(schema['properties']).toMatchObject({ field: carried });
  });

  it('can describe a recursive type', () => {
    const Node = z.object({
      name: z.string(),
      get children() {
        return z.array(Node);
      },
    });
    expect(JSON.stringify(withParams({ root: Node }).paramsJsonSchema)).toContain('"$ref"');
  });
});

describe('a type that JSON Schema cannot express is refused with its path:', () => {
  const cases: [path: string, type: string, shape: z.ZodRawShape][] = [
    ['params.when', 'date', { when: z.date() }],
    ['params.items[*].at', 'date', { items: z.array(z.object({ at: z.date().optional() })) }],
    ['params.id', 'bigint', { id: z.bigint() }],
    ['params.tags', 'map', { tags: z.map(z.string(), z.string()) }],
    ['params.tags', 'set', { tags: z.set(z.string()) }],
    ['params.n', 'transform', { n: z.string().transform(Number) }],
    ['params.n', 'transform', { n: z.preprocess(Number, z.number()) }],
    ['params.yes', 'transform', { yes: z.stringbool() }],
    ['params.own', 'custom', { own: z.custom<string>() }],
    ['params.own', 'custom', { own: z.instanceof(URL) }],
    ['params.pair[1]', 'date', { pair: z.tuple([z.string(), z.date()]) }],
    ['params.by[*]', 'undefined', { by: z.record(z.string(), z.undefined()) }],
    ['params["a b"]', 'nan', { 'a b': z.nan() }],
    ['params.one', 'bigint', { one: z.literal(1n) }],
    ['params.both', 'intersection', { both: z.intersection(z.object({}), z.object({})) }],
    ['params.later', 'date', { later: z.lazy(() => z.date()) }],
    ['params.any', 'symbol', { any: z.union([z.string(), z.symbol()]) }],
    ['params.code', 'pattern with flags', { code: z.string().regex(/abc/i) }],
    ['params.code', 'pattern with flags', { code: z.string().regex(/abc/y) }],
    ['params.code', 'pattern with flags', { code: z.stringFormat('own', /abc/i) }],
    ['params.code', 'pattern that JSON Schema reads otherwise', { code: z.string().regex(/x{,3}/) }],
    ['params.by{key}', 'pattern with flags', { by: z.record(z.string().regex(/x/i), z.string()) }],
    ['params.by{key}', 'symbol', { by: z.record(z.symbol(), z.string()) }],
    ['params.n', 'coercion', { n: z.coerce.number() }],
    ['params.at', 'date', { at: z.coerce.date() }],
    ['params.n', 'catch', { n: z.number().catch(0) }],
    ['params.n', 'bound that is no number', { n: z.number().max(Number.POSITIVE_INFINITY) }],
    ['params.n', 'bound that is no number', { n: z.number().min(Number.NaN) }],
    ['params.n', 'bound that is no number', { n: z.number().multipleOf(0) }],
    ['params.n', 'bound that is no number', { n: z.array(z.null()).max(Number.POSITIVE_INFINITY) }],
    ['params.n', 'nan', { n: z.literal([1, Number.NaN]) }],
    ['params.n', 'bigint', { n: z.int64() }],
    ['params.f', 'file', { f: z.file() }],
    ['params.f', 'success', { f: z.success(z.string()) }],
    ['params.s', 'asynchronous check', { s: z.string().refine(async () => true) }],
    ['params.s', 'transform', { s: z.codec(z.string(), z.number(), { decode: Number, encode: String }) }],
    [
      'params.kind.at',
      'date',
      {
        kind: z.discriminatedUnion('is', [
          z.object({ is: z.literal('now') }),
          z.object({ is: z.literal('then'), at: z.date() }),
        ]),
      },
    ],
    ['params.tree.children[*].at', 'date', { tree: dated() }],
  ];
  it.each(cases)('%s of type %s', (path, type, shape) => {
    expect(() => withParams(shape)).toThrow(`action 'an-action': ${path} is of type ${type}, which`);
  });

  it.each<[string, z.ZodRawShape]>([
    ['a literal with parts', { id: z.templateLiteral(['inv-', z.int()]) }],
    ['a record of numbered members', { by: z.record(z.number(), z.string()) }],
    ['any JSON', { any: z.json() }],
    ['a brand', { id: z.string().brand('Id') }],
    ['a type that is trimmed', { id: z.string().trim().min(1) }],
    ['formats', { mail: z.email(), id: z.uuid(), at: z.iso.datetime(), to: z.url(), face: z.emoji() }],
    ['a pattern of letters', { name: z.string().regex(/\p{L}+/u) }],
    ['a default that fits', { list: z.array(z.string()).default([]), more: z.int().prefault(3) }],
  ])('but not %s', (_, shape) => {
    expect(withParams(shape).paramsJsonSchema).toMatchObject({ type: 'object' });
  });

  it.each<[string, z.ZodRawShape, string]>([
    [
      'does not fit',
      { n: z.string().default(5 as never) },
      'params.n has a default that does not fit its type',
    ],
    ['does not fit', { n: z.int().prefault(1.5) }, 'params.n has a default that does not fit its type'],
    ['is a date', { n: z.any().default(new Date()) }, 'params.n has a default that is not JSON'],
    [
      'is a bigint',
      { in: z.object({ n: z.any().default(5n) }) },
      'params.in.n has a default that is not JSON',
    ],
    ['is nothing', { n: z.any().default(undefined) }, 'params.n has a default that is not JSON'],
    [
      'is made anew',
      { n: z.string().default(() => `${Math.random()}`) },
      'params.n has a default that is another',
    ],
    [
      'is the time',
      { n: z.iso.datetime().default(() => new Date().toISOString()) },
      'params.n has a default that is another each time, and a contract says one: make it .optional()',
    ],
  ])('a default that %s is refused with its path', (_, shape, says) => {
    expect(() => withParams(shape)).toThrow(says);
  });

  it.each<[string, z.ZodRawShape, string]>([
    ['with a default', { constructor: z.string().default('a') }, 'params.constructor may be left out'],
    ['that is optional', { in: z.object({ toString: z.string().optional() }) }, 'params.in.toString may be'],
  ])('a member %s is refused where every object has one of its name', (_, shape, says) => {
    expect(() => withParams(shape)).toThrow(says);
    const required = z.object({ constructor: z.string() });
    expect(action(required, required).parseParams({ constructor: 'a' })).toMatchObject({ ok: true });
  });

  it('a schema that makes itself anew is refused where it has gone too far', () => {
    const tree = (): z.ZodType => z.object({ kids: z.lazy(() => z.array(tree())) });
    expect(() => withParams({ tree: tree() })).toThrow(/params\.tree\.kids.* goes deeper than 64/);
  });

  it('in results as in params', () => {
    expect(() => action(z.object({}), z.object({ at: z.date() }))).toThrow(
      'result.at is of type date, which JSON Schema cannot express: write z.iso.datetime()',
    );
    expect(() => action(z.object({}), z.void())).toThrow('result is of type void');
  });
});

describe('a flag is refused, with its path,', () => {
  const secret = z.string().meta({ sensitive: true });
  const whom = z.string().meta({ subject: true });
  it.each<[string, z.ZodRawShape, string]>([
    [
      'that is no boolean',
      { a: z.string().meta({ personal: 'yes' }) },
      "params.a has personal 'yes' in its meta",
    ],
    [
      'that is misspelt',
      { a: z.string().meta({ persnal: true }) },
      "'persnal' in its meta, which means nothing: write personal",
    ],
    [
      'that is nearly one, and is set',
      { a: z.string().meta({ index: true }) },
      "'index' in its meta, which means nothing: write indexed",
    ],
    [
      'in capitals',
      { a: z.array(z.string().meta({ Indexed: true })) },
      "params.a[*] has 'Indexed' in its meta",
    ],
    ['that JSON Schema refers by', { a: z.string().meta({ $ref: '#' }) }, "params.a has '$ref' in its meta"],
    [
      'on names in a record',
      { a: z.record(z.email().meta({ personal: true }), z.int()) },
      'params.a{key} is marked personal',
    ],
    [
      'subject on a number',
      { a: z.int().meta({ subject: true }) },
      'params.a is marked subject, and is not a string',
    ],
    [
      'subject on an object',
      { a: z.object({}).optional().meta({ subject: true }) },
      'params.a is marked subject',
    ],
    [
      'subject on many',
      { a: z.array(z.object({ id: whom })) },
      'params.a[*].id is marked subject, and there may be several',
    ],
    [
      'subject twice',
      { a: whom, b: z.object({ c: whom }) },
      'params.a and params.b.c are both marked subject',
    ],
    [
      'indexed on an object',
      { a: z.object({}).meta({ indexed: true }) },
      'params.a is marked indexed, and is no single value',
    ],
    ['indexed on a list', { a: z.array(z.string()).meta({ indexed: true }) }, 'params.a is marked indexed'],
    [
      'indexed in a record',
      { a: z.record(z.string(), z.string().meta({ indexed: true })) },
      'params.a[*] is marked indexed',
    ],
    [
      'indexed and sensitive',
      { a: secret.optional().meta({ indexed: true }) },
      'params.a is marked indexed, and sensitive',
    ],
    [
      'indexed in what is sensitive',
      { a: z.object({ b: z.int().meta({ indexed: true }) }).meta({ sensitive: true }) },
      'params.a.b is marked indexed, and sensitive',
    ],
    ['sensitive with a default', { a: secret.default('x') }, 'params.a is sensitive and has a default'],
  ])('%s', (_, shape, says) => {
    expect(() => withParams(shape)).toThrow(`action 'an-action': `);
    expect(() => withParams(shape)).toThrow(says);
  });

  it('subject in a result: whom it is about is known before', () => {
    expect(() => action(z.object({}), z.object({ id: whom }))).toThrow(
      'result.id is marked subject, and is known only',
    );
  });

  it('and no word of others that looks like one', () => {
    const others = { object: 'card', index: 3, person: 'Ada' };
    expect(withParams({ a: z.string().meta(others) }).paramsJsonSchema).toMatchObject({
      properties: { a: others },
    });
  });

  it('and none that makes sense', () => {
    const shape = {
      either: z.union([z.object({ id: whom }), z.object({ id: whom.nullable() })]),
      ab: secret,
      a: z.int().meta({ indexed: true }),
    };
    expect(withParams(shape).paramsJsonSchema).toMatchObject({ type: 'object' });
  });
});

describe('params and results', () => {
  const invoice = action(
    z.object({ items: z.array(z.object({ name: z.string() })).default([]) }),
    z.object({ total: z.int() }),
  );

  it('get their defaults', () => {
    expect(invoice.parseParams({})).toEqual({ ok: true, value: { items: [] } });
  });

  it('that do not fit are answered with path, code and message', () => {
    expect(invoice.parseParams({ items: [{ name: 7 }] })).toEqual({
      ok: false,
      issues: [{ path: 'items[0].name', code: 'invalid_type', message: expect.any(String) }],
    });
    expect(invoice.parseResult('nothing')).toMatchObject({ ok: false, issues: [{ path: '' }] });
  });

  it('may not be nothing at all', () => {
    expect(action(z.object({}), z.unknown()).parseResult(undefined)).toMatchObject({
      ok: false,
      issues: [{ path: '', code: 'missing' }],
    });
  });
});
