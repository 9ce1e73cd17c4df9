import { isObject } from './read-answer.js';
import type { Issue, JsonValue } from './wire.js';

type Refused = { ok: false; issue: Issue };
/** What cannot be sent, or the value as JSON will carry it. */
export type Sendable = { ok: true; json: JsonValue } | Refused;

/** Objects and lists in one another, the outermost included. The gateway takes 32, of which the body itself is one. */
const DEPTH_MAX = 31;

/**
 * Copies a value as JSON.stringify would write it (toJSON is called, undefined members are left out), but refuses what
 * that loses without a word: NaN, functions, Maps and Sets, undefined in lists. And what it throws at: bigint, cycles,
 * getters that throw, endless depth.
 * @param read gives the value; it, and every member of the value, may be code of the caller's that throws
 */
export function sendableJson(read: () => unknown): Sendable {
  return attempt('', () => copyOf(jsonOf(read()), '', []));
}

function attempt<T>(path: string, act: () => T): T | Refused {
  try {
    return act();
  } catch (thrown) {
    const reason = isObject(thrown) && typeof thrown['message'] === 'string' ? `: ${thrown['message']}` : '';
    return refused(path, 'not_json', `reading it throws${reason}`);
  }
}

const refused = (path: string, code: string, message: string): Refused => ({
  ok: false,
  issue: { path, code, message },
});

/** Once, as JSON.stringify does: what toJSON gives is not asked again. */
const jsonOf = (value: unknown): unknown =>
  isObject(value) && typeof value['toJSON'] === 'function' ? value['toJSON']() : value;

function copyOf(value: unknown, path: string, above: readonly unknown[]): Sendable {
  const refuse = (what: string) => refused(path, 'not_json', `${what} cannot be sent as JSON`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean')
    return { ok: true, json: value };
  if (typeof value === 'number')
    return Number.isFinite(value) ? { ok: true, json: value } : refuse(`${value}`);
  if (typeof value !== 'object') return refuse(value === undefined ? 'undefined' : `a ${typeof value}`);
  if (above.includes(value)) return refuse('a cycle');
  if (above.length >= DEPTH_MAX)
    return refused(path, 'too_deep', `objects and lists are nested more than ${DEPTH_MAX} deep`);
  const within = [...above, value];
  if (Array.isArray(value)) return copyOfList(value, path, within);
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return isObject(value) && kind === 'Object' ? copyOfObject(value, path, within) : refuse(`a ${kind}`);
}

function copyOfList(list: readonly unknown[], path: string, above: readonly unknown[]): Sendable {
  const json: JsonValue[] = [];
  // By index, because a list with holes would skip them.
  for (let index = 0; index < list.length; index++) {
    const itemPath = `${path}[${index}]`;
    const item = attempt(itemPath, () => copyOf(jsonOf(list[index]), itemPath, above));
    if (!item.ok) return item;
    json.push(item.json);
  }
  return { ok: true, json };
}

function copyOfObject(object: Record<string, unknown>, path: string, above: readonly unknown[]): Sendable {
  const members: [string, JsonValue][] = [];
  for (const key of Object.keys(object)) {
    const memberPath = path ? `${path}.${key}` : key;
    const member = attempt(memberPath, () => {
      const value = jsonOf(object[key]);
      return value === undefined ? undefined : copyOf(value, memberPath, above);
    });
    if (member === undefined) continue;
    if (!member.ok) return member;
    members.push([key, member.json]);
  }
  return { ok: true, json: Object.fromEntries(members) };
}
