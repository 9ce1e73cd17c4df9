import type { ActionContract, JsonObject } from '@action-do/contracts';
import {
  CONTRACT,
  closed,
  integer,
  nothing,
  number,
  ofMember,
  ofParams,
  string,
} from './changed-contracts.contract.js';
import { contractBreak } from './contract-break.js';

const { policy } = CONTRACT;
const { idempotency } = policy;

describe('of a changed contract of the same version', () => {
  it.each<[string, Partial<ActionContract>, string | undefined]>([
    ['nothing', {}, undefined],
    ['its description', { description: 'better' }, undefined],
    ['timeouts', { policy: { ...policy, attemptTimeoutMs: 5, deadlineMs: 7 } }, undefined],
    ['retries', { policy: { ...policy, retry: { ...policy.retry, attemptsMax: 9 } } }, undefined],
    ['the window', { policy: { ...policy, idempotency: { ...idempotency, windowMs: 1 } } }, undefined],
    ['effects', { policy: { ...policy, effects: 'unsafe' } }, 'policy.effects'],
    [
      'whose work a call is',
      { policy: { ...policy, idempotency: { ...idempotency, mode: 'none' } } },
      'policy.idempotency.mode',
    ],
    [
      'whether versions share work',
      { policy: { ...policy, idempotency: { ...idempotency, perVersion: true } } },
      'policy.idempotency.perVersion',
    ],
    ['the probe that answers no more', { hasProbe: false }, 'hasProbe'],
    ['the undo that an open one waits for', { hasUndo: false }, 'hasUndo'],
  ])('%s breaks as it should', (_, changed, path) => {
    expect(contractBreak(CONTRACT, { ...CONTRACT, ...changed })).toBe(path);
  });

  it('an undo or a probe may come', () => {
    const before = { ...CONTRACT, hasProbe: false, hasUndo: undefined };
    expect(contractBreak(before, CONTRACT)).toBeUndefined();
  });
});

