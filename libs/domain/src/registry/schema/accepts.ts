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

/** Whether a value is valid; `maybe` where a keyword stands in the way that is not followed here, such as a pattern. */
export type Verdict = 'yes' | 'no' | 'maybe';

const DEPTH_MAX = 64;
const says = (holds: boolean): Verdict => (holds ? 'yes' : 'no');
const opposite = { yes: 'no', no: 'yes', maybe: 'maybe' } as const;

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('maybe') ? 'maybe' : 'yes';
}

/** Defaults are not filled in. */
export const accepts = (document: SchemaDocument, schema: JsonValue, value: JsonValue, depth = 0): Verdict =>
  acceptsFacts(factsOf(document, [schema]), value, depth);

function acceptsFacts(facts: Facts, value: JsonValue, depth: number): Verdict {
  const { document, constraints, unions, never, opaque } = facts;
  if (never) return 'no';
  if (depth > DEPTH_MAX) return 'maybe';
  return all([
    opaque ? 'maybe' : 'yes',
    ...constraints.map((constraint) => acceptsConstraint(constraint, value, depth)),
    ...unions.map(({ keyword, branches }) => {
      const verdicts = branches.map((branch) => accepts(document, branch, value, depth + 1));
      const yes = verdicts.filter((verdict) => verdict === 'yes').length;
      if (verdicts.every((verdict) => verdict === 'no')) return 'no';
      if (keyword === 'anyOf') return yes > 0 ? 'yes' : 'maybe';
      if (yes > 1) return 'no';
      return yes === 1 && !verdicts.includes('maybe') ? 'yes' : 'maybe';
    }),
  ]);
}

/** Whether one schema object does, without what it refers to. */
export function acceptsConstraint(constraint: Constraint, value: JsonValue, depth = 0): Verdict {
  if (!typesOf(constraint).has(typeOf(value))) return 'no';
  return all(
    Object.keys(constraint.schema).map((keyword) => acceptsKeyword(constraint, keyword, value, depth)),
  );
}

function acceptsKeyword(constraint: Constraint, keyword: string, value: JsonValue, depth: number): Verdict {
  const { schema, document } = constraint;
  document.budget.take();
  if (ANNOTATIONS.has(keyword) || IN_PLACE.has(keyword)) return 'yes';
  if (keyword === 'type' || keyword === 'nullable') return 'yes';
  if (keyword === 'const')
    return says(document.textOf(own(schema, 'const') ?? null) === document.textOf(value));
  if (keyword === 'enum')
    return says(document.textsOf(arrayAt(schema, 'enum') ?? []).has(document.textOf(value)));
  if (keyword === 'not') return opposite[accepts(document, own(schema, 'not') ?? true, value, depth + 1)];
  const type = TYPE_OF_KEYWORD.get(keyword);
  if (type === undefined) return 'maybe';
  if (typeof value === 'number') return type === 'number' ? inBounds(schema, keyword, value) : 'yes';
  if (typeof value === 'string')
    return type === 'string' ? ofLength(schema, keyword, [...value].length) : 'yes';
  if (Array.isArray(value)) return type === 'array' ? ofItems(constraint, keyword, value, depth + 1) : 'yes';
  return isObject(value) && type === 'object' ? ofMembers(constraint, keyword, value, depth + 1) : 'yes';
}

function inBounds(schema: JsonObject, keyword: string, value: number): Verdict {
  const bound = numberAt(schema, keyword);
  if (bound === undefined) return 'maybe';
  if (keyword === 'minimum') return says(value >= bound);
  if (keyword === 'maximum') return says(value <= bound);
  if (keyword === 'exclusiveMinimum') return says(value > bound);
  return keyword === 'exclusiveMaximum' ? says(value < bound) : 'maybe';
}

/** `minLength` and all that are like it. */
function ofLength(schema: JsonObject, keyword: string, length: number): Verdict {
  const bound = numberAt(schema, keyword);
  if (bound === undefined) return 'maybe';
  if (/^min(Length|Items|Properties)$/.test(keyword)) return says(length >= bound);
  return /^max(Length|Items|Properties)$/.test(keyword) ? says(length <= bound) : 'maybe';
}

function ofItems(
  { schema, document }: Constraint,
  keyword: string,
  value: JsonValue[],
  depth: number,
): Verdict {
  const first = arrayAt(schema, 'prefixItems') ?? [];
  const items = own(schema, 'items') ?? true;
  if (keyword === 'items')
    return all(value.slice(first.length).map((item) => accepts(document, items, item, depth)));
  if (keyword === 'prefixItems')
    return all(
      first.slice(0, value.length).map((one, at) => accepts(document, one, value[at] ?? null, depth)),
    );
  return ofLength(schema, keyword, value.length);
}

function ofMembers(
  { schema, document }: Constraint,
  keyword: string,
  value: JsonObject,
  depth: number,
): Verdict {
  const names = Object.keys(value);
  const described = objectAt(schema, 'properties') ?? {};
  const member = (name: string, by: JsonValue) => accepts(document, by, own(value, name) ?? null, depth);
  if (keyword === 'required')
    return says((arrayAt(schema, 'required') ?? []).every((name) => Object.hasOwn(value, String(name))));
  if (keyword === 'properties')
    return all(
      names
        .filter((name) => Object.hasOwn(described, name))
        .map((name) => member(name, own(described, name) ?? true)),
    );
  if (keyword === 'additionalProperties') {
    const rest = names.filter((name) => !Object.hasOwn(described, name));
    if (rest.length > 0 && Object.hasOwn(schema, 'patternProperties')) return 'maybe';
    return all(rest.map((name) => member(name, own(schema, 'additionalProperties') ?? true)));
  }
  return ofLength(schema, keyword, names.length);
}
