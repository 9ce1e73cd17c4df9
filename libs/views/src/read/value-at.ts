/** A value that a params filter can meet: its text, or undefined where there is none to compare. */
type Comparable = string | undefined;

const SEGMENT = /^(?:\.?([^.[\]]+)|\[([0-9]{1,9})\])/;

/**
 * The text of the value at a path such as `customer.id` or `items[0].sku`: a string as it is, a number, true, false and
 * null as JSON writes them. Undefined where nothing is there, or an object or a list.
 * The projector fills `audit_value` with the same function, so that a scan and an index find the same.
 */
export function valueAt(json: unknown, path: string): Comparable {
  let value = json;
  for (let rest = path; rest !== ''; ) {
    const found = SEGMENT.exec(rest);
    if (found === null) return undefined;
    const [whole, name, index] = found;
    rest = rest.slice(whole.length);
    value = name === undefined ? itemOf(value, Number(index)) : memberOf(value, name);
  }
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : undefined;
}

const itemOf = (value: unknown, index: number): unknown => (Array.isArray(value) ? value[index] : undefined);

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
