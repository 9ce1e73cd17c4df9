/**
 * Which values of params and results can be searched for quickly: those whose JSON Schema says `"indexed": true`.
 *
 * A path goes from `params` or `result` by members (`params.customer.id`) and through lists (`params.items[].sku`, which
 * means any of the items). The values of such a path are found with the same path.
 */
import type { ActionContract } from '@action-do/contracts';

/** Schemas come from outside: these bound what one may cost. */
const DEPTH_MAX = 32;
const SCHEMAS_MAX = 10_000;
const PATHS_MAX = 100;
const PATH_LENGTH_MAX = 200;
const ITEMS = '[]';

export function indexedPathsOf(
  contract: Pick<ActionContract, 'paramsJsonSchema' | 'resultJsonSchema'>,
): string[] {
  const walk: Walk = { paths: new Set(), schemasLeft: SCHEMAS_MAX };
  visit(contract.paramsJsonSchema, contract.paramsJsonSchema, 'params', 0, walk);
  visit(contract.resultJsonSchema, contract.resultJsonSchema, 'result', 0, walk);
  return [...walk.paths].sort().slice(0, PATHS_MAX);
}

interface Walk {
  readonly paths: Set<string>;
  schemasLeft: number;
}

function visit(schema: unknown, root: unknown, path: string, depth: number, walk: Walk): void {
  walk.schemasLeft -= 1;
  if (!isObject(schema) || depth > DEPTH_MAX || walk.schemasLeft < 0 || path.length > PATH_LENGTH_MAX) return;
  if (schema['indexed'] === true) walk.paths.add(path);
  const again = (inner: unknown, at = path): void => visit(inner, root, at, depth + 1, walk);
  if (isObject(schema['properties'])) {
    for (const [name, inner] of Object.entries(schema['properties']))
      if (canBeNamed(name)) again(inner, `${path}.${name}`);
  }
  if (schema['items'] !== undefined) again(schema['items'], `${path}${ITEMS}`);
  for (const word of ['allOf', 'anyOf', 'oneOf']) {
    const branches = schema[word];
    if (Array.isArray(branches)) for (const branch of branches) again(branch);
  }
  const { $ref } = schema;
  if (typeof $ref === 'string') again(definition(root, $ref));
}

/** `#/$defs/<name>`, the one form in which schemas refer to parts of themselves. */
function definition(root: unknown, ref: string): unknown {
  const [, name] = /^#\/\$defs\/([^/~%]+)$/.exec(ref) ?? [];
  if (name === undefined || !isObject(root) || !isObject(root['$defs'])) return undefined;
  return Object.hasOwn(root['$defs'], name) ? root['$defs'][name] : undefined;
}

/** A name that a path could not tell from its own signs is left to the scan. */
const canBeNamed = (name: string): boolean => /^[^.[\]\s]+$/.test(name);

/**
 * The values at a path, each once: a string as it is; a number, true, false and null as JSON writes them. Nothing for
 * an object, or where nothing is.
 * @param json what the path's first word stands for
 */
export function valuesAt(json: unknown, path: string): string[] {
  let found = [json];
  for (const [, name] of path.matchAll(/\.([^.[]+)|\[\]/g))
    found = found.flatMap((value) => (name === undefined ? itemsOf(value) : memberOf(value, name)));
  return [...new Set(found.flatMap(textOf))];
}

const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const memberOf = (value: unknown, name: string): unknown[] =>
  isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];

function textOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? [String(value)] : [];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
