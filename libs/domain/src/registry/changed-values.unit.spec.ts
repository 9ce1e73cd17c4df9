import type { JsonObject, JsonValue } from '@action-do/contracts';
import {
  closed,
  integer,
  nothing,
  number,
  ofMember,
  ofResult,
  string,
} from './changed-contracts.contract.js';

describe('a param', () => {
  const uuid = { ...string, format: 'uuid' };
  const safe = { ...integer, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
  it.each<[string, JsonValue, JsonValue, string | undefined]>([
    ['type widens', integer, number, undefined],
    ['type narrows', number, integer, 'p.type'],
    ['becomes nullable by types', string, { type: ['string', 'null'] }, undefined],
    ['becomes nullable by anyOf', string, { anyOf: [string, nothing] }, undefined],
    ['is nullable in another way', { anyOf: [string, nothing] }, { type: ['null', 'string'] }, undefined],
    ['is nullable no more', { type: ['string', 'null'] }, string, 'p.type'],
    ['is typed at last', {}, string, 'p.type'],
    ['takes anything', string, {}, undefined],
    ['takes nothing', string, false, 'p'],
    ['enum widens', { enum: ['a', 'b'] }, { enum: ['b', 'a', 'c'] }, undefined],
    ['enum narrows', { enum: ['a', 'b'] }, { enum: ['a'] }, 'p.enum'],
    ['enum comes', string, { ...string, enum: ['a'] }, 'p.enum'],
    ['enum becomes a string', { ...string, enum: ['ab'] }, { ...string, minLength: 2 }, undefined],
    [
      'enum has one that is too short',
      { ...string, enum: ['a'] },
      { ...string, minLength: 2 },
      'p.minLength',
    ],
    ['const becomes an enum', { const: { a: [1] } }, { enum: [{ a: [1] }, 2] }, undefined],
    ['const changes', { const: 1 }, { const: 2 }, 'p.const'],
    ['boolean becomes an enum', { type: 'boolean' }, { enum: [true, false, null] }, undefined],
    ['bounds widen', { ...number, minimum: 1, maximum: 2 }, { ...number, minimum: 0, maximum: 3 }, undefined],
    ['bounds narrow', { ...number, maximum: 3 }, { ...number, maximum: 2 }, 'p.maximum'],
    [
      'bound shuts itself out',
      { ...number, minimum: 0 },
      { ...number, exclusiveMinimum: 0 },
      'p.exclusiveMinimum',
    ],
    [
      'bound of integers is said otherwise',
      { ...integer, exclusiveMinimum: 0 },
      { ...integer, minimum: 1 },
      undefined,
    ],
    [
      'bound of numbers is said otherwise',
      { ...number, exclusiveMinimum: 0 },
      { ...number, minimum: 1 },
      'p.minimum',
    ],
    [
      'bound of integers is beyond those that are told apart',
      { ...integer, minimum: 2 ** 53 },
      { ...integer, exclusiveMinimum: 2 ** 53 },
      'p.exclusiveMinimum',
    ],
    [
      'excluded bound is beyond them',
      { ...integer, exclusiveMinimum: 2 ** 53 },
      { ...integer, minimum: 2 ** 53 + 2 },
      'p.minimum',
    ],
    ['steps get finer', { ...safe, multipleOf: 10 }, { ...safe, multipleOf: 5 }, undefined],
    [
      'steps get finer, without a bound up to which quotients are exact',
      { ...integer, multipleOf: 4, minimum: 0 },
      { ...integer, multipleOf: 2, minimum: 0 },
      'p.multipleOf',
    ],
    [
      'steps get finer for a value whose quotient is too great for them',
      { const: 2.4e21, multipleOf: 4 },
      { const: 2.4e21, multipleOf: 2 },
      'p.multipleOf',
    ],
    ['values are multiples', { enum: [10, 2.5] }, { enum: [10, 2.5], multipleOf: 0.5 }, undefined],
    ['values are no multiples', { enum: [10, 2.5] }, { enum: [10, 2.5], multipleOf: 2 }, 'p.multipleOf'],
    ['steps get coarser', { ...integer, multipleOf: 5 }, { ...integer, multipleOf: 10 }, 'p.multipleOf'],
    ['may be longer', { ...string, maxLength: 5 }, { ...string, maxLength: 6 }, undefined],
    ['must be longer', { ...string, minLength: 0 }, { ...string, minLength: 1 }, 'p.minLength'],
    ['least length says nothing', string, { ...string, minLength: 0 }, undefined],
    ['pattern changes', { ...string, pattern: 'a' }, { ...string, pattern: 'a|b' }, 'p.pattern'],
    ['pattern goes', { ...string, pattern: 'a' }, string, undefined],
    ['pattern comes where there are no strings', integer, { ...integer, pattern: 'a' }, undefined],
    ['format comes', string, uuid, 'p.format'],
    ['format goes', uuid, string, undefined],
    [
      'gets words for people',
      string,
      { ...string, title: 'T', description: 'D', examples: ['x'], deprecated: true },
      undefined,
    ],
    [
      'gets flags of fields',
      string,
      { ...string, personal: true, sensitive: true, indexed: true, subject: true },
      undefined,
    ],
    ['gets a keyword that nobody knows', string, { ...string, 'x-limit': 5 }, 'p["x-limit"]'],
    ['loses a keyword that nobody knows', { ...string, 'x-limit': 5 }, string, 'p["x-limit"]'],
    [
      'keeps one and gets longer',
      { ...string, maxLength: 1, x: 5 },
      { ...string, maxLength: 2, x: 5 },
      undefined,
    ],
    ['items widen', { type: 'array', items: integer }, { type: 'array', items: number }, undefined],
    ['items narrow', { type: 'array', items: number }, { type: 'array', items: integer }, 'p.items.type'],
    [
      'first items narrow',
      { type: 'array', prefixItems: [string, number] },
      { type: 'array', prefixItems: [string, integer] },
      'p.prefixItems[1].type',
    ],
    [
      'items that come behind narrow',
      { type: 'array', prefixItems: [string] },
      { type: 'array', prefixItems: [string], items: false },
      'p.items',
    ],
    [
      'first items are all that there may be',
      { type: 'array', items: integer, maxItems: 1 },
      { type: 'array', prefixItems: [integer], items: false },
      undefined,
    ],
    ['items become unique', { type: 'array' }, { type: 'array', uniqueItems: true }, 'p.uniqueItems'],
    ['items may be more', { type: 'array', maxItems: 1 }, { type: 'array', maxItems: 2 }, undefined],
    [
      'items contain something else',
      { type: 'array', contains: string },
      { type: 'array', contains: number },
      'p.contains',
    ],
    [
      'record keeps its pattern and widens',
      { type: 'object', patternProperties: { '^a': integer } },
      { type: 'object', patternProperties: { '^a': number } },
      undefined,
    ],
    [
      'record gets a pattern',
      { type: 'object' },
      { type: 'object', patternProperties: { '^a': number } },
      'p.patternProperties["^a"].type',
    ],
    [
      'record has other names',
      { type: 'object', propertyNames: { pattern: '^a' } },
      { type: 'object', propertyNames: { pattern: '^b' } },
      'p.propertyNames',
    ],
    [
      'record has more names',
      { type: 'object', propertyNames: { enum: ['a', 'b'] } },
      { type: 'object', propertyNames: { enum: ['a', 'b', 'c'] } },
      undefined,
    ],
    [
      'record has fewer names',
      { type: 'object', propertyNames: { enum: ['a', 'b'] } },
      { type: 'object', propertyNames: { enum: ['a'] } },
      'p.propertyNames',
    ],
    [
      'members become those of a record',
      closed({ a: integer }),
      { type: 'object', propertyNames: { ...string, maxLength: 1 }, additionalProperties: integer },
      undefined,
    ],
    [
      'members become those of a record, with one that has no such name',
      closed({ ab: integer }),
      { type: 'object', propertyNames: { ...string, maxLength: 1 }, additionalProperties: integer },
      'p.propertyNames',
    ],
    [
      'members match a pattern, so that a record may lack their names',
      { ...closed({ a: integer }), patternProperties: { '^b': integer } },
      { type: 'object', propertyNames: { maxLength: 1 }, additionalProperties: integer },
      'p.propertyNames',
    ],
    ['gets a branch', { anyOf: [string, integer] }, { anyOf: [integer, nothing, string] }, undefined],
    ['loses a branch', { anyOf: [string, integer] }, { anyOf: [string] }, 'p.anyOf[0].type'],
    [
      'branch narrows',
      { anyOf: [{ ...string, maxLength: 5 }, nothing] },
      { anyOf: [{ ...string, maxLength: 4 }, nothing] },
      'p.anyOf[0].maxLength',
    ],
    ['refuses less', { not: { ...string, maxLength: 5 } }, { not: { ...string, maxLength: 3 } }, undefined],
    ['refuses more', { not: { ...string, maxLength: 3 } }, { not: { ...string, maxLength: 5 } }, 'p.not'],
    ['is held to more', { allOf: [string] }, { allOf: [string, { minLength: 1 }] }, 'p.minLength'],
    [
      'is held to the same in other words',
      { allOf: [string, { minLength: 1 }] },
      { ...string, minLength: 1 },
      undefined,
    ],
    [
      'enum becomes as many constants',
      { ...string, enum: ['a', 'b'] },
      { anyOf: [{ ...string, const: 'b' }, { const: 'a' }, { const: 'c' }] },
      undefined,
    ],
    [
      'enum becomes constants, but for one',
      { ...string, enum: ['a', 'b'] },
      { anyOf: [{ const: 'b' }, { const: 'c' }] },
      'p.anyOf[0].const',
    ],
    [
      'enum becomes constants of which two are the same',
      { enum: ['a', 'b'] },
      { oneOf: [{ const: 'a' }, { const: 'b' }, { enum: ['a'] }] },
      'p.oneOf[0].const',
    ],
    ['condition changes', { if: string, else: { minimum: 1 } }, { if: string, else: { minimum: 2 } }, 'p.if'],
    [
      'condition stays beside what widens',
      { maximum: 1, if: string, else: { minimum: 0 } },
      { maximum: 2, if: string, else: { minimum: 0 } },
      undefined,
    ],
  ])('whose %s', (_, standing, given, path) => {
    expect(ofMember(standing, given)).toBe(path);
  });

  const card = (more: JsonObject = {}) =>
    closed({ kind: { const: 'card' }, digits: string, ...more }, 'kind', 'digits');
  const iban = closed({ kind: { const: 'iban' }, iban: string }, 'kind', 'iban');
  const cash = closed({ kind: { const: 'cash' } }, 'kind');
  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['one more option', { oneOf: [card(), iban] }, { oneOf: [cash, card(), iban] }, undefined],
    [
      'an option with more in it',
      { oneOf: [card(), iban] },
      { oneOf: [card({ cvc: string }), iban] },
      undefined,
    ],
    [
      'values of which each has an option of its own now',
      closed({ kind: { enum: ['card', 'cash'] } }, 'kind'),
      { oneOf: [closed({ kind: { const: 'card' } }, 'kind'), cash] },
      'p.oneOf[0].properties.kind.const',
    ],
    [
      'an option for all values',
      { oneOf: [cash, iban] },
      closed({ kind: { enum: ['cash', 'iban'] }, iban: string }, 'kind'),
      undefined,
    ],
    [
      'a default in an option',
      { oneOf: [card(), iban] },
      { oneOf: [card({ cvc: { default: 1 } }), iban] },
      undefined,
    ],
    [
      'a default that no more is filled in, for it is in an option now',
      card({ cvc: { default: 1 } }),
      { oneOf: [card({ cvc: { default: 1 } }), iban] },
      'p.oneOf',
    ],
    ['an option less', { oneOf: [card(), iban] }, { oneOf: [card()] }, 'p.oneOf[0].properties.kind.const'],
    [
      'an option that is like another',
      { oneOf: [card(), iban] },
      { oneOf: [card(), iban, {}] },
      'p.oneOf[2]',
    ],
  ])('by a member that tells them apart has %s', (_, standing, given, path) => {
    expect(ofMember(standing, given)).toBe(path);
  });
});

