/// <reference lib="es2024.string" />
/**
 * Text as both engines keep it: neither holds U+0000 (SQLite's driver cuts there, PostgreSQL refuses) nor half of a
 * surrogate pair, which UTF-8 has not. These few are written as U+FFFF and four hex digits, and so is U+FFFF itself;
 * all other text is stored as it is. Equal texts are stored equal, so a filter compares what is stored.
 */
const ESCAPE = '\uffff';
const UNSTORABLE = /[\0\uffff\ud800-\udfff]/gu;
const ESCAPED = /\uffff([0-9a-f]{4})/g;

export const toStoredText = (text: string): string =>
  isStorable(text)
    ? text
    : text.replace(UNSTORABLE, (unit) => ESCAPE + unit.charCodeAt(0).toString(16).padStart(4, '0'));

/** Nearly all text is, and these three searches are much faster than one with a pattern. */
const isStorable = (text: string): boolean =>
  !text.includes('\0') && !text.includes(ESCAPE) && text.isWellFormed();

export const fromStoredText = (stored: string): string =>
  stored.includes(ESCAPE)
    ? stored.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : stored;

/** What a label column keeps of a text: more than the 255 characters that a query may ask for, and few enough for an
 *  index entry of PostgreSQL (2,704 bytes) in its longest stored form. The event's record has the whole. */
export const LABEL_CHARACTERS_MAX = 256;

export const toStoredLabel = (text: string): string => toStoredText(text.slice(0, LABEL_CHARACTERS_MAX));
