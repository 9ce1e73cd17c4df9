/**
 * Views in a folder, on SQLite: `views-<n>.db` is a generation, `live` names the one that is live, `lock` is the
 * writer's. `live` is replaced by rename, so it names the old or the new one (P1).
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ViewsDamaged, ViewsInUse, ViewsUnavailable } from '../../errors.js';
import type { Connections, Generations, Place, Use, WriterLock } from '../place.js';
import { codeOf, lockFile, openLibsql } from './open-libsql.js';
import { makeFile, makeFolder } from './owner-only.js';

const LIVE_FILE = 'live';
const LOCK_FILE = 'lock';
const GENERATION_FILE = /^views-([1-9][0-9]{0,8})\.db$/;

export class EmbeddedPlace implements Place {
  readonly words = {
    keyType: 'integer',
    end: 'without rowid',
    afterIndexes: null,
    byteOrder: 'binary',
  } as const;
  readonly locksRows = false;
  readonly name: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.name = `embedded:${folder}`;
  }

  async lock(): Promise<WriterLock> {
    makeFolder(this.#folder);
    const file = join(this.#folder, LOCK_FILE);
    makeFile(file);
    const lock = lockFile(file);
    if (lock === null) throw new ViewsInUse(this.name);
    return { check: async () => {}, release: async () => lock.release() };
  }

  async live(): Promise<number | null> {
    const file = join(this.#folder, LIVE_FILE);
    if (!existsSync(file)) return null;
    const live = Number(readFileSync(file, 'utf8'));
    if (!Number.isSafeInteger(live) || live < 1)
      throw new ViewsDamaged(this.name, `${LIVE_FILE} names no generation`);
    return live;
  }

  async generations(): Promise<Generations> {
    const found = readdirSync(this.#folder).map((name) => Number(GENERATION_FILE.exec(name)?.[1] ?? 0));
    return { live: await this.live(), all: found.filter((each) => each > 0).sort((a, b) => a - b) };
  }

  async make(generation: number): Promise<void> {
    makeFile(this.#file(generation));
  }

  async open(generation: number, use: Use): Promise<Connections | null> {
    // Opening a file that is gone would make an empty one.
    if (!existsSync(this.#file(generation))) return null;
    const db = openLibsql(this.#file(generation), use);
    return { db, close: () => db.destroy() };
  }

  /** The lock is the folder's, and cannot be lost unseen: between the look and the rename nobody comes. */
  async setLive(generation: number, before: number | null): Promise<boolean> {
    if ((await this.live()) !== before) return false;
    const next = join(this.#folder, `${LIVE_FILE}.next`);
    const fd = openSync(next, 'w', 0o600);
    try {
      writeSync(fd, `${generation}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(next, join(this.#folder, LIVE_FILE));
    return true;
  }

  /** Readers that have the file open keep it: a name is taken away, not what they read. */
  async drop(generation: number): Promise<boolean> {
    for (const end of ['', '-wal', '-shm']) {
      try {
        rmSync(`${this.#file(generation)}${end}`, { force: true });
      } catch (error) {
        // Windows takes no name from a file in use.
        if (
          !(error instanceof Error && 'code' in error && (error.code === 'EBUSY' || error.code === 'EPERM'))
        )
          throw error;
        return false;
      }
    }
    return true;
  }

  wordFor(generation: number): string {
    return `the file views-${generation}.db`;
  }

  isMissing(error: unknown): boolean {
    return error instanceof Error && error.message.includes('no such table');
  }

  meaningOf(error: unknown): unknown {
    const code = codeOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
      return new ViewsDamaged(this.name, reason, { cause: error });
    }
    return OUTSIDE.some((prefix) => code?.startsWith(prefix)) || isFileError(error)
      ? new ViewsUnavailable(this.name, reason, { cause: error })
      : error;
  }

  async close(): Promise<void> {}

  #file(generation: number): string {
    return join(this.#folder, `views-${generation}.db`);
  }
}

/** Trouble of the machine's, which may pass: a full disk, no right to write, a busy file. */
const OUTSIDE = [
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_IOERR',
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
  'SQLITE_PERM',
  'SQLITE_NOMEM',
];

const isFileError = (error: unknown): boolean =>
  error instanceof Error &&
  (('syscall' in error && 'errno' in error) || error.message.startsWith('ConnectionFailed'));
