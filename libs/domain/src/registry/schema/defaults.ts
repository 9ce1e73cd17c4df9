import type { JsonObject, JsonValue } from '@action-do/contracts';
import type { Facts } from './facts.js';
import { isObject, objectAt, own, partsOf } from './keywords.js';
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
