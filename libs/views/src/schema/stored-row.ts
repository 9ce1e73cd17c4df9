import { fromStoredText, toStoredLabel, toStoredText } from './stored-text.js';
import type { Column, Kind, Table } from './tables.js';

export type StoredValue = string | number | bigint | null;

/** What is bound for one column. */
export function toStored(kind: Kind, value: unknown): StoredValue {
  if (value === null) return null;
  if (typeof value === 'string')
    return kind === 'label' || kind === 'label?' ? toStoredLabel(value) : toStoredText(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (kind === 'texts') return toStoredText(JSON.stringify(value));
  throw new Error(`a column of kind ${kind} cannot hold ${typeof value}`);
}

/** Appends what is bound for a row, in the order of the columns. */
export function bindRow<Row extends object>(into: StoredValue[], columns: readonly Column[], row: Row): void {
  for (const { property, kind } of columns) into.push(toStored(kind, Reflect.get(row, property)));
}

function fromStored(kind: Kind, value: unknown): unknown {
  if (value === null) return null;
  if (typeof value === 'string')
    return kind === 'texts' ? JSON.parse(fromStoredText(value)) : fromStoredText(value);
  if (typeof value !== 'bigint')
    throw new Error(`an engine gave ${typeof value} for a column of kind ${kind}`);
  if (kind === 'bigint' || kind === 'bigint?') return value;
  return kind === 'boolean' ? value === 1n : Number(value);
}

/** The row that a stored one stands for. */
export function readRow<Row>(table: Table<Row>, stored: Readonly<Record<string, unknown>>): Row {
  const row: Record<string, unknown> = {};
  for (const { property, column, kind } of table.columns) row[property] = fromStored(kind, stored[column]);
  // The table's kinds were checked against Row where it is defined, and each value against its kind above.
  return row as Row;
}
