import type { JsonObject, JsonValue } from '@action-do/contracts';
import { isJsonObject } from '../gateway/json-reading.js';
import { resolveRef } from './schema-ref.js';

const DEPTH_MAX = 4;

/** A value to begin with: what must be there and nothing else. It shows the form, and need not pass the schema. */
export function sampleOf(root: JsonObject, schema: JsonValue = root, depth = 0): JsonValue {
  if (!isJsonObject(schema) || depth > DEPTH_MAX) return null;
  const { $ref, const: only, default: given, examples, enum: choices, type, properties, required } = schema;
  if ($ref !== undefined) return sampleOf(root, resolveRef(root, $ref), depth + 1);
  const [said] = [only, given, firstOf(examples), firstOf(choices)].filter((value) => value !== undefined);
  if (said !== undefined) return said;
  const other = firstOf(schema['anyOf']) ?? firstOf(schema['oneOf']) ?? firstOf(schema['allOf']);
  if (other !== undefined) return sampleOf(root, other, depth + 1);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return '…';
    case 'number':
    case 'integer':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object': {
      const known = isJsonObject(properties) ? properties : {};
      const needed = Array.isArray(required) ? required.map(String) : [];
      return Object.fromEntries(needed.map((name) => [name, sampleOf(root, known[name], depth + 1)]));
    }
    default:
      return null;
  }
}

const firstOf = (values: JsonValue | undefined): JsonValue | undefined =>
  Array.isArray(values) ? values[0] : undefined;
