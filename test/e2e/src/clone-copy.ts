import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Neither of the repository nor built: another's, or of a run. */
const LEFT_OUT = ['node_modules', '.git', '.nx', 'out-tsc', 'coverage', 'data'];
/** Of node_modules what leads to packages of the repository, by relative links. */
const COPIED = new Set(['.bin', '@action-do', '@do-sdk']);

/**
 * A clone as it is after `npm install` and `npm run build`: packing in it changes nothing that other tests run meanwhile.
 * What is installed is the same, by links.
 * @param clone root of the repository  @param copy a folder that is not there yet
 */
export async function copyClone(clone: string, copy: string): Promise<void> {
  await mkdir(join(copy, 'node_modules'), { recursive: true });
  // Not by Node, which loses parts of a millisecond: what is built would not be of these sources any more.
  const excluded = LEFT_OUT.map((name) => `--exclude=${name}`).join(' ');
  const command = `tar -C "$0" --format=posix ${excluded} -cf - . | tar -C "$1" -xf -`;
  await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command, clone, copy]);
  const installed = join(clone, 'node_modules');
  for (const name of await readdir(installed)) {
    const [from, to] = [join(installed, name), join(copy, 'node_modules', name)];
    if (COPIED.has(name)) await cp(from, to, { recursive: true, verbatimSymlinks: true });
    else await symlink(from, to);
  }
}
