import type { JsonObject, JsonValue } from '@action-do/contracts';
import { isJsonObject, textAt } from '../gateway/json-reading.js';
import { jsonText } from '../output/printable.js';
import { resolveRef } from './schema-ref.js';

/** Deeper ones are told by the schema itself. */
const DEPTH_MAX = 4;

const BOUNDS: readonly (readonly [keyword: string, words: string])[] = [
  ['format', ''],
  ['pattern', 'matches '],
  ['minLength', 'length >= '],
  ['maxLength', 'length <= '],
  ['minimum', '>= '],
  ['exclusiveMinimum', '> '],
  ['maximum', '<= '],
  ['exclusiveMaximum', '< '],
  ['multipleOf', 'multiple of '],
  ['minItems', 'items >= '],
  ['maxItems', 'items <= '],
];
const FLAGS = ['personal', 'subject', 'sensitive', 'indexed', 'deprecated'];

/** One member of a JSON Schema's values, for people: `address.city`, `lines[].sku`. */
export interface MemberRow extends JsonObject {
  path: string;
  type: string;
  needed: string;
  default: string;
  what: string;
}

/** The members of the values of a schema, those of objects within them too; none where it is not of objects. */
export function memberRows(root: JsonObject): MemberRow[] {
  return within(root, root, '', 0);
}

function within(root: JsonObject, schema: JsonObject, above: string, depth: number): MemberRow[] {
  const { properties, required, additionalProperties: others } = schema;
  if (depth > DEPTH_MAX) return [];
  const needed = new Set(Array.isArray(required) ? required : []);
  const named = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, property]) =>
    rowsOf(root, property, `${above}${name}`, needed.has(name) ? 'yes' : 'no', depth),
  );
  return isJsonObject(others) && Object.keys(others).length > 0
    ? [...named, ...rowsOf(root, others, `${above}<any name>`, 'no', depth)]
    : named;
}

function rowsOf(
  root: JsonObject,
  given: JsonValue,
  path: string,
  needed: string,
  depth: number,
): MemberRow[] {
  const schema = followed(root, given);
  const row = {
    path,
    type: typeOf(root, given),
    needed,
    default: schema['default'] === undefined ? '' : jsonText(schema['default']),
    what: whatOf(schema),
  };
  const items = followed(root, schema['items']);
  return [
    row,
    ...within(root, schema, `${path}.`, depth + 1),
    ...within(root, items, `${path}[].`, depth + 1),
  ];
}

/** What its references lead to, with what stands beside them. */
function followed(root: JsonObject, given: JsonValue | undefined): JsonObject {
  let schema = isJsonObject(given) ? given : {};
  for (let step = 0; step <= DEPTH_MAX && schema['$ref'] !== undefined; step++) {
    const { $ref, ...beside } = schema;
    const target = resolveRef(root, $ref);
    schema = { ...(isJsonObject(target) ? target : {}), ...beside };
  }
  return schema;
}

/** In a word or a few: the table is for looking, the schema for knowing. */
function typeOf(root: JsonObject, given: JsonValue | undefined, depth = 0): string {
  if (depth > DEPTH_MAX) return '…';
  const schema = followed(root, given);
  if (schema['const'] !== undefined) return jsonText(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => jsonText(value)).join(' | ');
  const choices = [schema['anyOf'], schema['oneOf']].find(Array.isArray);
  if (choices) return [...new Set(choices.map((one) => typeOf(root, one, depth + 1)))].join(' | ');
  const types = [schema['type'] ?? []].flat().map(String);
  return (
    types.map((type) => (type === 'array' ? `${itemsOf(root, schema, depth)}[]` : type)).join(' | ') || 'any'
  );
}

function itemsOf(root: JsonObject, schema: JsonObject, depth: number): string {
  const type = typeOf(root, schema['items'], depth + 1);
  return type.includes(' | ') ? `(${type})` : type;
}

function whatOf(schema: JsonObject): string {
  const bounds = BOUNDS.flatMap(([keyword, words]) => {
    const bound = schema[keyword];
    return bound === undefined || isOfEveryInteger(bound) ? [] : [`${words}${textAt(schema, keyword)}`];
  });
  const flags = FLAGS.filter((flag) => schema[flag] === true);
  const facts = [...bounds, ...flags].join(', ');
  return [textAt(schema, 'description'), facts].filter((text) => text !== '').join('; ');
}

/** zod writes it beside every integer; whoever reads the table would learn nothing. */
const isOfEveryInteger = (bound: JsonValue): boolean =>
  bound === Number.MAX_SAFE_INTEGER || bound === Number.MIN_SAFE_INTEGER;
