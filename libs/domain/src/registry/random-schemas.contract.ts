import type { JsonObject, JsonValue } from '@action-do/contracts';
import fc from 'fast-check';

/** A schema and what became of it: mostly the same, here and there something else. */
export type SchemaPair = readonly [standing: JsonValue, given: JsonValue];

const NAMES = ['a', 'b', 'c'];

/** Values of the few names and words that the schemas know, so that they are often valid. */
export const { value } = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, 2, 3, 0.5, -1, '', 'a', 'ab', 'abc'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...NAMES, 'x1', 'x2'), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
}));

/** The same on both sides, or changed, or on one of them only. */
function changing<T>(side: fc.Arbitrary<T>): fc.Arbitrary<readonly [T | undefined, T | undefined]> {
  return fc.oneof(
    { weight: 6, arbitrary: side.map((one) => [one, one] as const) },
    { weight: 2, arbitrary: fc.tuple(side, side) },
    { weight: 1, arbitrary: side.map((one) => [one, undefined] as const) },
    { weight: 2, arbitrary: side.map((one) => [undefined, one] as const) },
  );
}
const present = (pair: fc.Arbitrary<SchemaPair>) =>
  fc.oneof(
    { weight: 6, arbitrary: pair as fc.Arbitrary<readonly [JsonValue | undefined, JsonValue | undefined]> },
    { weight: 1, arbitrary: pair.map(([one]) => [one, undefined] as const) },
    { weight: 2, arbitrary: pair.map(([one]) => [undefined, one] as const) },
  );

type Members = Record<string, fc.Arbitrary<readonly [JsonValue | undefined, JsonValue | undefined]>>;

/** A pair of objects of pairs of members; each member is there or not. */
function objects(members: Members, fixed: JsonObject = {}): fc.Arbitrary<SchemaPair> {
  return fc.record(members, { requiredKeys: [] }).map((pairs) => {
    const side = (at: 0 | 1): JsonObject => ({
      ...fixed,
      ...Object.fromEntries(
        Object.entries(pairs).flatMap(([name, pair]) => (pair?.[at] === undefined ? [] : [[name, pair[at]]])),
      ),
    });
    return [side(0), side(1)] as const;
  });
}

const small = fc.integer({ min: 0, max: 3 });
const bounds = (...keywords: string[]) =>
  Object.fromEntries(keywords.map((keyword) => [keyword, changing(small)]));
const flag = changing(fc.boolean());
const literal = fc.constantFrom<JsonValue>(null, true, 1, 2, 0.5, 'a', 'ab', [], {}, { a: 1 });

