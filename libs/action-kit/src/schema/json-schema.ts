import { z } from 'zod';
import type { JsonObject } from '../json.js';

/**
 * JSON Schema 2020-12 of a schema. Objects refuse unknown properties unless the author said otherwise (z.looseObject,
 * .catchall): a misspelt property must not pass for one that was left out.
 * @param io 'input': before defaults are applied; 'output': after
 */
export function toJsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonObject {
  const described = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'object' && jsonSchema.type === 'object')
        jsonSchema.additionalProperties ??= false;
    },
  });
  // Through JSON: whatever a schema holds besides data (zod hangs functions on it) must not travel or be compared.
  return JSON.parse(JSON.stringify(described));
}
