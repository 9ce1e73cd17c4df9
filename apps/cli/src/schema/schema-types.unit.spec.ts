import type { JsonObject } from '@action-do/contracts';
import { actionsModule } from './actions-module.js';
import { SchemaTypes } from './schema-types.js';

function typesOf(schema: JsonObject) {
  const taken: string[] = [];
  const types = new SchemaTypes(schema, 'P', (like) => {
    taken.push(like);
    return like;
  });
  return {
    text: types.declarations.map(({ text }) => text.replace(/^export type /, '').trimEnd()).join('\n'),
    wider: types.wider.map(({ path, keyword }) => [...path, keyword].join(' ')),
  };
}
const typeOf = (schema: JsonObject) => typesOf(schema).text.replace(/^P = /, '').replace(/\s+/g, ' ');

const closed = (properties: JsonObject): JsonObject => ({ properties, additionalProperties: false });

describe('a JSON Schema as a type', () => {
  it.each<[JsonObject, string]>([
    [{}, 'unknown;'],
    [{ type: 'integer', minimum: 1 }, 'number;'],
    [{ type: ['string', 'null'] }, 'string | null;'],
    [{ const: 'a"b' }, '"a\\"b";'],
    [{ enum: ['a', 1, null, true, { 'x-y': [1] }] }, '"a" | 1 | null | true | { "x-y": [1] };'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null;'],
    [{ anyOf: [{ type: 'string' }, {}] }, 'unknown;'],
    [{ oneOf: [{ const: 'a' }, { const: 'a' }, false] }, '"a";'],
    [{ type: 'array', items: { type: ['string', 'number'] } }, 'Array<string | number>;'],
    [{ type: 'array', items: false }, '[];'],
    [
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 1 },
      '[string, (number)?];',
    ],
    [{ type: 'array', prefixItems: [{ type: 'string' }] }, '[(string)?, ...Array<unknown>];'],
    [{ type: 'object', additionalProperties: false }, 'Record<string, never>;'],
    [{ type: 'object' }, '{ [name: string]: unknown; };'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{ [name: string]: number; };'],
    [
      { properties: { 'a-b': { type: 'string' }, c: {} }, required: ['c'], additionalProperties: false },
      '{ "a-b"?: string; c: unknown; };',
    ],
    [
      {
        type: 'object',
        properties: { a: { type: 'string' } },
        anyOf: [{ properties: { b: {} } }, { type: 'null' }],
      },
      '{ a?: string; [name: string]: unknown; } & ({ b?: unknown; [name: string]: unknown; } | null);',
    ],
    [{ type: 'object', required: ['id'] }, '{ id: unknown; [name: string]: unknown; };'],
    [{ required: ['x-y'] }, '{ "x-y": unknown; [name: string]: unknown; };'],
    [
      { properties: { a: { type: 'string' } }, required: ['a', 'b'] },
      '{ a: string; b: unknown; [name: string]: unknown; };',
    ],
    [
      { type: 'object', required: ['n'], additionalProperties: { type: 'number' } },
      '{ n: number; [name: string]: number; };',
    ],
    [{ type: 'string', $ref: '#/$defs/A', $defs: { A: { minLength: 1 } } }, 'PA & string; PA = unknown;'],
    // Nothing fits, and nothing compiles.
    [{ properties: { a: {} }, required: ['b'], additionalProperties: false }, '{ a?: unknown; b: never; };'],
    [
      { properties: { a: { type: 'string' } }, allOf: [{ required: ['a'] }], additionalProperties: false },
      '{ a?: string; } & { a: unknown; };',
    ],
    [
      {
        properties: { a: {}, b: {} },
        anyOf: [{ required: ['a'] }, { required: ['b'] }],
        additionalProperties: false,
      },
      '{ a?: unknown; b?: unknown; } & ({ a: unknown; } | { b: unknown; });',
    ],
    [
      { type: 'object', required: ['a'], oneOf: [closed({ a: { const: 1 } }), closed({ a: {}, b: {} })] },
      '{ a: unknown; } & ({ a?: 1; } | { a?: unknown; b?: unknown; });',
    ],
    [{ type: 'object', oneOf: [closed({ a: {} }), { type: 'null' }] }, 'object & ({ a?: unknown; } | null);'],
  ])('%j is %s', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
    expect(typesOf(schema).wider).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['a part names what another refuses', { ...closed({ a: {} }), allOf: [{ properties: { b: {} } }] }],
    [
      'one of the alternatives does',
      { ...closed({ a: {} }), anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    ],
    ['a part deep within does', { ...closed({ a: {} }), allOf: [{ allOf: [{ required: ['b'] }] }] }],
    ['each part refuses what the other names', { allOf: [closed({ a: {} }), closed({ b: {} })] }],
    [
      'what has a name of its own is open',
      { ...closed({ a: {} }), $ref: '#/$defs/A', $defs: { A: { required: ['a'] } } },
    ],
    [
      'what is open is closed by what has a name of its own',
      { required: ['b'], $ref: '#/$defs/A', $defs: { A: closed({ a: {} }) } },
    ],
    [
      'some alternatives are closed, and what they share is not',
      { required: ['a'], oneOf: [closed({ a: {} }), { properties: { b: {} } }] },
    ],
    [
      'others are told what to be in one part, and are none by another',
      { ...closed({ a: {} }), allOf: [{ additionalProperties: { type: 'string' } }] },
    ],
  ])('is told to be wider where %s', (_where, schema) => {
    expect(typesOf(schema).wider).toEqual(['additionalProperties']);
  });

  it('that refers in circles to whether it is closed comes to an end', () => {
    const circle = { allOf: [{ $ref: '#/$defs/A' }, closed({ a: {} })], required: ['a'] };
    expect(typesOf({ properties: { b: { $ref: '#/$defs/A' } }, $defs: { A: circle } }).wider).toEqual([
      'b $ref',
    ]);
  });

  it('that names itself, or a part of itself, is a type that does', () => {
    const node = {
      type: 'object',
      properties: { next: { $ref: '#/$defs/a~1b' } },
      additionalProperties: false,
    };
    expect(typesOf({ $ref: '#/$defs/a~1b', $defs: { 'a/b': node } })).toEqual({
      text: 'P = PAB;\nPAB = {\n  next?: PAB;\n};',
      wider: [],
    });
    expect(typeOf({ type: 'array', items: { $ref: '#' } })).toBe('Array<P>;');
  });

  it('that is named twice is one type', () => {
    const a = { $ref: '#/$defs/A' };
    const two = {
      type: 'array',
      prefixItems: [a, a],
      items: false,
      minItems: 2,
      $defs: { A: { type: 'string' } },
    };
    expect(typesOf(two)).toEqual({ text: 'P = [PA, PA];\nPA = string;', wider: [] });
  });

  it('that is nothing but itself is unknown, and so is what lies outside of it', () => {
    const loop = { anyOf: [{ $ref: '#/$defs/A' }, { type: 'null' }], $defs: { A: { $ref: '#' } } };
    expect(typesOf(loop)).toEqual({ text: 'P = PA | null;\nPA = unknown;', wider: ['$ref'] });
    const outside = ['http://127.0.0.1/x', '#anchor', '#/$defs/None', '/etc/passwd'].map(($ref) => ({
      $ref,
    }));
    expect(typesOf({ type: 'array', prefixItems: outside, items: false, minItems: 4 })).toEqual({
      text: 'P = [unknown, unknown, unknown, unknown];',
      wider: ['0 $ref', '1 $ref', '2 $ref', '3 $ref'],
    });
  });

  it('tells each keyword that the type cannot say', () => {
    const { text, wider } = typesOf({
      type: 'object',
      properties: {
        a: { not: { type: 'string' } },
        b: { type: 'object', patternProperties: { '^x': { type: 'string' } }, additionalProperties: false },
        c: { type: 'object', properties: { d: {} }, additionalProperties: { type: 'string' } },
        e: { type: 'object', propertyNames: { enum: ['e'] }, additionalProperties: {} },
        f: { type: 'object', propertyNames: { type: 'string', pattern: '^e' }, additionalProperties: {} },
      },
      additionalProperties: false,
    });
    expect(wider).toEqual(['a not', 'b patternProperties', 'c additionalProperties', 'e propertyNames']);
    expect(text.match(/\[name: string\]: unknown/g)).toHaveLength(4);
  });

  it('lets no text of an author out of its comment or its quotes', () => {
    const { text } = typesOf({
      description: 'a */ evil(); /*\nsecond\u2028line',
      type: 'object',
      properties: { '"]: any; evil': { const: '`$evil`"' } },
      additionalProperties: false,
      tsType: 'any; evil()',
    });
    expect(text).toBe(
      '/**\n * a *\\/ evil(); /*\n * second\\u2028line\n */\nexport type P = {\n  "\\"]: any; evil"?: "`$evil`\\"";\n};',
    );
  });
});

describe('a module of actions', () => {
  const action = (name: string, paramsJsonSchema: JsonObject = {}): JsonObject => ({
    name,
    version: 1,
    digest: 'd',
    description: '',
    policy: { effects: 'none' },
    paramsJsonSchema,
    resultJsonSchema: true,
  });

  it('gives two names that would be one type each their own, and a name that is no identifier one that is', () => {
    const defs = { $ref: '#/$defs/Params', $defs: { Params: { type: 'string' } } };
    const { text } = actionsModule([action('a-params'), action('a', defs), action('2fa')]);
    expect([...text.matchAll(/^export type (\w+)/gm)].map(([, name]) => name)).toEqual([
      'T2faParams',
      'T2faResult',
      'AParams',
      'AParamsParams',
      'AResult',
      'AParamsParams2',
      'AParamsResult',
      'Actions',
    ]);
    expect(text).toContain("  readonly '2fa': Action<'2fa', T2faParams, T2faResult>;");
  });

  it('of nothing knows no name', () => {
    expect(actionsModule([]).text).toContain(
      'export type Actions = {\n};\n\nexport const actions: Actions = {\n};\n',
    );
  });
});
