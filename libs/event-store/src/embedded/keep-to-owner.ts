/** A log holds the params and results of every call: nobody but the account that runs us may read it. */
import { chmodSync, statSync } from 'node:fs';

export const OWNER_ONLY_FOLDER = 0o700;
export const OWNER_ONLY_FILE = 0o600;

const OTHERS = 0o077;

/** Takes the rights of group and others away. What belongs to another account is left: its rights are not ours to set. */
export function keepToOwner(path: string): void {
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
