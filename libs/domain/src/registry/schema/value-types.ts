import type { JsonValue } from '@action-do/contracts';
import type { Facts } from './facts.js';
import { arrayAt, own } from './keywords.js';
import type { Constraint } from './schema-document.js';

/** `number` is in two parts, since `integer` is one of them. */
const ALL = ['null', 'boolean', 'string', 'array', 'object', 'integer', 'fraction'] as const;
export type ValueType = (typeof ALL)[number];

const EVERY: ReadonlySet<ValueType> = new Set(ALL);

export function typeOf(value: JsonValue): ValueType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'string' : 'object';
}

/** Types that one schema object lets through, by its `type` alone. */
export function typesOf({ schema }: Constraint): ReadonlySet<ValueType> {
  const type = own(schema, 'type');
  if (type === undefined) return EVERY;
  const names = typeof type === 'string' ? [type] : (arrayAt(schema, 'type') ?? []);
  const types = new Set<ValueType>();
  // OpenAPI's old word, which ajv still obeys.
  if (own(schema, 'nullable') === true) types.add('null');
  for (const name of names) {
    if (name === 'number') types.add('fraction').add('integer');
    for (const one of ALL) if (one === name) types.add(one);
  }
  return types;
}

const ofAll = new WeakMap<Facts, ReadonlySet<ValueType>>();

/** Types that all of them let through. Each rule asks. */
export function typesOfAll(facts: Facts): ReadonlySet<ValueType> {
  const known = ofAll.get(facts);
  if (known !== undefined) return known;
  let types = EVERY;
  for (const constraint of facts.constraints) {
    const here = typesOf(constraint);
    types = new Set([...types].filter((type) => here.has(type)));
  }
  ofAll.set(facts, types);
  return types;
}

const OF_FEW = { null: [null], boolean: [true, false] } as const;

/** All values that there can be, where that is said by a list or by the type. */
export function listedValues(facts: Facts): readonly JsonValue[] | undefined {
  let fewest: readonly JsonValue[] | undefined;
  for (const { schema } of facts.constraints) {
    const only = own(schema, 'const');
    const list = only === undefined ? arrayAt(schema, 'enum') : [only];
    if (list !== undefined && (fewest === undefined || list.length < fewest.length)) fewest = list;
  }
  if (fewest !== undefined) return fewest;
  const values: JsonValue[] = [];
  for (const type of typesOfAll(facts)) {
    if (type !== 'null' && type !== 'boolean') return undefined;
    values.push(...OF_FEW[type]);
  }
  return values;
}