describe('params', () => {
  const id = closed({ id: string }, 'id');
  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['get an optional property', id, closed({ id: string, more: number }, 'id'), undefined],
    ['get one with a default', id, closed({ id: string, n: { ...number, default: 1 } }, 'id'), undefined],
    [
      'get a required one with a default',
      id,
      closed({ id: string, n: { default: 1 } }, 'id', 'n'),
      undefined,
    ],
    ['get a required one', id, closed({ id: string, n: number }, 'id', 'n'), 'properties.n'],
    ['require what was optional', closed({ id: string }), id, 'properties.id'],
    ['require what nobody described', {}, { required: ['id'] }, 'required[0]'],
    ['no longer require one', id, closed({ id: string }), undefined],
    ['lose one', id, closed({}), 'properties.id'],
    ['lose one where others pass', { properties: { id: string } }, { type: 'object' }, 'type'],
    [
      'lose the description of one where others pass',
      { type: 'object', properties: { id: string } },
      { type: 'object' },
      undefined,
    ],
    [
      'describe what passed',
      { type: 'object' },
      { type: 'object', properties: { id: string } },
      'properties.id.type',
    ],
    [
      'shut out others',
      { type: 'object' },
      { type: 'object', additionalProperties: false },
      'additionalProperties',
    ],
    ['let in others', id, { ...id, additionalProperties: true }, undefined],
    [
      'take others of another type',
      { type: 'object', additionalProperties: integer },
      { type: 'object', additionalProperties: string },
      'additionalProperties.type',
    ],
    [
      'give up a default',
      closed({ n: { ...number, default: 1 } }),
      closed({ n: number }),
      'properties.n.default',
    ],
    [
      'change a default',
      closed({ n: { ...number, default: 1 } }),
      closed({ n: { ...number, default: 2 } }),
      'properties.n.default',
    ],
    [
      'get a default for what was optional',
      closed({ n: number }),
      closed({ n: { ...number, default: 1 } }),
      undefined,
    ],
    [
      'get a default for what is required',
      closed({ n: number }, 'n'),
      closed({ n: { ...number, default: 1 } }),
      undefined,
    ],
    [
      'get a default that is none of it',
      closed({ n: number }),
      closed({ n: { ...number, default: 'a' } }),
      'properties.n.default',
    ],
    [
      'get a default that is one too many',
      { type: 'object', maxProperties: 1 },
      { type: 'object', maxProperties: 1, properties: { n: { default: 1 } } },
      'properties.n.default',
    ],
    [
      'have another default deep within',
      closed({ a: closed({ b: { type: 'array', items: closed({ c: { ...number, default: 1 } }) } }) }),
      closed({ a: closed({ b: { type: 'array', items: closed({ c: { ...number, default: 2 } }) } }) }),
      'properties.a.properties.b.items.properties.c.default',
    ],
    [
      'have another default in a branch',
      closed({ a: { anyOf: [closed({ c: { ...number, default: 1 } }), nothing] } }),
      closed({ a: { anyOf: [closed({ c: { ...number, default: 2 } }), nothing] } }),
      'properties.a.anyOf[0].properties.c.default',
    ],
    [
      'lose the description of one within which there are defaults',
      { type: 'object', properties: { a: closed({ c: { ...number, default: 1 } }) } },
      { type: 'object' },
      'properties.a',
    ],
    [
      'lose that of all others, within which there are defaults',
      { type: 'object', additionalProperties: closed({ c: { ...number, default: 1 } }) },
      { type: 'object' },
      'additionalProperties',
    ],
    [
      'get a branch beside defaults',
      closed({ a: { anyOf: [closed({ c: { ...number, default: 1 } }), nothing] } }),
      closed({ a: { anyOf: [closed({ c: { ...number, default: 1 } }), nothing, string] } }),
      undefined,
    ],
    [
      'get a default where two schemas look',
      { allOf: [closed({ a: number })] },
      { allOf: [closed({ a: number, b: { default: 1 } }), closed({ a: number })] },
      '',
    ],
    [
      'get a default that a pattern looks at',
      { ...closed({ a: closed({ x: integer }) }), patternProperties: { '^a$': { maxProperties: 0 } } },
      {
        ...closed({ a: closed({ x: { ...integer, default: 1 } }) }),
        patternProperties: { '^a$': { maxProperties: 0 } },
      },
      'properties.a.properties.x.default',
    ],
    [
      'have patterns in another order, so that another default comes first',
      {
        type: 'object',
        patternProperties: { '^q': closed({ x: { default: 2 } }), q$: closed({ x: number }) },
      },
      {
        type: 'object',
        patternProperties: { q$: closed({ x: { default: 3 } }), '^q': closed({ x: { default: 2 } }) },
      },
      'patternProperties.q$.properties.x.type',
    ],
  ])('that %s', (_, standing, given, path) => {
    expect(ofParams(standing, given)).toBe(
      path === '' ? 'paramsJsonSchema' : path && `paramsJsonSchema.${path}`,
    );
  });

  it('compares names, not what is inherited', () => {
    expect(ofParams(closed({}), closed({ constructor: string }, 'constructor'))).toBe(
      'paramsJsonSchema.properties.constructor',
    );
  });
});

describe('references', () => {
  const tree = (leaf: JsonObject): JsonObject => ({
    $ref: '#/$defs/tree',
    $defs: {
      tree: closed({
        leaf: { $ref: '#/$defs/leaf' },
        children: { type: 'array', items: { $ref: '#/$defs/tree' } },
      }),
      leaf,
    },
  });

  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['in a circle', tree(integer), tree(number), undefined],
    ['in a circle, to what narrows', tree(number), tree(integer), 'properties.leaf.type'],
    [
      'put in place',
      { $defs: { s: string }, properties: { a: { $ref: '#/$defs/s' } } },
      { properties: { a: string } },
      undefined,
    ],
    [
      'to the whole',
      { type: ['object', 'string'], properties: { a: { $ref: '#' } } },
      { type: ['object', 'string'], properties: { a: { $ref: '#' }, b: {} } },
      undefined,
    ],
    [
      'to what narrows under not',
      { $defs: { s: integer }, not: { $ref: '#/$defs/s' } },
      { $defs: { s: number }, not: { $ref: '#/$defs/s' } },
      'not',
    ],
    [
      'that lead elsewhere',
      { $ref: 'https://example.org/s' },
      { $ref: 'https://example.org/s', minLength: 0 },
      '$ref',
    ],
    [
      'by anchors',
      { $defs: { s: { $anchor: 's' } }, maximum: 1 },
      { $defs: { s: { $anchor: 's' } }, maximum: 2 },
      'maximum',
    ],
    [
      'that chase their tail',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } },
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } }, title: 'x' },
      '$ref.$ref',
    ],
    ...[{ $ref: '#/$defs/l' }, { anyOf: [{}, { $ref: '#/$defs/l' }] }].map(
      (b): [string, JsonObject, JsonObject, string | undefined] => [
        'in which no check would ever end',
        { properties: { a: {}, b: {} } },
        { properties: { a: {}, b }, $defs: { l: { allOf: [{ $ref: '#/$defs/l' }] } } },
        `properties.b.${'anyOf' in b ? 'anyOf[1].' : ''}$ref.allOf[0].$ref`,
      ],
    ),
    ['of what nobody refers to', { $defs: { a: string } }, { $defs: { b: number } }, undefined],
    [
      'with defaults, from a branch, that change in anything',
      { $defs: { a: closed({ n: { default: 1 } }) }, anyOf: [{ $ref: '#/$defs/a' }, nothing] },
      { $defs: { a: closed({ n: { default: 1 }, m: {} }) }, anyOf: [{ $ref: '#/$defs/a' }, nothing] },
      'anyOf[0].$ref',
    ],
  ])('%s', (_, standing, given, path) => {
    expect(ofParams(standing, given)).toBe(path && `paramsJsonSchema.${path}`);
  });

  it('of another dialect are compared as a whole', () => {
    const old = { $schema: 'http://json-schema.org/draft-07/schema#' };
    expect(ofParams({ ...old, maximum: 1 }, { ...old, maximum: 2 })).toBe('paramsJsonSchema.maximum');
  });
});

