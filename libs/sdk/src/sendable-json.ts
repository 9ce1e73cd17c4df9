import type { Issue, JsonValue } from './wire.js';

/** What cannot be sent, or the value as JSON will carry it. */
export type Sendable = { ok: true; json: JsonValue } | { ok: false; issue: Issue };

/**
 * Copies a value as JSON.stringify would write it (toJSON is called, undefined members are left out), but refuses what
 * that loses without a word: NaN, functions, Maps and Sets, undefined in lists. And what it throws at: bigint, cycles.
 */
export function sendableJson(value: unknown, path: string, above: readonly unknown[] = []): Sendable {
  const refuse = (what: string): Sendable => ({
    ok: false,
    issue: { path, code: 'not_json', message: `${what} cannot be sent as JSON` },
  });
  if (value === null || typeof value === 'string' || typeof value === 'boolean')
    return { ok: true, json: value };
  if (typeof value === 'number')
    return Number.isFinite(value) ? { ok: true, json: value } : refuse(`${value}`);
  if (typeof value !== 'object') return refuse(value === undefined ? 'undefined' : `a ${typeof value}`);
  if (above.includes(value)) return refuse('a cycle');
  const within = [...above, value];
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return sendableJson(value.toJSON(), path, within);
  if (Array.isArray(value)) return sendableList(value, path, within);
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return kind === 'Object' ? sendableObject(value, path, within) : refuse(`a ${kind}`);
}

function sendableList(list: readonly unknown[], path: string, above: readonly unknown[]): Sendable {
  const json: JsonValue[] = [];
  // By index, because a list with holes would skip them.
  for (let index = 0; index < list.length; index++) {
    const item = sendableJson(list[index], `${path}[${index}]`, above);
    if (!item.ok) return item;
    json.push(item.json);
  }
  return { ok: true, json };
}

function sendableObject(object: object, path: string, above: readonly unknown[]): Sendable {
  const members: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const member = sendableJson(value, path ? `${path}.${key}` : key, above);
    if (!member.ok) return member;
    members.push([key, member.json]);
  }
  return { ok: true, json: Object.fromEntries(members) };
}
