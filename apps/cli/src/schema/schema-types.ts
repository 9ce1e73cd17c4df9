import type { JsonObject, JsonValue } from '@action-do/contracts';
import { isJsonObject } from '../gateway/json-reading.js';
import { resolveRef, stepsOf } from './schema-ref.js';
import { docComment, intersection, literalType, memberName, typeName, union } from './type-text.js';

/** Keywords that no type says: what has one is wider as a type than as a schema. */
const WIDER = [
  'not',
  'if',
  'dependentSchemas',
  'dependentRequired',
  'patternProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'contains',
  '$dynamicRef',
];
/** Of the names of members as of any text: no types. */
const TEXT_BOUNDS = new Set(['type', 'minLength', 'maxLength', 'pattern', 'format']);
const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

export interface Declaration {
  readonly name: string;
  /** With its comment, as it stands in a file. */
  readonly text: string;
}

type Path = readonly (string | number)[];

/**
 * TypeScript of one JSON Schema 2020-12: the type of the values that it accepts, or a wider one. Narrower it is in one
 * place: a schema without `type` is of what its keywords are about, where 2020-12 lets other kinds of values pass.
 * What `$ref` names becomes a declaration of its own, so that schemas may be recursive.
 */
export class SchemaTypes {
  readonly declarations: Declaration[] = [];
  /** Where the type is wider than the schema: the path and the keyword, in the order of the schema. */
  readonly wider: { readonly path: Path; readonly keyword: string }[] = [];
  readonly #names = new Map<string, string>();
  /** References whose declaration is being made, and how deep in objects and arrays that began. */
  readonly #open = new Map<string, number>();
  #depth = 0;

  /** @param declare a name that nothing else has, like the one given */
  constructor(
    private readonly root: JsonObject,
    private readonly name: string,
    private readonly declare: (like: string) => string,
  ) {
    this.#reference('#', []);
  }

  #reference(ref: JsonValue, path: Path): string {
    const schema = resolveRef(this.root, ref);
    if (typeof ref !== 'string' || schema === undefined) return this.#unknown(path, '$ref');
    // A type may name itself only from within a member: `type A = A | null` is none.
    if (this.#open.get(ref) === this.#depth) return this.#unknown(path, '$ref');
    const known = this.#names.get(ref);
    if (known !== undefined) return known;
    const like = ref === '#' ? this.name : `${this.name}${typeName(stepsOf(ref).at(-1) ?? '')}`;
    const name = this.declare(like);
    this.#names.set(ref, name);
    this.#open.set(ref, this.#depth);
    const place = this.declarations.length;
    const type = this.#typeOf(schema, path, '');
    this.#open.delete(ref);
    const comment = isJsonObject(schema) ? docComment(schema, '') : '';
    this.declarations.splice(place, 0, { name, text: `${comment}export type ${name} = ${type};\n` });
    return name;
  }

  #unknown(path: Path, keyword: string): string {
    this.wider.push({ path, keyword });
    return 'unknown';
  }

  #typeOf(schema: JsonValue, path: Path, indent: string): string {
    if (schema === false) return 'never';
    if (!isJsonObject(schema)) return 'unknown';
    for (const keyword of WIDER) if (schema[keyword] !== undefined) this.wider.push({ path, keyword });
    const { $ref, allOf, anyOf, oneOf } = schema;
    const each = (schemas: JsonValue | undefined) =>
      Array.isArray(schemas) ? schemas.map((one) => this.#typeOf(one, path, indent)) : [];
    return intersection([
      ...($ref === undefined ? [] : [this.#reference($ref, path)]),
      this.#ownType(schema, path, indent),
      ...each(allOf),
      ...[anyOf, oneOf].filter(Array.isArray).map((schemas) => union(each(schemas))),
    ]);
  }

  /** Of what the schema says without looking at others. */
  #ownType(schema: JsonObject, path: Path, indent: string): string {
    if (schema['const'] !== undefined) return literalType(schema['const']);
    if (Array.isArray(schema['enum'])) return union(schema['enum'].map(literalType));
    return union(
      typesOf(schema).map((type) => {
        if (type === 'object') return this.#object(schema, path, indent);
        if (type === 'array') return this.#array(schema, path, indent);
        return SCALARS[type] ?? 'unknown';
      }),
    );
  }

  #object(schema: JsonObject, path: Path, indent: string): string {
    const { additionalProperties: rest, propertyNames, required } = schema;
    const needed = new Set(Array.isArray(required) ? required : []);
    const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
    const inner = `${indent}  `;
    const members = properties.map(([name, property]) => {
      const comment = isJsonObject(property) ? docComment(property, inner) : '';
      const type = this.#within(property, [...path, name], inner);
      return `${comment}${inner}${memberName(name)}${needed.has(name) ? '' : '?'}: ${type};\n`;
    });
    if (
      isJsonObject(propertyNames) &&
      Object.keys(propertyNames).some((keyword) => !TEXT_BOUNDS.has(keyword))
    )
      this.wider.push({ path, keyword: 'propertyNames' });
    if (rest === false && schema['patternProperties'] === undefined)
      return members.length === 0 ? 'Record<string, never>' : `{\n${members.join('')}${indent}}`;
    const isSaid = isJsonObject(rest) && Object.keys(rest).length > 0;
    // An index signature holds for the named members as well, which the schema of the others does not.
    if (isSaid && members.length > 0) this.wider.push({ path, keyword: 'additionalProperties' });
    const others =
      isSaid && members.length === 0 && schema['patternProperties'] === undefined
        ? this.#within(rest, [...path, '*'], inner)
        : 'unknown';
    return `{\n${members.join('')}${inner}[name: string]: ${others};\n${indent}}`;
  }

  #array(schema: JsonObject, path: Path, indent: string): string {
    const { prefixItems, items, minItems } = schema;
    const rest = items === false ? 'never' : this.#within(items ?? true, [...path, '*'], indent);
    if (!Array.isArray(prefixItems)) return rest === 'never' ? '[]' : `Array<${rest}>`;
    const needed = typeof minItems === 'number' ? minItems : 0;
    const first = prefixItems.map((item, index) => {
      const type = this.#within(item, [...path, index], indent);
      return index < needed ? type : `(${type})?`;
    });
    return `[${[...first, ...(rest === 'never' ? [] : [`...Array<${rest}>`])].join(', ')}]`;
  }

  #within(schema: JsonValue, path: Path, indent: string): string {
    this.#depth += 1;
    const type = this.#typeOf(schema, path, indent);
    this.#depth -= 1;
    return type;
  }
}

function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  if (schema['properties'] !== undefined || schema['additionalProperties'] !== undefined) return ['object'];
  return schema['items'] !== undefined || schema['prefixItems'] !== undefined ? ['array'] : ['any'];
}
