import type { JsonObject } from '@action-do/contracts';
import { differing } from './differing.js';
import { disjoint } from './disjoint.js';
import type { Facts } from './facts.js';
import { ANNOTATIONS, IN_PLACE, numberAt, objectAt, own, TYPE_OF_KEYWORD } from './keywords.js';
import type { Rule } from './rule.js';
import type { Constraint } from './schema-document.js';
import { typesOf, typesOfAll, type ValueType } from './value-types.js';

const has = ({ schema }: Constraint, keyword: string) => Object.hasOwn(schema, keyword);

/** Whether a constraint says the same by all of these keywords, what they refer to included. */
function sameGroup(from: Facts, to: Constraint, keywords: readonly string[]): boolean {
  const only = ({ schema }: Constraint): JsonObject =>
    Object.fromEntries(
      keywords
        .filter((keyword) => Object.hasOwn(schema, keyword))
        .map((keyword) => [keyword, schema[keyword] ?? null]),
    );
  return from.constraints.some(
    (one) => differing([one.document, only(one)], [to.document, only(to)]) === undefined,
  );
}

const type: Rule = {
  keywords: ['type', 'nullable'],
  firstBreak(from, to) {
    const allowed = typesOf(to);
    return [...typesOfAll(from)].every((one) => allowed.has(one)) ? undefined : ['type'];
  },
};

/** That a list follows from another one is told by the values; here only from an equal one. */
const listed = (keyword: 'enum' | 'const'): Rule => ({
  keywords: [keyword],
  firstBreak: (from, to) => (has(to, keyword) && !sameGroup(from, to, [keyword]) ? [keyword] : undefined),
});

/** `minLength`, `maxLength` and their like: implied by a bound that is as narrow. */
const bound = (keyword: string, type: ValueType, narrower: (a: number, b: number) => boolean): Rule => ({
  keywords: [keyword],
  firstBreak(from, to) {
    const wanted = numberAt(to.schema, keyword);
    if (wanted === undefined || !typesOfAll(from).has(type)) return undefined;
    const implied = from.constraints.some(({ schema }) => {
      const given = numberAt(schema, keyword);
      return given !== undefined && narrower(given, wanted);
    });
    return implied || narrower(keyword.startsWith('min') ? 0 : Number.POSITIVE_INFINITY, wanted)
      ? undefined
      : [keyword];
  },
});
const least = (keyword: string, type: ValueType) => bound(keyword, type, (a, b) => a >= b);
const most = (keyword: string, type: ValueType) => bound(keyword, type, (a, b) => a <= b);

/** The four bounds of numbers; among integers `exclusiveMinimum: 0` is `minimum: 1`. */
const range = (
  inclusive: 'minimum' | 'maximum',
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
): Rule => {
  const sign = inclusive === 'minimum' ? 1 : -1;
  /** As a lower bound, and whether the bound itself is out. */
  const bounds = (schema: JsonObject, integers: boolean) =>
    [inclusive, exclusive].flatMap((keyword) => {
      const given = numberAt(schema, keyword);
      if (given === undefined) return [];
      const out = keyword === exclusive;
      const least = out ? Math.floor(sign * given) + 1 : Math.ceil(sign * given);
      // Beyond these the next integer is not the next number.
      const told = integers && Number.isSafeInteger(least);
      return [told ? { keyword, at: least, out: false } : { keyword, at: sign * given, out }];
    });
  return {
    keywords: [inclusive, exclusive],
    firstBreak(from, to) {
      const types = typesOfAll(from);
      if (!types.has('integer') && !types.has('fraction')) return undefined;
      const integers = !types.has('fraction');
      const given = from.constraints.flatMap(({ schema }) => bounds(schema, integers));
      const broken = bounds(to.schema, integers).find(
        (wanted) =>
          !given.some(({ at, out }) => at > wanted.at || (at === wanted.at && (out || !wanted.out))),
      );
      return broken && [broken.keyword];
    },
  };
};

/** Whether all numbers are among those of which a quotient is an integer only where it is one. */
function areSafe({ constraints }: Facts): boolean {
  const bounded = (within: (bound: number) => boolean, ...keywords: string[]): boolean =>
    constraints.some(({ schema }) =>
      keywords.some((keyword) => {
        const bound = numberAt(schema, keyword);
        return bound !== undefined && within(bound);
      }),
    );
  return (
    bounded((bound) => bound >= Number.MIN_SAFE_INTEGER, 'minimum', 'exclusiveMinimum') &&
    bounded((bound) => bound <= Number.MAX_SAFE_INTEGER, 'maximum', 'exclusiveMaximum')
  );
}

