/**
 * Builds docs/adr/README.md, the index of the decision records.
 * `node tools/adr-index.mjs` writes it; with `--check` it writes nothing and fails if the index is not up to date.
 * A record is docs/adr/NNNN-some-words.md, opens with "# NNNN: Title", and has a line "Status: …" and one "Date: …".
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const check = process.argv.includes('--check');
const given = process.argv.slice(2).find((word) => !word.startsWith('--'));
const folder = given ?? fileURLToPath(new URL('../docs/adr', import.meta.url));

function readRecord(file) {
  const text = readFileSync(join(folder, file), 'utf8');
  const [, number, title] = /^# (\d{4}): (.+)\n/.exec(text) ?? [];
  const [, status] = /^Status: (.+)$/m.exec(text) ?? [];
  const [, date] = /^Date: (\d{4}-\d\d-\d\d)$/m.exec(text) ?? [];
  if (number !== file.slice(0, 4)) throw new Error(`${file}: must open with "# ${file.slice(0, 4)}: Title"`);
  if (!status || !date) throw new Error(`${file}: needs a line "Status: …" and a line "Date: YYYY-MM-DD"`);
  return { file, number, title, status, date };
}

function indexOf(records) {
  const numbers = records.map(({ number }) => number);
  const twice = numbers.find((number, at) => numbers.indexOf(number) !== at);
  if (twice !== undefined) throw new Error(`two records have the number ${twice}`);
  const rows = records.map((r) => `| [${r.number}](${r.file}) | ${r.title} | ${r.status} | ${r.date} |`);
  return [
    '# Decision records',
    '',
    'Why things are as they are. A record is short and stays true: when a decision changes, its record is revised.',
    'This list is generated: `node tools/adr-index.mjs`.',
    '',
    '| | Decision | Status | Date |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function run() {
  const files = readdirSync(folder).filter((file) => /^\d{4}-.+\.md$/.test(file));
  const index = indexOf(files.sort().map(readRecord));
  const path = join(folder, 'README.md');
  if (!check) return writeFileSync(path, index);
  if (existsSync(path) && readFileSync(path, 'utf8') === index) return;
  throw new Error('docs/adr/README.md is out of date: run node tools/adr-index.mjs');
}

try {
  run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
