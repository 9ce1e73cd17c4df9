/**
 * Characters that make a terminal do something else than show them: control characters (C0, DEL, C1), marks that turn
 * the direction of writing around, and separators that end a line where a reader does not see it.
 */
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

const code = (character: string): string => character.charCodeAt(0).toString(16);
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text of somebody else's on one line, safe to be shown in a terminal. */
export const printable = (text: string): string =>
  text.replace(UNSEEN, (character) => {
    const hex = code(character);
    return NAMED[character] ?? (hex.length > 2 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`);
  });

/** JSON on one line, or indented; the same characters written as JSON escapes, so that it means the same. */
export const jsonText = (value: unknown, indent = 0): string =>
  indent === 0
    ? escaped(JSON.stringify(value))
    : JSON.stringify(value, null, indent).split('\n').map(escaped).join('\n');

const escaped = (json: string): string =>
  json.replace(UNSEEN, (character) => `\\u${code(character).padStart(4, '0')}`);
