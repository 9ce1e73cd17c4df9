/** The parts of a JSON Schema that a sample is made of. */
interface SchemaPart {
  readonly type?: unknown;
  readonly examples?: unknown;
  readonly default?: unknown;
  readonly enum?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
}

const BY_TYPE: Record<string, unknown> = {
  string: '…',
  integer: 1,
  number: 1,
  boolean: true,
  array: [],
  object: {},
  null: null,
};

/** Params that a person may try an action with: required ones only, the author's examples where there are any. */
export function sampleParams(schema: SchemaPart): unknown {
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (!isRecord(schema.properties)) return BY_TYPE[String(schema.type)] ?? null;
  const { properties } = schema;
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return Object.fromEntries(
    required.map((name) => [name, sampleParams(isRecord(properties[name]) ? properties[name] : {})]),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
