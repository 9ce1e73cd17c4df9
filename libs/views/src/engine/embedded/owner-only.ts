/** Views hold the params and results of every call: nobody but the account that runs us may read them. */
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';

const OTHERS = 0o077;

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  keepToOwner(path);
}

/** An empty file, or the one that is there. SQLite gives its `-wal` and `-shm` the rights of the file itself. */
export function makeFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  keepToOwner(path);
}

/** Takes the rights of group and others away. What belongs to another account is left: its rights are not ours to set. */
function keepToOwner(path: string): void {
  const { mode, uid } = statSync(path);
  // Windows has no such user and no such rights.
  if ((mode & OTHERS) === 0 || uid !== process.geteuid?.()) return;
  try {
    chmodSync(path, mode & 0o700);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** File systems without modes say so in one of these ways; who may read there was decided when it was mounted. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'ENOTSUP');
