/**
 * Builds docs/reference/rows.md: each row of the idempotency table, and the tests whose titles name it (`row 7`,
 * `rows 2, 21`, `rows 1 to 8`); of the simulation, what it must have seen or fails.
 * `node tools/rows.mjs` writes it; with `--check` it writes nothing, and fails if the page is not up to date or a row has
 * no test of a kind that it must have.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LATER, RULES } from './rows/rules.mjs';
import { sightingsIn, titlesIn } from './rows/titles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/reference/rows.md');
const check = process.argv.includes('--check');

/** What runs the platform as it is started by its users. */
const END_TO_END = /^test\/(e2e|torture)\//;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.spec.ts'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)))
  .sort();

const KINDS = ['property', 'simulation', 'unit', 'end to end'];
/** What the simulation must have seen of many runs. */
const SEEN = ['test/simulation/src/run/sightings.ts', 'test/simulation/src/run/fault-counts.ts'];

function kindOf(file) {
  if (END_TO_END.test(file)) return 'end to end';
  return file.endsWith('.prop.spec.ts') ? 'property' : 'unit';
}

const found = new Map(
  [...RULES.keys()].map((row) => [row, Object.fromEntries(KINDS.map((kind) => [kind, []]))]),
);
const add = (file, kind, titles) => {
  for (const { title, rows } of titles)
    for (const row of rows) {
      const tests = found.get(row);
      if (tests === undefined) throw new Error(`${file} names a row ${row} that the table has not: ${title}`);
      tests[kind].push({ file, title });
    }
};
for (const file of files) add(file, kindOf(file), titlesIn(readFileSync(join(root, file), 'utf8')));
for (const file of SEEN) add(file, 'simulation', sightingsIn(readFileSync(join(root, file), 'utf8')));

const cell = (tests) =>
  tests.map(({ file, title }) => `${title.replaceAll('|', '\\|')} (\`${file}\`)`).join('<br>') || '–';
const text = [
  '# Row by row: what tests it',
  '',
  'The rows of the idempotency table, and for each the tests that have its number in their titles, by kind: properties, which',
  'hold for whatever chance makes; what the simulation must have seen in a thousand runs, none of which broke a promise; units;',
  'and end to end, against the platform as users start it. This page is generated: `node tools/rows.mjs`.',
  '',
  `| row | rule | ${KINDS.join(' | ')} |`,
  `| --- | --- |${' --- |'.repeat(KINDS.length)}`,
  ...[...found].map(
    ([row, tests]) =>
      `| ${row} | ${RULES.get(row)} | ${KINDS.map((kind) => cell(tests[kind])).join(' | ')} |`,
  ),
  '',
].join('\n');

/** Of each row one test of every group at least. */
const WANTED = [['property', 'simulation'], ['end to end']];
const complaints = [...found].flatMap(([row, tests]) =>
  LATER.includes(row)
    ? []
    : WANTED.flatMap((kinds) =>
        kinds.every((kind) => tests[kind].length === 0)
          ? [`row ${row} ${kinds.join(' or ')}: no test names it`]
          : [],
      ),
);
if (!check) writeFileSync(page, text);
else if (!existsSync(page) || readFileSync(page, 'utf8') !== text)
  complaints.push('docs/reference/rows.md is out of date: run node tools/rows.mjs');
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
