/**
 * One process a folder, by a lock of the kernel's on `<folder>/lock`: it goes with its process, also after kill -9,
 * so there is nothing stale to clean up. The file stays behind; only the lock counts, its text is for people.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../file-lock.js';
import { FolderInUse } from './errors.js';
import { OWNER_ONLY_FILE } from './keep-to-owner.js';

export const LOCK_FILE = 'lock';

export interface FolderLock {
  release(): void;
}

/** @throws FolderInUse */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, LOCK_FILE);
  const fd = openSync(path, 'a+', OWNER_ONLY_FILE);
  try {
    if (!lockFile(fd)) throw new FolderInUse(folder, holderOf(path));
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { release: () => closeSync(fd) };
}

function holderOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined; // Windows does not let others read a locked file.
  }
}
