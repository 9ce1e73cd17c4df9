/** Runs a TypeScript source of the workspace, and what it imports of it, without a build. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} file from the root of the repository  @param {string[]} args
 *  @returns {Promise<number>} its exit code; 1 where a signal ended it */
export async function runSources(file, args) {
  const hooks = new URL('swc-register.mjs', import.meta.url).href;
  const command = ['--conditions=@action-do/source', '--import', hooks, file, ...args];
  const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
