import type { JsonValue } from '@action-do/contracts';

/**
 * What a check may take long by, however small schema and value are: patterns that are tried in all ways, references that
 * lead to the same again and again, items of which each is held against each other one.
 */
const MAY_TAKE_LONG = /"(?:pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef|\$recursiveRef)":/;

/** Each word of a schema may be held against each part of a value: so often in a tenth of a second, at the worst. */
const PRODUCT_MAX = 500_000;

/**
 * Whether a check by this schema may take long, of which value: it has to be watched then, which costs about 0.1 ms.
 * @param text the schema as JSON
 */
export function mayTakeLong(text: string): (value: JsonValue) => boolean {
  if (MAY_TAKE_LONG.test(text)) return () => true;
  const sizeMax = PRODUCT_MAX / text.length;
  return (value) => isLarger(value, sizeMax);
}

/** Whether a value has more parts and characters than that; looks at no more of it than it takes to know. */
function isLarger(value: JsonValue, max: number): boolean {
  const open = [value];
  let left = max;
  while (open.length > 0) {
    const at = open.pop() ?? null;
    left -= typeof at === 'string' ? 1 + at.length : 1;
    if (left < 0) return true;
    if (Array.isArray(at)) for (const item of at.slice(0, left + 1)) open.push(item);
    else if (typeof at === 'object' && at !== null)
      for (const [name, member] of Object.entries(at)) {
        left -= name.length;
        open.push(member);
      }
  }
  return false;
}
