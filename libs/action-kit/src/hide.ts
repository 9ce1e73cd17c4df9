import type { JsonValue } from './json.js';

/** What stands in the place of a value that was marked sensitive. */
export const HIDDEN = '(sensitive: not shown)';

/**
 * What must not be repeated, the longest first: the texts, and what they look like within JSON, within JSON in JSON, in a
 * URL and in a form.
 */
export function secretsFrom(texts: Iterable<string>): readonly string[] {
  const all = new Set<string>();
  for (const text of texts) for (const form of formsOf(text)) all.add(form);
  return [...all].sort((a, b) => b.length - a.length);
}

function formsOf(text: string): string[] {
  const escaped = escapedOf(text);
  // Half of a pair of code units has no form in a URL; whoever makes one writes the sign for what is no character.
  const whole = Buffer.from(text).toString();
  const inForm = new URLSearchParams([['', whole]]).toString().slice(1);
  return [text, escaped, escapedOf(escaped), encodeURIComponent(whole), encodeURI(whole), inForm];
}

const escapedOf = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A text without the sensitive values that it repeats. @param secrets the longest first */
export const hide = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((said, secret) => said.replaceAll(secret, HIDDEN), text);

/** As `hide`, for all names, texts and numbers of a JSON value: of members whose names become one, one stays. */
export function hideWithin(value: JsonValue, secrets: readonly string[]): JsonValue {
  if (typeof value === 'string') return hide(value, secrets);
  if (typeof value === 'number') return secrets.includes(String(value)) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map((item) => hideWithin(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [hide(name, secrets), hideWithin(member, secrets)]),
  );
}
