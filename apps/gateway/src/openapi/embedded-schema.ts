import { type JsonObject, type JsonValue, WITH_LIST, WITH_MAP, WITH_SCHEMA } from '@action-do/contracts';

/** Where schemas stand within one: elsewhere `$ref` is a word like any other. */
const MAP: ReadonlySet<string> = new Set([...WITH_MAP, '$defs', 'definitions']);
/** Values: whatever they look like, they refer to nothing. */
const VALUES: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);
/** These mean something only where the schema is a document of its own. */
const OF_A_DOCUMENT = ['$id', '$anchor', '$dynamicAnchor', '$dynamicRef'];

class LeadsElsewhere extends Error {}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Schemas of one action on their way into a document of others. */
class Move {
  /** What each of the `$defs` is called there. */
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    private readonly whole: JsonObject,
    private readonly name: string,
    defs: JsonObject,
    private readonly place: (component: string) => string,
  ) {
    this.names = new Map(Object.keys(defs).map((key, at) => [key, `${name}.${at}.${plain(key)}`]));
  }

  nameOf(key: string): string {
    return this.names.get(key) ?? this.name;
  }

  schema(schema: JsonValue): JsonValue {
    if (!isObject(schema)) return withoutReference(schema);
    if (OF_A_DOCUMENT.some((keyword) => typeof schema[keyword] === 'string')) throw new LeadsElsewhere();
    return Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => [keyword, this.member(keyword, value)]),
    );
  }

  private member(keyword: string, value: JsonValue): JsonValue {
    if (keyword === '$ref') return this.reference(value);
    if (WITH_SCHEMA.has(keyword)) return this.schema(value);
    if (WITH_LIST.has(keyword) && Array.isArray(value)) return value.map((one) => this.schema(one));
    if (MAP.has(keyword) && isObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.schema(one)]));
    if (keyword === 'discriminator' && isObject(value)) return this.discriminator(value);
    return VALUES.has(keyword) ? value : withoutReference(value);
  }

  /** OpenAPI's own word, which some write into schemas as well: its mapping refers without a `$ref`. */
  private discriminator(value: JsonObject): JsonObject {
    const { mapping } = value;
    if (!isObject(mapping)) return value;
    const moved = Object.entries(mapping).map(([key, ref]) => [key, this.reference(ref)]);
    return { ...value, mapping: Object.fromEntries(moved) };
  }

  private reference(ref: JsonValue): string {
    const [start, ...tokens] = String(ref).split('/');
    if (start !== '#' || this.target(tokens) === undefined) throw new LeadsElsewhere();
    const [first, second] = tokens.map(decoded);
    const inDefs = first === '$defs';
    // The map of them is no place any more: each is a component of its own.
    if (inDefs && (second === undefined || !this.names.has(second))) throw new LeadsElsewhere();
    const [name, rest] =
      inDefs && second !== undefined ? [this.nameOf(second), tokens.slice(2)] : [this.name, tokens];
    return [this.place(name), ...rest].join('/');
  }

  private target(tokens: readonly string[]): JsonValue | undefined {
    let at: JsonValue | undefined = this.whole;
    for (const token of tokens.map(decoded)) {
      if (typeof at !== 'object' || at === null) return undefined;
      at = Object.getOwnPropertyDescriptor(at, token)?.value;
    }
    return at;
  }
}

/**
 * A schema of an action as components of the document: itself under `name`, and each of its `$defs` beside it, since
 * generators of clients know components and few know `$defs`. References lead there. Undefined where it cannot be said
 * in a document of others: it has anchors or ids within, refers to elsewhere, or has references in what is no keyword.
 * @param name letters, digits, `.`, `-` and `_`  @param place where a component's schema is to be found, as a reference
 */
export function embeddedSchema(
  name: string,
  schema: JsonObject,
  place = (component: string) => `#/components/schemas/${component}`,
): Record<string, JsonValue> | undefined {
  // As a base for references its id would lead them out of the document, whose dialect is the same.
  const { $schema: _, $id: __, $defs: given, ...root } = schema;
  const defs = isObject(given) ? given : {};
  const move = new Move(schema, name, defs, place);
  try {
    return Object.fromEntries([
      [name, move.schema(root)],
      ...Object.entries(defs).map(([key, one]) => [move.nameOf(key), move.schema(one)]),
    ]);
  } catch (error) {
    if (error instanceof LeadsElsewhere) return undefined;
    throw error;
  }
}

/** What is no keyword known here stays as it is, which a reference in it would not survive. */
function withoutReference(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (isObject(value) && typeof value['$ref'] === 'string') throw new LeadsElsewhere();
  for (const member of Object.values(value)) withoutReference(member);
  return value;
}

/** A component's name takes few characters. */
const plain = (key: string): string => key.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64);

function decoded(token: string): string {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    throw new LeadsElsewhere();
  }
}
