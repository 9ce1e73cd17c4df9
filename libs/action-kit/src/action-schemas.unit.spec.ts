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
  ];
  it.each(cases)('%s of type %s', (path, type, shape) => {
    expect(() => withParams(shape)).toThrow(`action 'an-action': ${path} is of type ${type}, which`);
  });

  it('in results as in params', () => {
    expect(() => action(z.object({}), z.object({ at: z.date() }))).toThrow(
      'result.at is of type date, which JSON Schema cannot express: write z.iso.datetime()',
    );
    expect(() => action(z.object({}), z.void())).toThrow('result is of type void');
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
