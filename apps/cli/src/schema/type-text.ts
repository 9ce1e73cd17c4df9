import type { JsonObject, JsonValue } from '@action-do/contracts';
import { printable } from '../output/printable.js';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** A name as a member of a type, quoted where it is no identifier. */
export const memberName = (name: string): string => (IDENTIFIER.test(name) ? name : JSON.stringify(name));

/** `send-invoice` → `SendInvoice`; begins with a letter, whatever is given. */
export function typeName(words: string): string {
  const joined = words
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Za-z]/.test(joined) ? joined : `T${joined}`;
}

/** The type that has this one value. */
export function literalType(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(literalType).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${memberName(name)}: ${literalType(member)}`,
  );
  return members.length === 0 ? 'Record<string, never>' : `{ ${members.join('; ')} }`;
}

/** Alternatives, each once. */
export function union(types: readonly string[]): string {
  const all = [...new Set(types)].filter((type) => type !== 'never');
  if (all.includes('unknown')) return 'unknown';
  return all.length === 0 ? 'never' : all.join(' | ');
}

/** What holds at the same time. */
export function intersection(types: readonly string[]): string {
  const all = [...new Set(types)].filter((type) => type !== 'unknown');
  const [first] = all;
  if (first === undefined) return 'unknown';
  return all.length === 1
    ? first
    : all.map((type) => (type.includes(' | ') ? `(${type})` : type)).join(' & ');
}

/** A comment before a declaration, or nothing. Its text is somebody else's: it cannot end the comment. */
export function docComment(schema: JsonObject, indent: string): string {
  const { description, deprecated } = schema;
  const lines = typeof description === 'string' ? description.trim().split(/\r?\n/) : [];
  if (deprecated === true) lines.push('@deprecated');
  const texts = lines
    .filter((line, index) => line !== '' || index > 0)
    .map((line) => printable(line.trimEnd()).replaceAll('*/', '*\\/'));
  if (texts.length === 0) return '';
  if (texts.length === 1) return `${indent}/** ${texts[0]} */\n`;
  return `${indent}/**\n${texts.map((text) => `${indent} *${text === '' ? '' : ` ${text}`}\n`).join('')}${indent} */\n`;
}
