import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian and Homebrew put daemons, which is not on everybody's PATH. */
const BESIDES = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** The first executable of this name on PATH or where daemons lie; null where the machine has none. */
export function findProgram(name: string, folders: readonly string[] = []): string | null {
  const path = process.env['PATH'] ?? '';
  for (const folder of [...folders, ...path.split(delimiter), ...BESIDES]) {
    if (folder === '') continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here: look on.
    }
  }
  return null;
}
