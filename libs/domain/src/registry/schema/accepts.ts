import type { JsonObject, JsonValue } from '@action-do/contracts';
import { type Facts, factsOf } from './facts.js';
import {
  ANNOTATIONS,
  arrayAt,
  IN_PLACE,
  isObject,
  numberAt,
  objectAt,
  own,
  TYPE_OF_KEYWORD,
} from './keywords.js';
import type { Constraint, SchemaDocument } from './schema-document.js';
import { typeOf, typesOf } from './value-types.js';

/** Whether a value is valid; `maybe` where a keyword stands in the way that is not followed here, such as a condition. */
export type Verdict = 'yes' | 'no' | 'maybe';

/**
 * What the executor looks at, or what anybody may: formats, what is in a text, and keywords that nobody here knows are left to
 * whoever performs the action, so they may stand in the way.
 */
export type Judge = 'executor' | 'anybody';

/** How it is looked at, and how deep in. */
interface Look {
  readonly judge: Judge;
  readonly depth: number;
}

const DEPTH_MAX = 64;
const says = (holds: boolean): Verdict => (holds ? 'yes' : 'no');
const opposite = { yes: 'no', no: 'yes', maybe: 'maybe' } as const;

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('maybe') ? 'maybe' : 'yes';
}

/** Defaults are not filled in. */
export const accepts = (
  document: SchemaDocument,
  schema: JsonValue,
  value: JsonValue,
  judge: Judge = 'anybody',
): Verdict => acceptsFacts(factsOf(document, [schema]), value, { judge, depth: 0 });

/** One step further in. */
const within = (document: SchemaDocument, schema: JsonValue, value: JsonValue, look: Look): Verdict =>
  acceptsFacts(factsOf(document, [schema]), value, { ...look, depth: look.depth + 1 });

function acceptsFacts(facts: Facts, value: JsonValue, look: Look): Verdict {
  const { document, constraints, unions, never, opaque } = facts;
  if (never) return 'no';
  if (look.depth > DEPTH_MAX) return 'maybe';
  return all([
    opaque ? 'maybe' : 'yes',
    ...constraints.map((constraint) => ofConstraint(constraint, value, look)),
    ...unions.map(({ keyword, branches }) => {
      const verdicts = branches.map((branch) => within(document, branch, value, look));
      const yes = verdicts.filter((verdict) => verdict === 'yes').length;
      if (verdicts.every((verdict) => verdict === 'no')) return 'no';
      if (keyword === 'anyOf') return yes > 0 ? 'yes' : 'maybe';
      if (yes > 1) return 'no';
      return yes === 1 && !verdicts.includes('maybe') ? 'yes' : 'maybe';
    }),
  ]);
}

/** Whether one schema object does, without what it refers to. */
export const acceptsConstraint = (constraint: Constraint, value: JsonValue): Verdict =>
  ofConstraint(constraint, value, { judge: 'anybody', depth: 0 });

function ofConstraint(constraint: Constraint, value: JsonValue, look: Look): Verdict {
  if (!typesOf(constraint).has(typeOf(value))) return 'no';
  return all(Object.keys(constraint.schema).map((keyword) => ofKeyword(constraint, keyword, value, look)));
}

/** They say something of values of any type, and are not followed. */
const CONDITIONS: ReadonlySet<string> = new Set(['if', 'then', 'else']);

function ofKeyword(constraint: Constraint, keyword: string, value: JsonValue, look: Look): Verdict {
  const { schema, document } = constraint;
  document.budget.take();
  if (ANNOTATIONS.has(keyword) || IN_PLACE.has(keyword)) return 'yes';
  if (keyword === 'type' || keyword === 'nullable') return 'yes';
  if (keyword === 'const')
    return says(document.textOf(own(schema, 'const') ?? null) === document.textOf(value));
  if (keyword === 'enum')
    return says(document.textsOf(arrayAt(schema, 'enum') ?? []).has(document.textOf(value)));
  if (keyword === 'not') return opposite[within(document, own(schema, 'not') ?? true, value, look)];
  const type = TYPE_OF_KEYWORD.get(keyword);
  if (type === undefined) return look.judge === 'executor' && !CONDITIONS.has(keyword) ? 'yes' : 'maybe';
  if (typeof value === 'number') return type === 'number' ? inBounds(schema, keyword, value) : 'yes';
  if (typeof value === 'string') return type === 'string' ? ofText(constraint, keyword, value) : 'yes';
  if (Array.isArray(value)) return type === 'array' ? ofItems(constraint, keyword, value, look) : 'yes';
  return isObject(value) && type === 'object' ? ofMembers(constraint, keyword, value, look) : 'yes';
}

