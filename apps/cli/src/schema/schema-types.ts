import type { JsonObject, JsonValue } from '@action-do/contracts';
import { isJsonObject } from '../gateway/json-reading.js';
import { ClosedObjects, isShut, requiredOf, takesObjects } from './closed-objects.js';
import { kindsOf } from './kinds-of.js';
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
  readonly #closed: ClosedObjects;
  readonly #told = new Set<string>();
  /** References whose declaration is being made, and how deep in objects and arrays that began. */
  readonly #open = new Map<string, number>();
  #depth = 0;

  /** @param declare a name that nothing else has, like the one given */
  constructor(
    private readonly root: JsonObject,
    private readonly name: string,
    private readonly declare: (like: string) => string,
  ) {
    this.#closed = new ClosedObjects(root);
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
    this.#tell(path, keyword);
    return 'unknown';
  }

  /** Once for all parts of a schema. */
  #tell(path: Path, keyword: string): void {
    const place = JSON.stringify([path, keyword]);
    if (!this.#told.has(place)) this.wider.push({ path, keyword });
    this.#told.add(place);
  }

  /** @param isPart of a schema that refuses members which it does not name: no part may let them in */
  #typeOf(schema: JsonValue, path: Path, indent: string, isPart = false): string {
    if (schema === false) return 'never';
    if (!isJsonObject(schema)) return 'unknown';
    for (const keyword of WIDER) if (schema[keyword] !== undefined) this.#tell(path, keyword);
    const { $ref, allOf, anyOf, oneOf } = schema;
    const isClosed = isPart || this.#closed.closes(schema);
    // What has a name of its own is the same type wherever it is named.
    const isOpenElsewhere =
      isClosed && takesObjects(schema) && !this.#closed.closes(resolveRef(this.root, $ref) ?? false);
    if (isOpenElsewhere || this.#closed.letsMore(schema)) this.#tell(path, 'additionalProperties');
    const each = (schemas: JsonValue | undefined) =>
      Array.isArray(schemas) ? schemas.map((one) => this.#typeOf(one, path, indent, isClosed)) : [];
    return intersection([
      ...($ref === undefined ? [] : [this.#reference($ref, path)]),
      this.#ownType(schema, path, indent, isClosed),
      ...each(allOf),
      ...[anyOf, oneOf].filter(Array.isArray).map((schemas) => union(each(schemas))),
    ]);
  }

  /** Of what the schema says without looking at others. */
  #ownType(schema: JsonObject, path: Path, indent: string, isClosed: boolean): string {
    if (schema['const'] !== undefined) return literalType(schema['const']);
    if (Array.isArray(schema['enum'])) return union(schema['enum'].map(literalType));
    return union(
      kindsOf(schema).map((type) => {
        if (type === 'object') return this.#object(schema, path, indent, isClosed);
        if (type === 'array') return this.#array(schema, path, indent);
        return SCALARS[type] ?? 'unknown';
      }),
    );
  }

  #object(schema: JsonObject, path: Path, indent: string, isClosed: boolean): string {
    const { additionalProperties: rest, propertyNames, patternProperties } = schema;
    const needed = new Set(requiredOf(schema));
    const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
    const inner = `${indent}  `;
    const members = properties.map(([name, property]) => {
      const comment = isJsonObject(property) ? docComment(property, inner) : '';
      const type = this.#within(property, [...path, name], inner);
      return `${comment}${inner}${memberName(name)}${needed.delete(name) ? '' : '?'}: ${type};\n`;
    });
    if (
      isJsonObject(propertyNames) &&
      Object.keys(propertyNames).some((keyword) => !TEXT_BOUNDS.has(keyword))
    )
      this.#tell(path, 'propertyNames');
    const isSaid = isJsonObject(rest) && Object.keys(rest).length > 0;
    // An index signature holds for the named members as well, which the schema of the others does not.
    if (isSaid && (members.length > 0 || isClosed)) this.#tell(path, 'additionalProperties');
    const isTyped = isSaid && members.length === 0 && patternProperties === undefined;
    const others = isTyped ? this.#within(rest, [...path, '*'], inner) : 'unknown';
    // What is needed, and has no schema of its own.
    const unnamed = isShut(schema) ? 'never' : others;
    members.push(...[...needed].map((name) => `${inner}${memberName(name)}: ${unnamed};\n`));
    if (!isClosed) members.push(`${inner}[name: string]: ${others};\n`);
    if (members.length > 0) return `{\n${members.join('')}${indent}}`;
    return isShut(schema) ? 'Record<string, never>' : 'object';
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
