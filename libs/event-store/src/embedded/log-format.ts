/** The one record that says what the file is: read first, written once, with the log's name. */
import { randomInt } from 'node:crypto';
import type { Database, RootDatabase } from 'lmdb';
import { FormatTooNew, NotAnEventLog } from './errors.js';

/**
 * The newest that this version reads; it reads every older one too.
 *   1  appends of the port only
 *   2  raw appends among them (stored-raw-append.ts)
 * A log is made with 1 and becomes 2 with its first raw append, so a log without any opens in older versions.
 */
const LOG_FORMAT = 2;
const FIRST_FORMAT = 1;
const RAW_FORMAT = 2;

export interface LogFormat {
  readonly format: number;
  readonly logId: string;
}

const META_TABLE = 'meta';
const META_KEY = 'log';
/** No vowels, no look-alikes: a log id is read aloud and spells nothing. */
const ID_ALPHABET = '23456789bcdfghjkmnpqrstvwxz';
const ID_LENGTH = 10;

export class LogFormatRecord {
  private constructor(
    private readonly meta: Database<unknown, string>,
    private said: LogFormat,
  ) {}

  /** @throws FormatTooNew, NotAnEventLog */
  static readOrWrite(root: RootDatabase<Buffer, string>, folder: string): LogFormatRecord {
    const tables = [...root.getKeys()];
    const isNew = tables.length === 0;
    if (!isNew && !tables.includes(META_TABLE))
      throw new NotAnEventLog(folder, 'another lmdb file has its name');
    const meta = root.openDB<unknown, string>(META_TABLE, { encoding: 'json' });
    const found = meta.get(META_KEY);
    if (found === undefined && tables.every((name) => name === META_TABLE)) {
      const made = { format: FIRST_FORMAT, logId: newLogId() };
      meta.putSync(META_KEY, made);
      return new LogFormatRecord(meta, made);
    }
    return new LogFormatRecord(meta, checkFormat(found, folder));
  }

  get logId(): string {
    return this.said.logId;
  }

  /** Called inside the transaction that writes a raw append: both are there, or neither. */
  raiseForRaw(): void {
    if (this.said.format >= RAW_FORMAT) return;
    this.said = { ...this.said, format: RAW_FORMAT };
    void this.meta.put(META_KEY, this.said);
  }
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