function inBounds(schema: JsonObject, keyword: string, value: number): Verdict {
  const bound = numberAt(schema, keyword);
  if (bound === undefined) return 'maybe';
  if (keyword === 'minimum') return says(value >= bound);
  if (keyword === 'maximum') return says(value <= bound);
  if (keyword === 'exclusiveMinimum') return says(value > bound);
  if (keyword === 'exclusiveMaximum') return says(value < bound);
  const quotient = value / bound;
  // As ajv has it: by its text, of which a great number has one that begins with another.
  return keyword === 'multipleOf' ? says(quotient === Number.parseInt(String(quotient), 10)) : 'maybe';
}

function ofText({ schema, document }: Constraint, keyword: string, value: string): Verdict {
  if (keyword !== 'pattern') return ofLength(schema, keyword, [...value].length);
  const matches = document.matches(own(schema, 'pattern') ?? null, value);
  return matches === null ? 'maybe' : says(matches);
}

/** `minLength` and all that are like it. */
function ofLength(schema: JsonObject, keyword: string, length: number): Verdict {
  const bound = numberAt(schema, keyword);
  if (bound === undefined) return 'maybe';
  if (/^min(Length|Items|Properties)$/.test(keyword)) return says(length >= bound);
  return /^max(Length|Items|Properties)$/.test(keyword) ? says(length <= bound) : 'maybe';
}

function ofItems(constraint: Constraint, keyword: string, value: JsonValue[], look: Look): Verdict {
  const { schema, document } = constraint;
  const first = arrayAt(schema, 'prefixItems') ?? [];
  const items = own(schema, 'items') ?? true;
  if (keyword === 'items')
    return all(value.slice(first.length).map((item) => within(document, items, item, look)));
  if (keyword === 'prefixItems')
    return all(first.slice(0, value.length).map((one, at) => within(document, one, value[at] ?? null, look)));
  if (keyword === 'uniqueItems')
    return says(own(schema, keyword) !== true || document.textsOf(value).size === value.length);
  return ofLength(schema, keyword, value.length);
}

function ofMembers(constraint: Constraint, keyword: string, value: JsonObject, look: Look): Verdict {
  const { schema, document } = constraint;
  const names = Object.keys(value);
  const described = objectAt(schema, 'properties') ?? {};
  const patterns = Object.entries(objectAt(schema, 'patternProperties') ?? {});
  const member = (name: string, by: JsonValue) => within(document, by, own(value, name) ?? null, look);
  if (keyword === 'required')
    return says((arrayAt(schema, 'required') ?? []).every((name) => Object.hasOwn(value, String(name))));
  if (keyword === 'properties')
    return all(
      names
        .filter((name) => Object.hasOwn(described, name))
        .map((name) => member(name, own(described, name) ?? true)),
    );
  if (keyword === 'propertyNames')
    return all(names.map((name) => within(document, own(schema, keyword) ?? true, name, look)));
  if (keyword === 'patternProperties')
    return all(
      patterns.flatMap(([pattern, by]) =>
        names.map((name) => {
          const matches = document.matches(pattern, name);
          return matches === false ? 'yes' : matches === null ? 'maybe' : member(name, by);
        }),
      ),
    );
  if (keyword === 'additionalProperties') {
    const rest = names.filter((name) => !Object.hasOwn(described, name));
    return all(
      rest.map((name) => {
        const matches = patterns.map(([pattern]) => document.matches(pattern, name));
        if (matches.includes(true)) return 'yes';
        return matches.includes(null) ? 'maybe' : member(name, own(schema, keyword) ?? true);
      }),
    );
  }
  return ofLength(schema, keyword, names.length);
}
