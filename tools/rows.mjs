/**
 * Builds docs/reference/rows.md: each row of the idempotency table, and the tests whose titles name it (`row 7`,
 * `rows 2, 21`, `rows 1 to 8`).
 * `node tools/rows.mjs` writes it; with `--check` it writes nothing, and fails if the page is not up to date or a row has
 * no test of a kind that it must have.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KNOWN_MISSING, LATER, RULES } from './rows/rules.mjs';
import { titlesIn } from './rows/titles.mjs';

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

const found = new Map(Object.keys(RULES).map((row) => [row, { unit: [], 'end to end': [] }]));
for (const file of files)
  for (const { title, rows } of titlesIn(readFileSync(join(root, file), 'utf8')))
    for (const row of rows) {
      const tests = found.get(row);
      if (tests === undefined) throw new Error(`${file} names a row ${row} that the table has not: ${title}`);
      tests[END_TO_END.test(file) ? 'end to end' : 'unit'].push({ file, title });
    }

const cell = (tests) =>
  tests.map(({ file, title }) => `${title.replaceAll('|', '\\|')} (\`${file}\`)`).join('<br>') || '–';
const text = [
  '# Row by row: what tests it',
  '',
  'The rows of the idempotency table, and for each the tests that have its number in their titles: of units and in simulation,',
  'and end to end, against the platform as users start it. This page is generated: `node tools/rows.mjs`.',
  '',
  '| row | rule | units and simulation | end to end |',
  '| --- | --- | --- | --- |',
  ...[...found].map(
    ([row, tests]) => `| ${row} | ${RULES[row]} | ${cell(tests.unit)} | ${cell(tests['end to end'])} |`,
  ),
  '',
].join('\n');

const missing = [...found].flatMap(([row, tests]) =>
  LATER.includes(row)
    ? []
    : Object.keys(tests).flatMap((kind) => (tests[kind].length === 0 ? [`${row} ${kind}`] : [])),
);
const complaints = [
  ...missing.filter((name) => !KNOWN_MISSING.includes(name)).map((name) => `row ${name}: no test names it`),
  ...KNOWN_MISSING.filter((name) => !missing.includes(name)).map(
    (name) => `row ${name} has a test now: take it out of KNOWN_MISSING in tools/rows/rules.mjs`,
  ),
];
if (!check) writeFileSync(page, text);
else if (!existsSync(page) || readFileSync(page, 'utf8') !== text)
  complaints.push('docs/reference/rows.md is out of date: run node tools/rows.mjs');
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
