/** A member of whatever was thrown. Read by structure: an error may come from another realm, where it is no `Error`. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** What was thrown says of itself, in one sentence without its end. */
export function reasonOf(thrown: unknown): string {
  const message = memberOf(thrown, 'message');
  return (typeof message === 'string' && message !== '' ? message : String(thrown)).replace(/\.$/, '');
}
