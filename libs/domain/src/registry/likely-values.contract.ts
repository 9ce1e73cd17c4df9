import type { JsonObject, JsonValue } from '@action-do/contracts';

/** The same numbers for the same seed, each from 0 to below 1. */
export function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    return ((mixed ^ (mixed >>> 7)) >>> 0) / 2 ** 32;
  };
}

const SCALARS: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  1,
  2,
  3,
  4,
  0.5,
  -1,
  2.4e21,
  '',
  'a',
  'ab',
  'abc',
  'abcd',
];
const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that has good chances to be valid: random ones of schemas with a few members hardly ever are. */
export function likelyValue(schema: JsonValue, root: JsonObject, chance: () => number, depth = 0): JsonValue {
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(chance() * from.length)];
  const any = (): JsonValue => pick(SCALARS) ?? null;
  if (!isObject(schema) || depth > 6) return chance() < 0.7 ? any() : chance() < 0.5 ? {} : [];
  const next = (one: JsonValue) => likelyValue(one, root, chance, depth + 1);
  if ('$ref' in schema) return next(isObject(root['$defs']) ? (root['$defs']['d'] ?? true) : true);
  if ('const' in schema) return schema['const'] ?? null;
  for (const keyword of ['enum', 'anyOf', 'oneOf', 'allOf']) {
    const list = schema[keyword];
    if (!Array.isArray(list) || (isObject(schema['properties']) && chance() < 0.5)) continue;
    const one = pick(list) ?? null;
    return keyword === 'enum' ? one : next(one);
  }
  const type = Array.isArray(schema['type']) ? pick(schema['type']) : schema['type'];
  if (type === 'object' || isObject(schema['properties']) || (type === undefined && chance() < 0.3)) {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    const names = new Set([...Object.keys(properties), ...required.map(String)]);
    if (schema['additionalProperties'] !== false && chance() < 0.4)
      names.add(pick(['a', 'b', 'c', 'x1']) ?? 'a');
    const kept = [...names].filter((name) => required.includes(name) || chance() < 0.5);
    const rest = schema['additionalProperties'] ?? true;
    const patterns = isObject(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : [];
    const matching = (name: string) => patterns.find(([pattern]) => new RegExp(pattern).test(name))?.[1];
    return Object.fromEntries(kept.map((name) => [name, next(properties[name] ?? matching(name) ?? rest)]));
  }
  if (type === 'array') {
    const first = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : [];
    return Array.from({ length: Math.floor(chance() * 4) }, (_, at) =>
      next(first[at] ?? schema['items'] ?? true),
    );
  }
  const ofType = SCALARS.filter((one) =>
    type === 'integer' ? Number.isInteger(one) : type === 'null' ? one === null : typeof one === type,
  );
  return pick(ofType) ?? any();
}
