import type { JsonObject } from './json.js';

/** Anything shorter stands in too many words that have nothing to do with it. */
const LENGTH_MIN = 4;
/** Of one value: what is longer is no secret but a document. */
const VALUES_MAX = 1_000;

/** Looked at once: schemas of definitions are frozen. */
const KNOWN = new WeakMap<JsonObject, Sensitive | null>();

/** Which values of params, or of a result, are marked sensitive by their JSON Schema. */
export class Sensitive {
  private constructor(private readonly root: JsonObject) {}

  /** Null where nothing is marked, which is nearly always. */
  static of(schema: JsonObject): Sensitive | null {
    const known = KNOWN.get(schema);
    if (known !== undefined) return known;
    const found = JSON.stringify(schema).includes('"sensitive":true') ? new Sensitive(schema) : null;
    KNOWN.set(schema, found);
    return found;
  }

  /** Whether what stands at the path is marked, or in something that is. */
  covers(path: readonly PropertyKey[]): boolean {
    const { schemas, hides } = this.at(path);
    return hides || schemas.some(isMarked);
  }

  /** Texts of what is marked in a value, the longest first. @param path where the value stands */
  textsIn(value: unknown, path: readonly PropertyKey[] = []): string[] {
    const found = new Set<string>();
    const visit = (schemas: readonly JsonObject[], inner: unknown, hidden: boolean): void => {
      if (found.size >= VALUES_MAX || (!hidden && schemas.length === 0)) return;
      const hides = hidden || schemas.some(isMarked);
      if (typeof inner === 'object' && inner !== null)
        for (const [step, member] of Object.entries(inner))
          visit(hides ? [] : this.within(schemas, Array.isArray(inner) ? Number(step) : step), member, hides);
      else if (
        hides &&
        String(inner).length >= LENGTH_MIN &&
        typeof inner !== 'boolean' &&
        inner !== undefined
      )
        found.add(String(inner));
    };
    const { schemas: outer, hides: hidden } = this.at(path);
    visit(outer, value, hidden);
    return [...found].sort((a, b) => b.length - a.length);
  }

  /** What is said of a place, and whether it is in something that is marked. */
  private at(path: readonly PropertyKey[]): { schemas: readonly JsonObject[]; hides: boolean } {
    let schemas = this.expand([this.root]);
    let hides = false;
    for (const step of path) {
      hides ||= schemas.some(isMarked);
      schemas = this.within(schemas, step);
    }
    return { schemas, hides };
  }

  private within(schemas: readonly JsonObject[], step: PropertyKey): JsonObject[] {
    return this.expand(schemas.flatMap((schema) => partsAt(schema, step)));
  }

  /** With all that a schema is made of in the same place, and what it refers to. */
  private expand(schemas: readonly JsonObject[]): JsonObject[] {
    const all = new Set<JsonObject>();
    const open: unknown[] = [...schemas];
    while (open.length > 0) {
      const schema = open.pop();
      if (!isObject(schema) || all.has(schema)) continue;
      all.add(schema);
      for (const word of ['allOf', 'anyOf', 'oneOf'])
        if (Array.isArray(schema[word])) open.push(...schema[word]);
      open.push(schema['then'], schema['else']);
      if (typeof schema['$ref'] === 'string') open.push(this.definition(schema['$ref']));
    }
    return [...all];
  }

  /** Of `#`, or a JSON Pointer into the schema such as `#/$defs/<name>`. */
  private definition(ref: string): unknown {
    const [start, ...names] = ref.split('/');
    if (start !== '#') return undefined;
    let found: unknown = this.root;
    for (const name of names.map(unescaped))
      found =
        typeof found === 'object' && found !== null
          ? Object.getOwnPropertyDescriptor(found, name)?.value
          : undefined;
    return found;
  }
}

/** One name of a JSON Pointer in a URI fragment (RFC 6901). */
function unescaped(name: string): string {
  const plain = name.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

const isMarked = (schema: JsonObject): boolean => schema['sensitive'] === true;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function partsAt(schema: JsonObject, step: PropertyKey): JsonObject[] {
  const { properties, additionalProperties, patternProperties, prefixItems, items } = schema;
  if (typeof step === 'number')
    return [(Array.isArray(prefixItems) ? prefixItems[step] : undefined) ?? items].filter(isObject);
  const name = String(step);
  const own =
    isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  const patterns = isObject(patternProperties) ? Object.values(patternProperties) : [];
  return [own, ...patterns].filter(isObject);
}
