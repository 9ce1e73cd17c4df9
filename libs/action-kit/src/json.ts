/** Anything that JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/**
 * Copies a value as JSON would carry it; members that are undefined are left out.
 * @throws TypeError it holds something that JSON cannot say (NaN, bigint, a function, a Map, a Date, a cycle); names the path
 */
export function toJson(value: unknown, path = '', above: readonly object[] = []): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') throw new TypeError(`${at(path)} ${String(value)} is not JSON`);
  if (above.includes(value)) throw new TypeError(`${at(path)} a cycle is not JSON`);
  const within = [...above, value];
  if (Array.isArray(value)) return value.map((item, index) => toJson(item, `${path}[${index}]`, within));
  // A plain object's prototype has none itself. Not compared with ours: the object may come from another realm.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new TypeError(`${at(path)} a ${value.constructor.name} is not JSON`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([key, member]) => [key, toJson(member, path ? `${path}.${key}` : key, within)]),
  );
}

const at = (path: string): string => (path ? `${path}:` : 'the value:');
