import type { JsonObject } from '@action-do/contracts';

/** Of which kinds of values a schema is, as its `type` says, else by what its keywords are about; `any` where they say nothing. */
export function kindsOf(schema: JsonObject): readonly string[] {
  const { type, required } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  const isOfObjects =
    schema['properties'] !== undefined ||
    schema['additionalProperties'] !== undefined ||
    (Array.isArray(required) && required.length > 0);
  if (isOfObjects) return ['object'];
  return schema['items'] !== undefined || schema['prefixItems'] !== undefined ? ['array'] : ['any'];
}
