import { z } from 'zod';
import { toJson } from '../json.js';
import type { Refuse } from '../resolve-policy.js';
import { defOf, type Place, partsWithin, placeText, type Schema } from './schema-parts.js';

/** Longer than any clock that a default might be made of stands still. */
const NEXT_MOMENT_MS = 2;

/**
 * A default is part of the contract: whoever calls reads it there, and the executor fills it in. So it has to be JSON, to
 * fit the type that it stands for, which zod does not look at, and to be the same each time.
 */
export function refuseDefaults(root: string, schema: Schema, refuse: Refuse): void {
  const defaults: { at: string; text: string; read: () => unknown }[] = [];
  const parts = partsWithin(schema, ({ steps }, why) => refuse(`${placeText(root, steps)} ${why}`));
  for (const place of parts) {
    const found = defaultOf(place);
    if (found === null) continue;
    const at = placeText(root, place.steps);
    const value = jsonOf(found.read(), (why) => refuse(`${at} has a default that is not JSON: ${why}`));
    const parsed = z.safeParse(found.inner, value);
    if (!parsed.success)
      refuse(
        `${at} has a default that does not fit its type: ${parsed.error.issues[0]?.message ?? 'it is refused'}`,
      );
    defaults.push({ at, text: JSON.stringify(value), read: found.read });
  }
  if (defaults.length === 0) return;
  for (const beganMs = Date.now(); Date.now() < beganMs + NEXT_MOMENT_MS; );
  const other = defaults.find(({ text, read }) => JSON.stringify(read()) !== text);
  if (other !== undefined)
    refuse(
      `${other.at} has a default that is another each time, and a contract says one: make it .optional() and fill it in in run`,
    );
}

function defaultOf({ schema }: Place): { inner: Schema; read: () => unknown } | null {
  const def = defOf(schema);
  if (def.type !== 'default' && def.type !== 'prefault') return null;
  return { inner: def.innerType, read: () => def.defaultValue };
}

function jsonOf(value: unknown, refuse: Refuse) {
  try {
    return toJson(value);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}
