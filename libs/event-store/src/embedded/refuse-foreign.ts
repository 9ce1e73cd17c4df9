/** Looked at before lmdb opens anything: it maps whatever the file holds, and dies of what is not its own. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { NotAnEventLog } from './errors.js';
import { LOCK_FILE } from './folder-lock.js';

/** Of lmdb's first page, in the order of this machine's bytes: the number by which it knows its files. */
const MAGIC_AT = 24;
const MAGIC = Buffer.from(Uint32Array.of(0xbeefc0de).buffer);

/** @throws NotAnEventLog the folder holds files and no log, or another kind of file in its place */
export function refuseForeign(folder: string, logFile: string): void {
  const path = join(folder, logFile);
  if (!existsSync(path)) {
    const foreign = readdirSync(folder).filter((name) => name !== LOCK_FILE);
    if (foreign.length > 0) throw new NotAnEventLog(folder, `it holds ${foreign.slice(0, 3).join(', ')}`);
    return;
  }
  const found = Buffer.alloc(MAGIC.length);
  const fd = openSync(path, 'r');
  try {
    // Empty is a file that was made a moment before its process died.
    if (readSync(fd, found, 0, 1, 0) === 0) return;
    readSync(fd, found, 0, found.length, MAGIC_AT);
  } finally {
    closeSync(fd);
  }
  if (!found.equals(MAGIC)) throw new NotAnEventLog(folder, `its ${logFile} is none that lmdb wrote`);
}
