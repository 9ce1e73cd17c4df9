import type { JsonValue } from './json.js';

/** What stands in the place of a value that was marked sensitive. */
export const HIDDEN = '(sensitive: not shown)';

/** It stands in every text: where it is among the secrets nothing is shown, for it could not be told what may be. */
export const EVERYTHING = '';

/** Characters that are held against secrets within one text: some 50 ms, and more than a text of a million takes. */
const STEPS_MAX = 2_000_000;

/**
 * What must not be repeated, in the order of their code units: the texts, and what they look like within JSON, within JSON
 * in JSON, in a URL and in a form.
 */
export function secretsFrom(texts: Iterable<string>): readonly string[] {
  const all = new Set<string>();
  for (const text of texts) for (const form of formsOf(text)) all.add(form);
  return [...all].sort();
}

function formsOf(text: string): string[] {
  const escaped = escapedOf(text);
  // Half of a pair of code units has no form in a URL; whoever makes one writes the sign for what is no character.
  const whole = Buffer.from(text).toString();
  const inForm = new URLSearchParams([['', whole]]).toString().slice(1);
  return [text, escaped, escapedOf(escaped), encodeURIComponent(whole), encodeURI(whole), inForm];
}

const escapedOf = (text: string): string => JSON.stringify(text).slice(1, -1);

/**
 * A text without the sensitive values that it repeats, wherever they overlap. It is gone through once, and what is put in is
 * not looked at; one that would take too long is hidden as a whole.
 * @param secrets of `secretsFrom`
 */
export function hide(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  if (secrets[0] === EVERYTHING) return HIDDEN;
  let shown = '';
  /** Where the last value that was met ends. */
  let end = 0;
  let left = STEPS_MAX;
  for (let at = 0; at < text.length; at++) {
    const { length, steps } = longestAt(text, at, secrets);
    left -= steps;
    if (left < 0) return HIDDEN;
    if (length === 0) continue;
    if (at >= end) shown += text.slice(end, at) + HIDDEN;
    end = Math.max(end, at + length);
  }
  return shown + text.slice(end);
}

/** Of the secrets that stand at a place of a text, how long the longest is; 0 where there is none. */
function longestAt(text: string, at: number, secrets: readonly string[]): { length: number; steps: number } {
  /** Those from `low` to before `high` are longer than `depth`, and begin like the text so far. */
  let [low, high] = [0, secrets.length];
  let length = 0;
  let depth = 0;
  for (; low < high && at + depth < text.length; depth++) {
    const code = text.charCodeAt(at + depth);
    [low, high] = [
      firstFrom(code, depth, secrets, low, high),
      firstFrom(code + 1, depth, secrets, low, high),
    ];
    // In order, the one that ends here is the first of those that go on.
    if (low === high || secrets[low]?.length !== depth + 1) continue;
    length = depth + 1;
    low++;
  }
  return { length, steps: depth };
}

/** The first of them that has this code unit, or a greater one, at a depth; else `high`. */
function firstFrom(
  code: number,
  depth: number,
  secrets: readonly string[],
  low: number,
  high: number,
): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((secrets[middle] ?? '').charCodeAt(depth) < code) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** As `hide`, for all names, texts and numbers of a JSON value: of members whose names become one, one stays. */
export function hideWithin(value: JsonValue, secrets: readonly string[]): JsonValue {
  if (secrets[0] === EVERYTHING) return HIDDEN;
  if (typeof value === 'string') return hide(value, secrets);
  if (typeof value === 'number') return secrets.includes(String(value)) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map((item) => hideWithin(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [hide(name, secrets), hideWithin(member, secrets)]),
  );
}
