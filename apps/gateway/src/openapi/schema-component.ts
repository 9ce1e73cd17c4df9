import { JsonMap } from '@action-do/contracts';
import { z } from 'zod';

/** Schema of a zod type as OpenAPI 3.1 wants it: JSON Schema 2020-12 without its own $schema line. */
export function schemaComponent(schema: z.ZodType): object {
  const {
    $schema: _,
    id: __,
    ...rest
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    unrepresentable: 'any',
    io: 'input',
    reused: 'inline',
    metadata: z.registry(),
    // What a custom type checks zod cannot see, so it would say that anything goes.
    override: ({ zodSchema, jsonSchema }) => {
      if (Object.is(zodSchema, JsonMap)) jsonSchema.type = 'object';
    },
  });
  return rest;
}
