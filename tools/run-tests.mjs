/** Runs all tests of the workspace once. Tests run from sources; the end-to-end tests start the platform as built. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build, libraryConfigs } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = ['--no-warnings', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
// Absolute: jest looks for a reporter once from each project.
const reporters = ['--reporters=default', `--reporters=${root}tools/count-reporter.mjs`];
/** For two cores: at any time one of them waits, for a process to start or for a server to give something up. */
const WORKERS = 3;
const choosesWorkers = /^(-i|--runInBand|-w|--maxWorkers)(=|$)/;

/** @param {string[]} args passed on to jest
 *  @returns {Promise<{ ok: boolean, line: string }>} `line` is "N passed, N failed"; what was skipped is told before */
export async function runTests(args) {
  if (!build(libraryConfigs())) return verdict({ passed: 0, failed: 1 });
  const { code, counts } = await runJest(args);
  if (counts === undefined) {
    console.error(`jest ended (exit code ${code}) without a result.`);
    return verdict({ passed: 0, failed: 1 });
  }
  if (counts.skipped > 0)
    console.log(`${counts.skipped} skipped, each for want of what its title or the lines above name.`);
  // A threshold, a teardown, an interruption: jest refuses the run although no test failed.
  const refused = code !== 0 && counts.failed === 0 && counts.passed > 0;
  if (refused) console.error(`No test failed, but jest ended with exit code ${code}.`);
  return verdict(refused ? { ...counts, failed: 1 } : counts);
}

function runJest(args) {
  const workers = args.some((arg) => choosesWorkers.test(arg)) ? [] : [`--maxWorkers=${WORKERS}`];
  const command = [...jest, '-c', 'jest.config.mjs', ...reporters, ...workers, ...args];
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let counts;
    child.once('error', reject);
    child.on('message', (message) => {
      counts = message;
    });
    child.once('close', (code, signal) => resolve({ code: code ?? signal, counts }));
  });
}

const verdict = ({ passed, failed }) => ({
  ok: failed === 0 && passed > 0,
  line: `${passed} passed, ${failed} failed`,
});
