import type { ActionContext } from './action-context.js';
import type { JsonObject, JsonValue } from './json.js';

/** What stands in the place of a value that was marked sensitive. */
export const HIDDEN = '(sensitive: not shown)';
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
    let schemas = this.expand([this.root]);
    for (const step of path) {
      if (schemas.some(isMarked)) return true;
      schemas = this.within(schemas, step);
    }
    return schemas.some(isMarked);
  }

  /** Texts of what is marked in a value, the longest first. */
  textsIn(value: unknown): string[] {
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
    visit(this.expand([this.root]), value, false);
    return [...found].sort((a, b) => b.length - a.length);
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
      if (typeof schema['$ref'] === 'string') open.push(this.definition(schema['$ref']));
    }
    return [...all];
  }

  /** `#` or `#/$defs/<name>`, as zod refers to parts. */
  private definition(ref: string): unknown {
    if (ref === '#') return this.root;
    const [, name = ''] = /^#\/\$defs\/(.+)$/.exec(ref) ?? [];
    const { $defs } = this.root;
    return isObject($defs) && Object.hasOwn($defs, name) ? $defs[name] : undefined;
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
  if (isObject(properties) && Object.hasOwn(properties, name)) return [properties[name]].filter(isObject);
  const patterns = isObject(patternProperties) ? Object.values(patternProperties) : [];
  return [additionalProperties, ...patterns].filter(isObject);
}

/** A text without the sensitive values that it repeats. @param secrets the longest first */
export const hide = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((said, secret) => said.replaceAll(secret, HIDDEN), text);

/** As `hide`, for all texts and numbers of a JSON value; names stay. */
export function hideWithin(value: JsonValue, secrets: readonly string[]): JsonValue {
  if (typeof value === 'string') return hide(value, secrets);
  if (typeof value === 'number') return secrets.includes(String(value)) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map((item) => hideWithin(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, hideWithin(member, secrets)]),
  );
}

/** A context whose logger repeats none of the sensitive values, whatever the author gives it. */
export function guardContext(context: ActionContext, secrets: readonly string[]): ActionContext {
  if (secrets.length === 0) return context;
  const { logger } = context;
  const guarded =
    (level: keyof ActionContext['logger']): ActionContext['logger']['info'] =>
    (message, fields) =>
      logger[level](
        hide(String(message), secrets),
        ...(fields === undefined ? [] : [JSON.parse(JSON.stringify(hideWithin(fields, secrets)))]),
      );
  // On top of the other: its signal and deadline are made when they are asked for.
  return Object.create(context, {
    logger: {
      value: {
        debug: guarded('debug'),
        info: guarded('info'),
        warn: guarded('warn'),
        error: guarded('error'),
      },
    },
  });
}