describe('a schema made to take for ever', () => {
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`p${i}`, string]));
  /** Each level refers twice to the next: 2^30 ways down. */
  const doubling = (last: JsonObject): JsonObject => {
    const defs: JsonObject = { d30: last };
    for (let i = 0; i < 30; i++) {
      const next = { $ref: `#/$defs/d${i + 1}` };
      defs[`d${i}`] = {
        type: 'object',
        properties: { a: next, b: next },
        anyOf: [{ properties: { c: next } }, { properties: { d: next } }],
      };
    }
    return { $ref: '#/$defs/d0', $defs: defs };
  };
  const unions = (n: number): JsonObject => ({
    allOf: Array.from({ length: n }, (_, i) => ({
      anyOf: Array.from({ length: n }, (_, j) => closed({ [`a${i}`]: { const: j } })),
    })),
  });
  /** All properties refer to the same. */
  const lists = (properties: number, ...of: string[][]): JsonObject => ({
    type: 'object',
    properties: Object.fromEntries(
      Array.from({ length: properties }, (_, i) => [`p${i}`, { title: `${i}`, $ref: '#/$defs/all' }]),
    ),
    $defs: { all: { allOf: of.map((list) => ({ enum: list })) } },
  });
  const small = Array.from({ length: 1_500 }, (_, i) => [`a${i}`, `b${i}`]);
  const long = Array.from({ length: 6_000 }, (_, i) => `${i}`.padEnd(30, 'x'));
  const chain = (n: number): JsonObject => ({
    $ref: '#/$defs/c0',
    $defs: Object.fromEntries(Array.from({ length: n }, (_, i) => [`c${i}`, { $ref: `#/$defs/c${i + 1}` }])),
  });

  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['is got through where it is only long', closed(wide), closed({ ...wide, more: {} }), undefined],
    ['is got through where many ways lead down', doubling(integer), doubling(number), undefined],
    ['breaks by unions beside unions', unions(12), { ...unions(12), maxProperties: 3 }, 'paramsJsonSchema'],
    ['breaks by many lists against a long one', lists(60, ...small), lists(60, long), 'paramsJsonSchema'],
    [
      'breaks by many schemas that say the same of one value',
      { allOf: Array.from({ length: 2_000 }, (_, i) => ({ maxLength: i })) },
      { allOf: Array.from({ length: 2_000 }, (_, i) => ({ maxLength: i + 1 })) },
      'paramsJsonSchema',
    ],
    ['breaks by a chain of references', chain(3_000), { ...chain(3_000), maximum: 1 }, 'paramsJsonSchema'],
  ])('%s', (_, standing, given, path) => {
    const began = Date.now();
    expect(ofParams(standing, given)).toBe(path);
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  it('breaks by half a character, of which there is no canonical text', () => {
    expect(ofParams({ title: 'a', const: '\ud800' }, { title: 'b', const: '\ud800' })).toBe(
      'paramsJsonSchema',
    );
  });

  it('a pattern is never run', () => {
    const slow = { ...string, enum: [`${'a'.repeat(60)}!`] };
    expect(ofMember(slow, { ...string, pattern: '^(a+)+$' })).toBe('p.pattern');
  });
});
