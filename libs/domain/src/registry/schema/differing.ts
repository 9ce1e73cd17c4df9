import { type JsonObject, type JsonValue, WITH_LIST, WITH_MAP, WITH_SCHEMA } from '@action-do/contracts';
import { ANNOTATIONS, isObject, own, type Path } from './keywords.js';
import type { SchemaDocument } from './schema-document.js';

type Compared = (a: JsonValue, b: JsonValue) => Path | undefined;

/**
 * Where two schemas say something different, annotations aside but defaults not; undefined where they are equal, with
 * all that they refer to. References in a circle are equal where everything on the way is.
 */
export function differing(
  [documentA, a]: readonly [SchemaDocument, JsonValue],
  [documentB, b]: readonly [SchemaDocument, JsonValue],
): Path | undefined {
  const met = new Map<JsonObject, Set<JsonObject>>();

  const schemas: Compared = (one, other) => documentA.budget.within(() => objects(one, other));

  const objects: Compared = (one, other) => {
    if (!isObject(one) || !isObject(other)) return one === other ? undefined : [];
    const others = met.get(one) ?? new Set();
    if (others.has(other)) return undefined;
    met.set(one, others.add(other));
    for (const keyword of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (ANNOTATIONS.has(keyword) && keyword !== 'default') continue;
      const path = keywords(keyword, own(one, keyword), own(other, keyword));
      if (path !== undefined) return [keyword, ...path];
    }
    return undefined;
  };

  const keywords = (keyword: string, one: JsonValue | undefined, other: JsonValue | undefined) => {
    if (one === undefined || other === undefined) return [];
    if (keyword === '$ref') return references(one, other);
    if (WITH_SCHEMA.has(keyword)) return schemas(one, other);
    if (WITH_LIST.has(keyword) || WITH_MAP.has(keyword)) return members(one, other);
    return texts(one, other);
  };

  const texts: Compared = (one, other) =>
    documentA.textOf(one) === documentB.textOf(other) ? undefined : [];

  const references: Compared = (one, other) => {
    const [to, toOther] = [documentA.resolve(one), documentB.resolve(other)];
    return to === undefined || toOther === undefined || schemas(to, toOther) !== undefined ? [] : undefined;
  };

  const members: Compared = (one, other) => {
    if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return [];
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const [mine, its] = [member(one, key), member(other, key)];
      if (mine === undefined || its === undefined) return [step(one, key)];
      const path = isList(mine) && isList(its) ? texts(mine, its) : schemas(mine, its); // The names of `dependencies`.
      if (path !== undefined) return [step(one, key), ...path];
    }
    return undefined;
  };

  return schemas(a, b);
}

const isList = (value: JsonValue): value is JsonValue[] => Array.isArray(value);
const step = (container: object, key: string) => (Array.isArray(container) ? Number(key) : key);
const member = (container: object, key: string): JsonValue | undefined =>
  Object.getOwnPropertyDescriptor(container, key)?.value;
