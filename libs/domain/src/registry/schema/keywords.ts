import { type JsonObject, type JsonValue, WITH_LIST, WITH_MAP, WITH_SCHEMA } from '@action-do/contracts';

/** Where something is, from the schema at hand downwards. */
export type Path = readonly (string | number)[];

/** Only its own members: a schema may well have one called `constructor`. */
export const own = (schema: JsonObject, keyword: string): JsonValue | undefined =>
  Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectAt(schema: JsonObject, keyword: string): JsonObject | undefined {
  const value = own(schema, keyword);
  return isObject(value) ? value : undefined;
}

export function arrayAt(schema: JsonObject, keyword: string): readonly JsonValue[] | undefined {
  const value = own(schema, keyword);
  return Array.isArray(value) ? value : undefined;
}

export function numberAt(schema: JsonObject, keyword: string): number | undefined {
  const value = own(schema, keyword);
  return typeof value === 'number' ? value : undefined;
}

/**
 * What tells people something and refuses no value: free to change. `default` is among them because it has rules of its
 * own; what is in `$defs` counts where it is referred to; the last four are the flags of action.do's fields.
 */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  'id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'default',
  'personal',
  'sensitive',
  'indexed',
  'subject',
]);

/** Taken apart before rules look. */
export const IN_PLACE: ReadonlySet<string> = new Set(['$ref', 'allOf', 'anyOf', 'oneOf']);

/** The schemas that stand under a keyword, and where under it. */
export function partsOf(schema: JsonObject, keyword: string): (readonly [step: Path, part: JsonValue])[] {
  const value = own(schema, keyword);
  if (value === undefined || value === null) return [];
  if (WITH_SCHEMA.has(keyword)) return [[[], value]];
  if (WITH_LIST.has(keyword) && Array.isArray(value)) return value.map((part, at) => [[at], part]);
  if (!WITH_MAP.has(keyword) || typeof value !== 'object') return [];
  return Object.entries(value).map(([name, part]) => [[name], part]);
}

const of = (type: string, ...keywords: string[]) => keywords.map((keyword) => [keyword, type] as const);

/** The type of values of which a keyword says something; it refuses none of another type. */
export const TYPE_OF_KEYWORD: ReadonlyMap<string, string> = new Map([
  ...of('number', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'),
  ...of('string', 'minLength', 'maxLength', 'pattern'),
  ...of('array', 'minItems', 'maxItems', 'items', 'prefixItems', 'uniqueItems', 'unevaluatedItems'),
  ...of('array', 'contains', 'minContains', 'maxContains'),
  ...of('object', 'minProperties', 'maxProperties', 'required', 'properties', 'patternProperties'),
  ...of('object', 'additionalProperties', 'propertyNames', 'unevaluatedProperties'),
  ...of('object', 'dependentRequired', 'dependentSchemas', 'dependencies'),
]);
