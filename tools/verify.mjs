/**
 * `npm run verify`: all that must hold before a change is merged; CI runs this, and `npm run e2e-whole` before it. Stops at
 * the first step that fails. The last line of a run that reaches the tests is theirs: "N passed, N failed".
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-install.mjs';
import { runTests } from './run-tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = 'node_modules/@biomejs/biome/bin/biome';
// `biome ci` colours every single character, even in a file.
const plain = process.stdout.isTTY ? [] : ['--colors=off'];
const nx = 'node_modules/nx/dist/bin/nx.js';
const steps = [
  { name: 'format and lint', command: [biome, 'ci', ...plain, '.'] },
  { name: 'types', command: [nx, 'run-many', '-t', 'typecheck'] },
  { name: 'build', command: [nx, 'run-many', '-t', 'build'] },
];

const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

await ensureInstalled();
for (const { name, command } of steps) {
  const startedMs = performance.now();
  console.log(`\nverify: ${name}`);
  const { status, signal } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NX_TUI: 'false' },
  });
  if (status !== 0) {
    console.error(`verify: ${name} FAILED (${signal ?? `exit code ${status}`}) after ${seconds(startedMs)}`);
    process.exit(1);
  }
  console.log(`verify: ${name} passed in ${seconds(startedMs)}`);
}

console.log('\nverify: tests');
const startedMs = performance.now();
const { ok, line } = await runTests([]);
console.log(`verify: tests ${ok ? 'passed' : 'FAILED'} in ${seconds(startedMs)}`);
console.log(line);
process.exitCode = ok ? 0 : 1;