/** By ajv a quotient from 1e21 on is no integer, and one that was rounded may be: what it calls a multiple is none of a divisor. */
const multipleOf: Rule = {
  keywords: ['multipleOf'],
  firstBreak(from, to) {
    const wanted = numberAt(to.schema, 'multipleOf');
    const types = typesOfAll(from);
    if (wanted === undefined || !(types.has('integer') || types.has('fraction'))) return undefined;
    const divides = (given: number | undefined): boolean =>
      Number.isSafeInteger(given) &&
      Number.isSafeInteger(wanted) &&
      Number(given) % wanted === 0 &&
      areSafe(from);
    return from.constraints.some(({ schema }) => {
      const given = numberAt(schema, 'multipleOf');
      return given === wanted || divides(given);
    })
      ? undefined
      : ['multipleOf'];
  },
};

const not: Rule = {
  keywords: ['not'],
  firstBreak(from, to, parts) {
    const refused = own(to.schema, 'not');
    if (refused === undefined || disjoint(from, to.document, refused)) return undefined;
    const implied = from.constraints.some(({ schema, document }) => {
      const given = own(schema, 'not');
      if (given === undefined) return false;
      return parts.follows([to.document, [refused]], [document, given]);
    });
    return implied ? undefined : ['not'];
  },
};

/** Keywords that go together and follow from nothing but their like. */
const group = (type: ValueType | undefined, first: string, ...others: string[]): Rule => ({
  keywords: [first, ...others],
  firstBreak(from, to) {
    if (!has(to, first) || (type !== undefined && !typesOfAll(from).has(type))) return undefined;
    return sameGroup(from, to, [first, ...others]) ? undefined : [first];
  },
});

/** What is said of the name of each member; `properties` say it where there are no others. */
const propertyNames: Rule = {
  keywords: ['propertyNames'],
  firstBreak(from, to, parts) {
    const wanted = own(to.schema, 'propertyNames');
    if (wanted === undefined || !typesOfAll(from).has('object') || sameGroup(from, to, ['propertyNames']))
      return undefined;
    const given = from.constraints.flatMap(({ schema }) => {
      const isClosed =
        own(schema, 'additionalProperties') === false && !Object.hasOwn(schema, 'patternProperties');
      const listed = isClosed ? [{ enum: Object.keys(objectAt(schema, 'properties') ?? {}) }] : [];
      return [...listed, own(schema, 'propertyNames') ?? []].flat();
    });
    const names = [{ type: 'string' }, ...given];
    return parts.follows([from.document, names], [to.document, wanted]) ? undefined : ['propertyNames'];
  },
};

/** They see what the others of their schema object have looked at: only all of it can be the same. */
const unevaluated = (type: ValueType, keyword: string): Rule => ({
  keywords: [keyword],
  firstBreak(from, to) {
    if (!has(to, keyword) || own(to.schema, keyword) === true || !typesOfAll(from).has(type))
      return undefined;
    const same = from.constraints.some(
      (one) => differing([one.document, one.schema], [to.document, to.schema]) === undefined,
    );
    return same ? undefined : [keyword];
  },
});

const OF_ANY_TYPE = ['type', 'nullable', 'enum', 'const', 'not', 'if', 'then', 'else'];
const OF_CONTENT = ['format', 'contentEncoding', 'contentMediaType', 'contentSchema'];
const KNOWN = new Set([...OF_ANY_TYPE, ...OF_CONTENT, ...TYPE_OF_KEYWORD.keys()]);
/** Keywords that nobody here knows: what they say follows only from the same words. */
export const unknownOf = ({ schema }: Constraint): string[] =>
  Object.keys(schema).filter(
    (keyword) => !KNOWN.has(keyword) && !ANNOTATIONS.has(keyword) && !IN_PLACE.has(keyword),
  );

const unknown: Rule = {
  keywords: [],
  firstBreak(from, to) {
    const keyword = unknownOf(to).find((one) => !sameGroup(from, to, [one]));
    return keyword === undefined ? undefined : [keyword];
  },
};

export const VALUE_RULES: readonly Rule[] = [
  type,
  listed('enum'),
  listed('const'),
  range('minimum', 'exclusiveMinimum'),
  range('maximum', 'exclusiveMaximum'),
  multipleOf,
  least('minLength', 'string'),
  most('maxLength', 'string'),
  group('string', 'pattern'),
  // The executor leaves formats to whoever performs the action: he may refuse what has another one.
  ...OF_CONTENT.map((keyword) => group(undefined, keyword)),
  least('minItems', 'array'),
  most('maxItems', 'array'),
  group('array', 'contains', 'minContains', 'maxContains'),
  least('minProperties', 'object'),
  most('maxProperties', 'object'),
  propertyNames,
  group('object', 'dependentRequired'),
  group('object', 'dependentSchemas'),
  group('object', 'dependencies'),
  not,
  group(undefined, 'if', 'then', 'else'),
  unevaluated('object', 'unevaluatedProperties'),
  unevaluated('array', 'unevaluatedItems'),
  unknown,
];
