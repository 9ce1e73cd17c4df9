import type { JsonObject, JsonValue } from '@action-do/contracts';
import { isObject, own, type Path, partsOf } from './keywords.js';
import type { SchemaDocument } from './schema-document.js';

/** Their schemas look at the same value as the one that they stand in. */
const OF_THE_SAME_VALUE = [
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
  ...['dependentSchemas', 'dependencies'],
];

/**
 * Where a schema comes back to itself with the same value, so that a check of it would never end; undefined where it does
 * nowhere. A circle that leads through members or items is none: values end somewhere. What cannot be followed may be one.
 *
 * @throws BudgetSpent
 */
export function circleIn(document: SchemaDocument): Path | undefined {
  const open = new Set<JsonObject>();
  const clean = new Set<JsonObject>();
  /** Schemas that are met on the way and look at another value. */
  const others: [JsonValue, Path][] = [[document.root, []]];

  const visit = (schema: JsonValue, path: Path): Path | undefined =>
    document.budget.within(() => look(schema, path));

  const look = (schema: JsonValue, path: Path): Path | undefined => {
    if (!isObject(schema) || clean.has(schema)) return undefined;
    if (open.has(schema)) return path;
    open.add(schema);
    const ref = own(schema, '$ref');
    const targets = ref === undefined ? [] : document.targetsOf(ref);
    let circle: Path | undefined = targets === undefined ? [...path, '$ref'] : undefined;
    for (const target of targets ?? []) circle ??= visit(target, [...path, '$ref']);
    for (const keyword of Object.keys(schema))
      for (const [step, part] of partsOf(schema, keyword)) {
        const at = [...path, keyword, ...step];
        if (!OF_THE_SAME_VALUE.includes(keyword)) others.push([part, at]);
        else circle ??= visit(part, at);
      }
    open.delete(schema);
    clean.add(schema);
    return circle;
  };

  for (const [schema, path] of others) {
    const circle = visit(schema, path);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