describe('a result', () => {
  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['narrows', number, integer, 'type'],
    ['widens', integer, number, 'type'],
    ['may be one thing more', { anyOf: [string] }, { anyOf: [string, nothing] }, 'anyOf[0].type'],
    ['is said otherwise', { allOf: [string, { minLength: 1 }] }, { ...string, minLength: 1 }, undefined],
    ['gets words for people', string, { ...string, title: 'T', description: 'D', indexed: true }, undefined],
    [
      'is an enum, said as constants',
      { enum: ['a', 'b'] },
      { anyOf: [{ const: 'b' }, { const: 'a' }] },
      undefined,
    ],
    [
      'is a boolean, said as constants',
      { type: 'boolean' },
      {
        anyOf: [
          { type: 'boolean', const: true },
          { type: 'boolean', const: false },
        ],
      },
      undefined,
    ],
    ['is one of the constants less', { enum: ['a', 'b'] }, { anyOf: [{ const: 'a' }] }, 'anyOf[0].const'],
    [
      'gets a member where none but these passed',
      closed({ a: string }),
      closed({ a: string, b: string }, 'b'),
      'properties.b',
    ],
    ['always has what was optional', closed({ a: string }), closed({ a: string }, 'a'), 'properties.a'],
    [
      'always has one more where others passed',
      { type: 'object' },
      { type: 'object', properties: { b: string }, required: ['b'] },
      'properties.b.type',
    ],
    ['has more than it promises', closed({ a: string }, 'a'), closed({ a: string }), 'properties.a'],
    ['loses a member', closed({ a: string }, 'a'), closed({}), 'properties.a'],
    ['loses an optional member', closed({ a: string }), closed({}), 'properties.a'],
    ['lets others pass', closed({}), { type: 'object' }, 'additionalProperties'],
    [
      'has another default, which nobody fills in',
      closed({ a: { default: 1 } }),
      closed({ a: { default: 2 } }),
      undefined,
    ],
  ])('that %s', (_, standing, given, path) => {
    expect(ofResult(standing, given)).toBe(path && `resultJsonSchema.${path}`);
  });
});
