import type { JsonValue } from '@action-do/event-store';

/** Of a name, a number or a sign. */
const SMALL = 8;

/** About how many characters a value has as JSON, at a fraction of what writing it costs. */
export function roughSize(value: JsonValue | undefined): number {
  if (typeof value === 'string') return value.length + SMALL;
  if (typeof value !== 'object' || value === null) return SMALL;
  let size = SMALL;
  if (Array.isArray(value)) for (const item of value) size += roughSize(item);
  else for (const name in value) size += name.length + roughSize(value[name]);
  return size;
}
