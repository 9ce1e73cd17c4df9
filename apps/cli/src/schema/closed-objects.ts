import type { JsonObject, JsonValue } from '@action-do/contracts';
import { isJsonObject } from '../gateway/json-reading.js';
import { kindsOf } from './kinds-of.js';
import { resolveRef } from './schema-ref.js';

type Names = ReadonlySet<string>;

/**
 * Whether a schema of several parts (`allOf`, `anyOf`, `oneOf`, `$ref`, and what it says itself) refuses objects for members
 * that it does not name. One part that does so is enough; a type of the same parts says it only where no other part has an
 * index signature or names more.
 */
export class ClosedObjects {
  readonly #known = new Map<JsonObject, boolean>();

  constructor(private readonly root: JsonObject) {}

  /** True as well of what takes no object at all. */
  closes(schema: JsonValue): boolean {
    if (!isJsonObject(schema)) return schema === false;
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    // Until it is known, for a schema that leads back to itself.
    this.#known.set(schema, false);
    const closes =
      !takesObjects(schema) || isShut(schema) || this.#parts(schema).some((part) => this.#isClosed(part));
    this.#known.set(schema, closes);
    return closes;
  }

  /** Whether the type that is made part by part takes members that the schema refuses. */
  letsMore(schema: JsonObject): boolean {
    const parts = [...(kindsOf(schema).includes('object') ? [[ownOf(schema)]] : []), ...this.#parts(schema)];
    if (parts.length < 2) return false;
    if (!this.closes(schema))
      return parts.some((part) => part.some((one) => takesObjects(one) && this.closes(one)));
    const named = parts.map((part) => this.#namedBy(part));
    const counts = new Map<string, number>();
    for (const name of named.flatMap((names) => [...names])) counts.set(name, (counts.get(name) ?? 0) + 1);
    return parts.some((part, index) => {
      if (!this.#isClosed(part)) return false;
      const isNamedByOthers = (name: string, count: number) => count > Number(named[index]?.has(name));
      return part.filter(takesObjects).some((one) => {
        const allowed = this.#allowedBy(one);
        for (const [name, count] of counts)
          if (!allowed.has(name) && isNamedByOthers(name, count)) return true;
        return false;
      });
    });
  }

  /** What holds besides what the schema says itself: for each, the alternatives. */
  #parts({ $ref, allOf, anyOf, oneOf }: JsonObject): JsonValue[][] {
    const target = resolveRef(this.root, $ref);
    return [
      ...(target === undefined ? [] : [[target]]),
      ...(Array.isArray(allOf) ? allOf.map((one) => [one]) : []),
      ...[anyOf, oneOf].filter((some) => Array.isArray(some)),
    ];
  }

  #isClosed = (part: readonly JsonValue[]): boolean => part.every((one) => this.closes(one));

  /** Members that are named anywhere in these schemas, or in their parts. */
  #namedBy(schemas: readonly JsonValue[], seen = new Set<JsonValue>()): Names {
    const names = schemas.flatMap((schema) => {
      if (!isJsonObject(schema) || seen.has(schema)) return [];
      seen.add(schema);
      const within = this.#parts(schema).flatMap((part) => [...this.#namedBy(part, seen)]);
      return [...propertiesOf(schema), ...(isShut(schema) ? [] : requiredOf(schema)), ...within];
    });
    return new Set(names);
  }

  /** Of a schema that closes: what it does not refuse by name. */
  #allowedBy(schema: JsonValue, seen = new Set<JsonValue>()): Names {
    if (!isJsonObject(schema) || seen.has(schema)) return new Set();
    seen.add(schema);
    if (isShut(schema)) return new Set(propertiesOf(schema));
    const part = this.#parts(schema).find(
      (part) => this.#isClosed(part) && !part.some((one) => seen.has(one)),
    );
    return new Set((part ?? []).flatMap((one) => [...this.#allowedBy(one, seen)]));
  }
}

/** Without an index signature as a type: nothing but its properties. */
export const isShut = ({ additionalProperties, patternProperties }: JsonObject): boolean =>
  additionalProperties === false && patternProperties === undefined;

export const requiredOf = ({ required }: JsonObject): string[] =>
  Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];

const propertiesOf = ({ properties }: JsonObject): string[] =>
  isJsonObject(properties) ? Object.keys(properties) : [];

export function takesObjects(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return schema !== false;
  if (schema['const'] !== undefined || schema['enum'] !== undefined) return false;
  return kindsOf(schema).some((kind) => kind === 'object' || kind === 'any');
}

/** What a schema says without its parts. */
function ownOf({ $ref: _ref, allOf: _all, anyOf: _any, oneOf: _one, ...own }: JsonObject): JsonObject {
  return own;
}
