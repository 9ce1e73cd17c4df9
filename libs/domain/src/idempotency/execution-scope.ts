import { type ActionPolicy, formatPath, type JsonValue, type ScopeHash } from '@action-do/contracts';
import canonicalize from 'canonicalize';

/**
 * HMAC-SHA-256 under the tenant's pepper, hex. Comes in as an argument: the pepper is the executor's, and this
 * library holds no secret and calls no crypto.
 */
export type KeyedDigest = (text: string) => string;

/**
 * What "the same params" means: a keyed digest over the canonical JSON (RFC 8785) of the params as received.
 * Feed it only what came out of JSON.parse: canonicalize drops `undefined` and maps a Map to `{}`.
 * Canonical JSON holds no NUL and the text behind a scope hash does, so neither digest can be had by way of the other.
 * @throws NotCanonical
 */
export function paramsDigest(digest: KeyedDigest, params: JsonValue): string {
  return digest(canonicalText(params));
}

/** A value without a canonical form: half a surrogate pair, or a number that is none. The scanner lets none through. */
export class NotCanonical extends TypeError {
  readonly code = 'NOT_CANONICAL';
}

function canonicalText(params: JsonValue): string {
  let text: string | undefined;
  try {
    text = canonicalize(params);
  } catch (cause) {
    throw new NotCanonical('params hold a value without a canonical form', { cause });
  }
  if (text === undefined) throw new NotCanonical('params did not come from JSON');
  return text;
}

export type ChosenKey =
  | { readonly kind: 'key'; readonly key: string; readonly derived: boolean }
  | { readonly kind: 'missing' };

/** Which key names this piece of work: the caller's, else what the action's policy derives. Row 10. */
export function chooseKey(
  given: string | undefined,
  mode: ActionPolicy['idempotency']['mode'],
  digestOfParams: string,
  requestId: string,
): ChosenKey {
  if (given !== undefined) return { kind: 'key', key: given, derived: false };
  if (mode === 'params') return { kind: 'key', key: `auto:${digestOfParams}`, derived: true };
  if (mode === 'none') return { kind: 'key', key: `req:${requestId}`, derived: true };
  return { kind: 'missing' };
}

/**
 * Names the stream of one key of one action. The version is not part of it unless the policy says so: a release
 * never does again what an earlier version did.
 */
export function scopeHash(
  digest: KeyedDigest,
  action: string,
  version: number,
  perVersion: boolean,
  key: string,
): ScopeHash {
  const name = perVersion ? `${action}@${version}` : action;
  return digest(`${name}\0${key}`).slice(0, 32) as ScopeHash;
}

/** Paths at which two params (or whatever `root` names) differ, never their values; at most `limit`. Row 8. */
export function differingPaths(a: JsonValue, b: JsonValue, limit = 10, root = 'params'): string[] {
  const found: string[] = [];
  compare(a, b, [root], found, limit);
  return found;
}

type Path = readonly (string | number)[];

function compare(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  path: Path,
  found: string[],
  limit: number,
): void {
  if (found.length >= limit || a === b) return;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
    found.push(formatPath(path));
    return;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const step = Array.isArray(a) ? Number(key) : key;
    compare(member(a, key), member(b, key), [...path, step], found, limit);
  }
}

const isContainer = (value: JsonValue | undefined): value is JsonValue[] | { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null;

/** Own members only: `toString` of the one must not be found on the other's prototype. */
const member = (container: JsonValue[] | { [key: string]: JsonValue }, key: string): JsonValue | undefined =>
  Object.getOwnPropertyDescriptor(container, key)?.value;
