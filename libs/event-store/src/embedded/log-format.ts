/** The one record that says what the file is: read first, written once, with the log's name. */
import { randomInt } from 'node:crypto';
import type { RootDatabase } from 'lmdb';
import { FormatTooNew, NotAnEventLog } from './errors.js';

/** Raise it when stored bytes change their meaning, and keep reading every older one. */
const LOG_FORMAT = 1;

export interface LogFormat {
  readonly format: number;
  readonly logId: string;
}

const META_TABLE = 'meta';
const META_KEY = 'log';
/** No vowels, no look-alikes: a log id is read aloud and spells nothing. */
const ID_ALPHABET = '23456789bcdfghjkmnpqrstvwxz';
const ID_LENGTH = 10;

/** @throws FormatTooNew, NotAnEventLog */
export function readOrWriteFormat(root: RootDatabase<Buffer, string>, folder: string): LogFormat {
  const tables = [...root.getKeys()];
  const isNew = tables.length === 0;
  if (!isNew && !tables.includes(META_TABLE))
    throw new NotAnEventLog(folder, 'another lmdb file has its name');
  const meta = root.openDB<unknown, string>(META_TABLE, { encoding: 'json' });
  const found = meta.get(META_KEY);
  if (found === undefined && tables.every((name) => name === META_TABLE)) {
    const made = { format: LOG_FORMAT, logId: newLogId() };
    meta.putSync(META_KEY, made);
    return made;
  }
  return checkFormat(found, folder);
}

/** The same of a file that somebody else made and holds. @throws FormatTooNew, NotAnEventLog */
export function readFormat(root: RootDatabase<Buffer, string>, folder: string): LogFormat {
  if (![...root.getKeys()].includes(META_TABLE))
    throw new NotAnEventLog(folder, 'another lmdb file has its name');
  return checkFormat(root.openDB<unknown, string>(META_TABLE, { encoding: 'json' }).get(META_KEY), folder);
}

function checkFormat(found: unknown, folder: string): LogFormat {
  if (!isLogFormat(found)) throw new NotAnEventLog(folder, 'its format cannot be read');
  if (found.format > LOG_FORMAT) throw new FormatTooNew(folder, found.format, LOG_FORMAT);
  return found;
}

export function newLogId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
}

function isLogFormat(value: unknown): value is LogFormat {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'format' in value &&
    typeof value.format === 'number' &&
    'logId' in value &&
    typeof value.logId === 'string'
  );
}
