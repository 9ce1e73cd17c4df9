/** Builds projects with the incremental compiler: a second run with nothing changed takes a fraction of a second. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isFresh } from './bundle/freshness.mjs';
import { PROGRAMS } from './bundle/plan.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds these projects and whatever is started as a process, and bundles the latter. Silent when all is well; else
 *  prints what is wrong.
 *  @param {string[]} configs tsconfig files, relative to the workspace root
 *  @returns {boolean} whether everything is built */
export function build(configs) {
  const programs = Object.values(PROGRAMS).map((file) => file.replace(/\/dist\/.*/, '/tsconfig.lib.json'));
  const compiler = ['node_modules/typescript/bin/tsc', '-b', ...new Set([...programs, ...configs])];
  // A process of its own: whoever builds becomes the platform, and keeps nothing of the bundler.
  return succeeds(compiler) && (isFresh(root) || succeeds(['tools/bundle.mjs']));
}

function succeeds(command) {
  const { status, stdout, error } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return true;
  console.error(
    `${stdout ?? ''}The build failed${error ? `: ${error.message}` : ', for the reasons above'}.`,
  );
  return false;
}

/** The projects of the root tsconfig.json that emit code. */
export function libraryConfigs() {
  const { references } = JSON.parse(readFileSync(`${root}tsconfig.json`, 'utf8'));
  return references
    .map(({ path }) => `${path}/tsconfig.lib.json`)
    .filter((config) => existsSync(`${root}${config}`));
}
