/**
 * Keywords of JSON Schema whose value is a schema, a list of schemas, a map of schemas: where schemas stand within another,
 * for all that walk through one. `$defs` is not among them: what stands there counts where it is referred to.
 */
export const WITH_SCHEMA: ReadonlySet<string> = new Set([
  'additionalProperties',
  'propertyNames',
  'items',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedProperties',
  'unevaluatedItems',
  'contentSchema',
]);
export const WITH_LIST: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
export const WITH_MAP: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  'dependencies',
]);
