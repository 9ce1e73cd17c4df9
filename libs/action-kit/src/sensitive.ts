import { EVERYTHING } from './hide.js';
import type { JsonObject } from './json.js';

/** Anything shorter stands in too many words that have nothing to do with it. */
const LENGTH_MIN = 4;
/** Of one value. */
const TEXTS_MAX = 10_000;
/** Schemas and values that are looked at for one answer: some tenths of a second, and more than people write. */
const STEPS_MAX = 2_000_000;

/** Their schemas look at the same value as the one that they stand in. */
const OF_THE_SAME_VALUE = {
  schema: ['if', 'then', 'else', 'not'],
  list: ['allOf', 'anyOf', 'oneOf'],
  map: ['dependentSchemas', 'dependencies'],
} as const;
/** A `$ref` by a pointer leads elsewhere from within a schema that has an `$id`. */
const WITH_ID = /"\$id":"/g;
/** In place of what a reference leads to that is not followed: it may well be marked. */
const MARKED: JsonObject = { sensitive: true };

/** Looked at once: schemas of definitions are frozen. */
const KNOWN = new WeakMap<JsonObject, Sensitive | null>();

/** It would take too long to tell. */
class StepsSpent extends Error {}

class Steps {
  private left = STEPS_MAX;

  /** @throws StepsSpent */
  take(count: number): void {
    this.left -= count;
    if (this.left < 0) throw new StepsSpent();
  }
}

/**
 * Which values of params, or of a result, are marked sensitive by their JSON Schema. Whatever may be marked is: by branches
 * and conditions that do not hold, by patterns that do not match, by references that are not followed, and all of it where it
 * would take too long to tell.
 */
export class Sensitive {
  private constructor(
    private readonly root: JsonObject,
    private readonly hasOthersWithin: boolean,
  ) {}

  /** Null where nothing is marked, which is nearly always. */
  static of(schema: JsonObject): Sensitive | null {
    const known = KNOWN.get(schema);
    if (known !== undefined) return known;
    const text = JSON.stringify(schema);
    const ids = (text.match(WITH_ID)?.length ?? 0) - (typeof schema['$id'] === 'string' ? 1 : 0);
    const found = text.includes('"sensitive":true') ? new Sensitive(schema, ids > 0) : null;
    KNOWN.set(schema, found);
    return found;
  }

  /** Whether what stands at the path is marked, or in something that is. */
  covers(path: readonly PropertyKey[]): boolean {
    try {
      const { schemas, hides } = this.at(path, new Steps());
      return hides || schemas.some(isMarked);
    } catch (error) {
      return isSpent(error);
    }
  }

  /** Texts of what is marked in a value, in no order. @param path where the value stands */
  textsIn(value: unknown, path: readonly PropertyKey[] = []): string[] {
    try {
      return [...this.collect(value, path, new Steps())];
    } catch (error) {
      return isSpent(error) && [EVERYTHING];
    }
  }

  private collect(value: unknown, path: readonly PropertyKey[], steps: Steps): Set<string> {
    const found = new Set<string>();
    const { schemas: outer, hides: hidden } = this.at(path, steps);
    const open = [{ schemas: outer, inner: value, hidden }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { schemas, inner } = next;
      steps.take(1);
      if (!next.hidden && schemas.length === 0) continue;
      const hides = next.hidden || schemas.some(isMarked);
      if (typeof inner === 'object' && inner !== null)
        for (const [step, member] of Object.entries(inner)) {
          const at = Array.isArray(inner) ? Number(step) : step;
          open.push({ schemas: hides ? [] : this.within(schemas, at, steps), inner: member, hidden: hides });
        }
      else if (hides) {
        if (isTellTale(inner)) found.add(String(inner));
        if (found.size > TEXTS_MAX) throw new StepsSpent();
      } else if (typeof inner === 'string') {
        const of = this.expand(
          schemas.flatMap((schema) => schema['contentSchema']),
          steps,
        );
        if (of.length > 0) open.push({ schemas: of, inner: asJson(inner), hidden: false });
      }
    }
    return found;
  }

  /** What is said of a place, and whether it is in something that is marked. */
  private at(path: readonly PropertyKey[], steps: Steps): { schemas: readonly JsonObject[]; hides: boolean } {
    let schemas = this.expand([this.root], steps);
    let hides = false;
    for (const step of path) {
      hides ||= schemas.some(isMarked);
      schemas = this.within(schemas, step, steps);
    }
    return { schemas, hides };
  }

  private within(schemas: readonly JsonObject[], step: PropertyKey, steps: Steps): JsonObject[] {
    steps.take(schemas.length);
    return this.expand(
      schemas.flatMap((schema) => partsAt(schema, step)),
      steps,
    );
  }

  /** With all that a schema is made of in the same place, and what it refers to. */
  private expand(schemas: readonly unknown[], steps: Steps): JsonObject[] {
    const all = new Set<JsonObject>();
    const open = [...schemas];
    while (open.length > 0) {
      steps.take(1);
      const schema = open.pop();
      if (!isObject(schema) || all.has(schema)) continue;
      all.add(schema);
      for (const word of OF_THE_SAME_VALUE.schema) open.push(schema[word]);
      for (const word of OF_THE_SAME_VALUE.list) push(open, schema[word]);
      for (const word of OF_THE_SAME_VALUE.map) push(open, schema[word]);
      open.push(this.target(schema));
    }
    return [...all];
  }

  /** What a schema refers to: `#`, or a JSON Pointer into the whole such as `#/$defs/<name>`. */
  private target(schema: JsonObject): unknown {
    const { $ref, $dynamicRef, $recursiveRef } = schema;
    if ($dynamicRef !== undefined || $recursiveRef !== undefined) return MARKED;
    if ($ref === undefined) return undefined;
    const [start, ...names] = String($ref).split('/');
    if (start !== '#' || this.hasOthersWithin) return MARKED;
    let found: unknown = this.root;
    for (const name of names.map(unescaped))
      found =
        typeof found === 'object' && found !== null
          ? Object.getOwnPropertyDescriptor(found, name)?.value
          : undefined;
    return found ?? MARKED;
  }
}

/** One name of a JSON Pointer in a URI fragment (RFC 6901). */
function unescaped(name: string): string {
  try {
    return decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return name;
  }
}

const isMarked = (schema: JsonObject): boolean => schema['sensitive'] === true;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTellTale = (value: unknown): boolean =>
  typeof value !== 'boolean' && value !== undefined && String(value).length >= LENGTH_MIN;

/** @throws whatever it is, unless it would have taken too long */
function isSpent(error: unknown): true {
  if (error instanceof StepsSpent) return true;
  throw error;
}

function push(open: unknown[], all: unknown): void {
  if (typeof all === 'object' && all !== null) for (const one of Object.values(all)) open.push(one);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function partsAt(schema: JsonObject, step: PropertyKey): JsonObject[] {
  const { properties, additionalProperties, patternProperties, prefixItems, items } = schema;
  if (typeof step === 'number') {
    const own = (Array.isArray(prefixItems) ? prefixItems[step] : undefined) ?? items;
    return [own, schema['contains'], schema['unevaluatedItems']].filter(isObject);
  }
  const name = String(step);
  const own =
    isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  const patterns = isObject(patternProperties) ? Object.values(patternProperties) : [];
  return [own, ...patterns, schema['unevaluatedProperties']].filter(isObject);
}
