import type { JsonObject, JsonValue } from '@action-do/contracts';
import { type Facts, factsOf } from './facts.js';
import { isObject, objectAt, own, partsOf } from './keywords.js';
import { defaultOf, namesOf, ofItem, ofMember } from './members.js';
import type { SchemaDocument } from './schema-document.js';

/**
 * What becomes of the default of a property. `filled`: the executor puts it in, and this schema alone looks at the
 * value. `said`: whoever performs the action may put it in, the executor does not, for it does not fill in what is under
 * anyOf and its like. `ignored`: nobody does, as in results.
 */
export type Defaults = 'filled' | 'said' | 'ignored';

/** Under these nothing is filled in, unless a `$ref` leads out. */
const NOT_FILLED: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'not', 'if', 'contains', 'propertyNames']);

/** Other keywords that look at a value beside the one that fills in a default, and may see it or not. */
const ONLOOKERS: readonly string[] = [
  'not',
  'if',
  'enum',
  'const',
  'contains',
  'uniqueItems',
  // Beside `properties`, or another pattern; which names match is not tried.
  'patternProperties',
  'dependentSchemas',
  'dependencies',
  'unevaluatedProperties',
  'unevaluatedItems',
];

/** Whether more than one schema looks at the value, so that what one fills in another may see. */
export const isShared = ({ constraints, unions }: Facts): boolean =>
  unions.length > 0 ||
  constraints.length > 1 ||
  constraints.some(({ schema }) => ONLOOKERS.some((keyword) => Object.hasOwn(schema, keyword)));

/** Whether the executor fills in anything at or below these. */
export function fillsIn({ document, constraints, unions }: Facts): boolean {
  const clean: [Set<JsonObject>, Set<JsonObject>] = [new Set(), new Set()];
  return [...constraints, ...unions.map(({ owner }) => owner)].some(({ schema }) =>
    fills(document, schema, true, clean),
  );
}

/**
 * What the executor makes of a value by the defaults below it; undefined where others see them, or where what is filled in
 * depends on more than what is said here.
 */
export function filled(
  document: SchemaDocument,
  schemas: readonly JsonValue[],
  value: JsonValue,
): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  const facts = factsOf(document, schemas);
  if (Object.keys(value).length === 0 && Array.isArray(value)) return value;
  if (!fillsIn(facts)) return value;
  return isShared(facts) ? undefined : document.budget.within(() => filledWithin(facts, value));
}

function filledWithin(facts: Facts, value: JsonObject | JsonValue[]): JsonValue | undefined {
  const { document } = facts;
  if (Array.isArray(value)) {
    const items = value.map((item, at) => filled(document, ofItem(facts, at), item));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const members = new Map(Object.entries(value));
  for (const name of namesOf(facts)) {
    const missing = members.has(name) ? undefined : defaultOf(facts, name);
    if (missing !== undefined) members.set(name, missing);
  }
  for (const [name, member] of members) {
    const whole = filled(document, ofMember(facts, name), member);
    if (whole === undefined) return undefined;
    members.set(name, whole);
  }
  return Object.fromEntries(members);
}

function fills(
  document: SchemaDocument,
  schema: JsonValue,
  filled: boolean,
  met: readonly [Set<JsonObject>, Set<JsonObject>],
): boolean {
  const seen = met[filled ? 1 : 0];
  if (!isObject(schema) || seen.has(schema)) return false;
  seen.add(schema);
  const properties = Object.values(objectAt(schema, 'properties') ?? {});
  if (filled && properties.some((property) => isObject(property) && Object.hasOwn(property, 'default')))
    return true;
  if (Object.hasOwn(schema, '$ref')) {
    const target = document.resolve(own(schema, '$ref'));
    if (target === undefined || document.budget.within(() => fills(document, target, true, met))) return true;
  }
  return Object.keys(schema).some((keyword) =>
    partsOf(schema, keyword).some(([, part]) =>
      document.budget.within(() => fills(document, part, filled && !NOT_FILLED.has(keyword), met)),
    ),
  );
}