const types = objects({
  type: changing(
    fc.oneof(
      fc.constantFrom<JsonValue>('null', 'boolean', 'string', 'number', 'integer', 'array', 'object'),
      fc.uniqueArray(fc.constantFrom('null', 'string', 'integer', 'number', 'object'), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
  ),
  title: changing(fc.constantFrom('x', 'y')),
  'x-unknown': changing(small),
});
const numbers = objects(
  {
    ...bounds('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'),
    multipleOf: changing(fc.constantFrom(0.5, 1, 2, 4)),
  },
  { type: 'number' },
);
const integers = objects(
  {
    ...bounds('minimum', 'exclusiveMinimum', 'exclusiveMaximum'),
    multipleOf: changing(fc.constantFrom(2, 4)),
  },
  { type: 'integer' },
);
const strings = objects(
  {
    ...bounds('minLength', 'maxLength'),
    pattern: changing(fc.constantFrom('^a', 'b$')),
    format: changing(fc.constantFrom('x', 'y')),
  },
  { type: 'string' },
);
const listed = objects({
  enum: changing(
    fc.uniqueArray(literal, { minLength: 1, maxLength: 4, selector: (one) => JSON.stringify(one) }),
  ),
});
const constant = objects({ const: changing(literal) });

/** The members of the one side in another order. */
const turned = (pair: fc.Arbitrary<SchemaPair>): fc.Arbitrary<SchemaPair> =>
  fc.tuple(pair, fc.boolean()).map(([[one, other], turn]) => {
    if (!turn || typeof other !== 'object' || other === null) return [one, other];
    return [one, Object.fromEntries(Object.entries(other).reverse())];
  });

/** Members that more than one schema looks at, by name and by pattern: what one fills in another may see. */
const looking = changing(
  fc.constantFrom<JsonValue>(
    { type: 'object', properties: { b: { default: 1 } } },
    { type: 'object', properties: { b: { default: 2 } } },
    { type: 'object', properties: { b: { type: 'integer' } } },
    { maxProperties: 0 },
    { additionalProperties: { type: 'string' } },
    { properties: { b: { const: 1 } } },
    true,
  ),
);
const overlapping = objects(
  {
    properties: objects({ a: looking }),
    patternProperties: turned(objects({ '^a': looking, a$: looking })),
  },
  { type: 'object' },
);

/** Names that objects require, and the members that they describe, some with a default. */
function objectsOf(pair: fc.Arbitrary<SchemaPair>): fc.Arbitrary<SchemaPair> {
  const property = fc
    .tuple(pair, fc.option(changing(literal), { nil: undefined, freq: 3 }))
    .map(([[one, other], def]) => {
      const withDefault = (schema: JsonValue, value: JsonValue | undefined): JsonValue =>
        value === undefined || typeof schema !== 'object' ? schema : { ...schema, default: value };
      return [withDefault(one, def?.[0]), withDefault(other, def?.[1])] as const;
    });
  const properties = objects(Object.fromEntries(NAMES.map((name) => [name, present(property)])));
  const rest = fc.oneof(changing(fc.constantFrom<JsonValue>(false, false, true)), present(pair));
  const typed = fc.constantFrom<JsonObject>(
    { type: 'object' },
    { type: 'object' },
    {},
    { type: ['object', 'null'] },
  );
  return typed.chain((fixed) =>
    objects(
      {
        properties: present(properties),
        required: changing(fc.subarray(NAMES, { maxLength: 2 })),
        additionalProperties: rest,
        patternProperties: fc.oneof(
          { weight: 5, arbitrary: fc.constant([undefined, undefined] as const) },
          { weight: 1, arbitrary: present(turned(objects({ '^x': present(pair), '^[ab]': present(pair) }))) },
        ),
        ...bounds('minProperties', 'maxProperties'),
        dependentRequired: fc.oneof(
          { weight: 5, arbitrary: fc.constant([undefined, undefined] as const) },
          { weight: 1, arbitrary: changing(fc.constantFrom<JsonValue>({ a: ['b'] }, { b: ['c'] })) },
        ),
        propertyNames: fc.oneof(
          { weight: 6, arbitrary: fc.constant([undefined, undefined] as const) },
          {
            weight: 1,
            arbitrary: changing(fc.constantFrom<JsonValue>({ enum: ['a', 'b'] }, { maxLength: 1 })),
          },
        ),
      },
      fixed,
    ),
  );
}

const arraysOf = (pair: fc.Arbitrary<SchemaPair>) =>
  objects(
    {
      items: present(pair),
      prefixItems: present(lists(pair, 2)),
      uniqueItems: flag,
      contains: fc.oneof(
        { weight: 3, arbitrary: fc.constant([undefined, undefined] as const) },
        { weight: 1, arbitrary: present(pair) },
      ),
      ...bounds('minItems', 'maxItems', 'minContains'),
    },
    { type: 'array' },
  );

/** The same schemas on both sides, changed within; some on one side only, or in another order. */
const lists = (pair: fc.Arbitrary<SchemaPair>, maxLength = 3): fc.Arbitrary<SchemaPair> =>
  fc
    .tuple(fc.array(fc.tuple(pair, fc.nat(11)), { minLength: 1, maxLength }), fc.boolean())
    .map(([entries, turned]) => {
      const left = entries.filter(([, where]) => where !== 0).map(([[one]]) => one);
      const right = entries.filter(([, where]) => where !== 1 && where !== 2).map(([[, other]]) => other);
      const all = (side: JsonValue[]) => (side.length === 0 ? [true] : side);
      return [all(left), all(turned ? right.reverse() : right)] as const;
    });

/** One that has a member by which it is told from the others. */
const tagged = (pair: fc.Arbitrary<SchemaPair>) =>
  fc.tuple(fc.constantFrom('a', 'b'), present(pair)).map(([tag, member]): SchemaPair => {
    const side = (at: 0 | 1): JsonObject => ({
      type: 'object',
      properties: { c: { const: tag }, ...(member[at] === undefined ? {} : { a: member[at] }) },
      required: ['c'],
    });
    return [side(0), side(1)];
  });

const { pair } = fc.letrec<{ pair: SchemaPair }>((tie) => {
  const inner = tie('pair');
  return {
    pair: fc.oneof(
      { maxDepth: 4 },
      { weight: 3, arbitrary: fc.oneof(types, numbers, integers, strings, listed, constant) },
      { weight: 1, arbitrary: changing(fc.boolean()).map(([a = true, b = true]) => [a, b] as const) },
      { weight: 2, arbitrary: fc.constant([{ $ref: '#/$defs/d' }, { $ref: '#/$defs/d' }] as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<SchemaPair>(
          [{ $ref: '#/$defs/d' }, {}],
          [{ type: 'null' }, { $ref: '#/$defs/d' }],
        ),
      },
      { weight: 6, arbitrary: objectsOf(inner) },
      { weight: 2, arbitrary: arraysOf(inner) },
      {
        weight: 4,
        arbitrary: fc.oneof(
          objects({ anyOf: lists(inner) }),
          objects({ oneOf: lists(fc.oneof(inner, tagged(inner))) }),
          objects({ allOf: lists(inner) }),
          objects({ not: inner }),
          objects({ if: inner, else: present(inner) }),
          objects({ properties: objects({ a: present(inner) }), anyOf: lists(inner, 2) }),
          objects({
            properties: objects({ a: present(inner) }),
            unevaluatedProperties: changing(fc.boolean()),
          }),
          objects({ dependentSchemas: objects({ a: present(inner) }), maximum: changing(small) }),
          fc
            .tuple(inner, inner)
            .map(([[a, b], [c, d]]): SchemaPair => [{ allOf: [a, c] }, { allOf: [d, b] }]),
          inner.map(([a, b]): SchemaPair => [a, { anyOf: [{ type: 'null' }, b] }]),
          inner.map(([a, b]): SchemaPair => [{ anyOf: [a, { type: 'null' }] }, b]),
        ),
      },
    ),
  };
});

/** Two schemas that are objects, the one made from the other, with a definition that they may refer to. */
export const schemaPair: fc.Arbitrary<readonly [JsonObject, JsonObject]> = fc
  .tuple(fc.oneof({ weight: 6, arbitrary: pair }, { weight: 1, arbitrary: overlapping }), objectsOf(pair))
  .map(([[one, other], [d, e]]) => {
    const whole = (schema: JsonValue, definition: JsonValue): JsonObject => ({
      ...(typeof schema === 'object' && schema !== null && !Array.isArray(schema)
        ? schema
        : { allOf: [schema] }),
      $defs: { d: definition },
    });
    return [whole(one, d), whole(other, e)] as const;
  });
