import type { JsonValue } from '../json.js';

/** Deeper results would overflow the stack of whoever writes them as JSON again: a log, a view, a caller. */
const RESULT_DEPTH_MAX = 200;
/** Characters of JSON that cannot be deeper. */
const SHALLOW = 2 * RESULT_DEPTH_MAX;

/** The same of JSON text: what is too short to be deep is not read. */
export const isTextTooDeep = (text: string): boolean =>
  text.length > SHALLOW && isTooDeep(JSON.parse(text), text.length);

/**
 * Whether a result is nested deeper than is kept, whoever gives it. Level by level: it must not itself overflow what it guards.
 * @param characters of its JSON text: too short a one cannot be deep, and most are
 */
export function isTooDeep(value: JsonValue, characters: number): boolean {
  if (characters <= SHALLOW) return false;
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > RESULT_DEPTH_MAX) return true;
    const next: JsonValue[] = [];
    for (const inner of level)
      if (typeof inner === 'object' && inner !== null)
        for (const member of Object.values(inner)) next.push(member);
    level = next;
  }
  return false;
}
