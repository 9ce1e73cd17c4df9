import { printable } from './printable.js';

export type Field = readonly [name: string, text: string];

/** Names and values, one a line, the values in line with one another. Empty values are left out. */
export function fieldLines(fields: readonly Field[], name: (text: string) => string, indent = ''): string {
  const shown = fields.filter(([, text]) => text !== '');
  const width = Math.max(0, ...shown.map(([title]) => title.length));
  return shown.map(([title, text]) => `${indent}${name(title.padEnd(width))}  ${printable(text)}\n`).join('');
}
