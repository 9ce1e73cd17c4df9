/**
 * `npm run mutants [-- NAME …]`: makes the product wrong in one way after the other, each a patch in test/mutants, and
 * demands that the test which the patch names finds it. What is made wrong is a copy, and before anything is made wrong
 * in it the tests must pass there: what fails anyway finds nothing. The last line is "caught n of n".
 * With `--check` it only looks whether every patch still fits the sources, and its test is there.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-install.mjs';
import { copyOfTree } from './mutants/copy-of-tree.mjs';
import { applyPatch, checkPatch, readMutants, takeBack } from './mutants/read-mutants.mjs';
import { testOf, testsOfNone } from './mutants/test-of.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const wanted = words.filter((word) => word !== '--check');

if (!words.includes('--check')) await ensureInstalled();
const mutants = readMutants(root).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (mutants.length === 0) {
  console.error(`there is no mutant ${wanted.join(', ')}: they are in test/mutants`);
  process.exit(2);
}

if (words.includes('--check')) {
  for (const mutant of mutants) checkPatch(root, mutant);
  console.log(`${mutants.length} mutants fit`);
  process.exit(0);
}

const tree = copyOfTree(root);
const survivors = [];
const run = (command) =>
  spawnSync(process.execPath, command, {
    cwd: tree,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    maxBuffer: 256 * 1024 * 1024,
  });
// Also where it is interrupted: the copy is of no use to anybody.
process.once('exit', () => rmSync(tree, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

for (const { command, isCaught } of testsOfNone(mutants)) {
  const { stdout, stderr } = run(command);
  const red = isCaught(stdout);
  if (red === null) continue;
  console.error(
    `nothing was made wrong yet, and this fails: ${red}\n${stdout.slice(-2_000)}${stderr.slice(-2_000)}`,
  );
  process.exit(1);
}

for (const mutant of mutants) {
  const startedMs = performance.now();
  applyPatch(tree, mutant);
  const { command, isCaught } = testOf(mutant);
  const { stdout, stderr } = run(command);
  takeBack(tree, mutant);
  const how = isCaught(stdout);
  if (how === null) survivors.push(mutant.name);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(
    `${how === null ? 'SURVIVES' : 'caught  '} ${mutant.name} (${seconds} s): ${how ?? mutant.wrong}`,
  );
  if (how === null) console.log(`${stdout.slice(-2_000)}${stderr.slice(-2_000)}`);
}
if (survivors.length > 0) console.log(`survived: ${survivors.join(', ')}`);
console.log(`caught ${mutants.length - survivors.length} of ${mutants.length}`);
process.exitCode = survivors.length === 0 ? 0 : 1;
