import type { JsonValue } from '@action-do/contracts';
import { isJsonObject } from '../gateway/json-reading.js';

/**
 * What a `$ref` within one document means (RFC 6901 behind a `#`). Nothing is fetched: what leads out of the document, and
 * anchors, which nobody's generator here writes, are not resolved.
 * @returns undefined where there is nothing
 */
export function resolveRef(root: JsonValue, ref: JsonValue | undefined): JsonValue | undefined {
  if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) return undefined;
  let at: JsonValue | undefined = root;
  for (const step of stepsOf(ref)) {
    if (Array.isArray(at)) at = /^\d+$/.test(step) ? at[Number(step)] : undefined;
    else at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

/** The names on the way, `$defs` included. */
export const stepsOf = (ref: string): string[] =>
  ref
    .split('/')
    .slice(1)
    .map((step) => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~'));

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
