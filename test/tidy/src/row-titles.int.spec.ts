import { spawnSync } from 'node:child_process';
import { root } from './repository.js';

/** What `node tools/rows.mjs` finds in a source. */
function titlesIn(...lines: string[]): unknown {
  const script = `import { titlesIn } from ${JSON.stringify(`file://${root}tools/rows/titles.mjs`)};
console.log(JSON.stringify(titlesIn(process.argv[1])));`;
  const words = ['--input-type=module', '-e', script, lines.join('\n')];
  return JSON.parse(spawnSync(process.execPath, words, { encoding: 'utf8' }).stdout);
}

it('of a suite that names a row each test is listed, behind its title', () => {
  const found = titlesIn(
    "describe('a call (row 7)', () => {",
    "  it('waits', () => {",
    '  });',
    '  it.each([',
    '    [1],',
    "  ])('is told %s', () => {",
    '  });',
    '});',
    "it('is refused (row 8)', () => {",
    '});',
  );
  expect(found).toEqual([
    { title: 'a call (row 7): waits', rows: ['7'] },
    { title: 'a call (row 7): is told %s', rows: ['7'] },
    { title: 'is refused (row 8)', rows: ['8'] },
  ]);
});

it.each([
  [
    'a suite that is skipped',
    [`describe.${'skip'}('row 8', () => {`, "  it('is refused', () => {", '  });', '});'],
  ],
  ['a test that is skipped', [`it.${'skip'}('is refused (row 8)', () => {`, '});']],
  ['one that is yet to be written', [`it.${'todo'}('is refused (row 8)');`]],
  ['a comment', ["// it('is refused (row 8)', () => {"]],
  ['a suite without a test', ["describe('row 8', () => {", '});']],
])('%s tests no row', (_name, lines) => {
  expect(titlesIn(...lines)).toEqual([]);
});
