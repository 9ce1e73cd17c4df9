import type { JsonValue } from './json.js';

/** What stands in the place of a value that was marked sensitive. */
export const HIDDEN = '(sensitive: not shown)';

/** It stands in every text: where it is among the secrets nothing is shown, for it could not be told what may be. */
export const EVERYTHING = '';

/** Secrets that are looked at for all that is said at once: at worst some 20 ms, in which nothing else is done. */
export const LOOKS_MAX = 2_000_000;

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
 * Takes the sensitive values out of what is said at once, such as one failure. However many texts it has and whoever chose
 * them, they share the looks there are: what comes after these were spent is hidden as a whole, whatever it is.
 */
export class Hiding {
  private looksLeft = LOOKS_MAX;

  /** @param secrets of `secretsFrom` */
  constructor(private readonly secrets: readonly string[]) {}

  /**
   * A text without the sensitive values that it repeats, wherever they overlap. It is gone through once, and what is put in
   * is not looked at.
   */
  text(text: string): string {
    if (this.secrets.length === 0) return text;
    if (this.secrets[0] === EVERYTHING) return HIDDEN;
    let shown = '';
    /** Where the last value that was met ends. */
    let end = 0;
    for (let at = 0; at < text.length; at++) {
      const length = this.longestAt(text, at);
      if (this.looksLeft < 0) return HIDDEN;
      if (length === 0) continue;
      if (at >= end) shown += text.slice(end, at) + HIDDEN;
      end = Math.max(end, at + length);
    }
    return shown + text.slice(end);
  }

  /** As `text`, for all names, texts and numbers of a JSON value: of members whose names become one, one stays. */
  json(value: JsonValue): JsonValue {
    if (this.secrets[0] === EVERYTHING) return HIDDEN;
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.isSecret(String(value)) ? HIDDEN : value;
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [this.text(name), this.json(member)]),
    );
  }

  private isSecret(text: string): boolean {
    return this.longestAt(text, 0) === text.length || this.looksLeft < 0;
  }

  /** Of the secrets that stand at a place of a text, how long the longest is; 0 where there is none, or no look is left. */
  private longestAt(text: string, at: number): number {
    /** Those from `low` to before `high` are longer than `depth`, and begin like the text so far. */
    let [low, high] = [0, this.secrets.length];
    let length = 0;
    for (let depth = 0; low < high && at + depth < text.length && this.looksLeft >= 0; depth++) {
      const code = text.charCodeAt(at + depth);
      low = this.firstFrom(code, depth, low, high);
      high = this.firstFrom(code + 1, depth, low, high);
      // In order, the one that ends here is the first of those that go on.
      if (low === high || this.secrets[low]?.length !== depth + 1) continue;
      length = depth + 1;
      low++;
    }
    return length;
  }

  /** The first of them that has this code unit, or a greater one, at a depth; else `high`. */
  private firstFrom(code: number, depth: number, low: number, high: number): number {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >>> 1;
      this.looksLeft--;
      if ((this.secrets[middle] ?? '').charCodeAt(depth) < code) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
