import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesOf, touchedBy } from './imported-files.js';
import { loadActions } from './load-actions.js';

let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ado-actions-')));
  // Marked as a definition of any copy of the kit is; what is in it is not looked at here.
  writeFileSync(
    join(folder, 'kit.mjs'),
    "export const make = (name) => Object.defineProperty({ name }, Symbol.for('do-sdk.action-definition'), { value: true });",
  );
});
beforeAll(() => writeFileSync(join(folder, 'broken.mjs'), 'export const a = 1;\n\nexport const = 2;'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const load = (name: string, text: string) => {
  writeFileSync(join(folder, name), `import { make } from './kit.mjs';\n${text}`);
  return loadActions(name, folder);
};

describe('a module of actions', () => {
  it('gives what it exports by name, by default and in a list, each once', async () => {
    const found = await load(
      'good.mjs',
      "export const a = make('a'); export default a; export const list = [make('b'), a, 7, null]; export const other = { x: 1 };",
    );
    expect(found.map(({ name }) => name).sort()).toEqual(['a', 'b']);
  });

  it.each<[string, string, RegExp]>([
    [
      'throws while loading',
      "throw new Error('no database');",
      /^throws-while-loading\.mjs: failed while loading at .*throws-while-loading\.mjs:2:\d+: no database$/,
    ],
    ['throws no error', "throw 'nothing';", /failed while loading: nothing$/],
    [
      'does not parse',
      'export const = ;',
      /failed while loading at .*does-not-parse\.mjs:2: Unexpected token '='$/,
    ],
    [
      'imports what does not parse',
      "import './broken.mjs';",
      /failed while loading at .*broken\.mjs:3: Unexpected token/,
    ],
    [
      'a compiler refuses',
      "throw new Error('  x Expression expected\\n   ,-[/a/b.ts:3:7]\\n 1 | const a = ;\\n   `----\\n');",
      /failed while loading at .*a-compiler-refuses\.mjs:2:\d+: Expression expected$/,
    ],
    ['imports what is not there', "import './absent.mjs';", /failed while loading: .*absent/],
    ['exports nothing', '', /exports no action; write `export default defineAction/],
    ['exports other things', "export const a = 7; export default { name: 'a' };", /exports no action/],
  ])('that %s is refused by name', async (what, text, message) => {
    const loading = load(`${what.replaceAll(' ', '-')}.mjs`, text);
    await expect(loading).rejects.toMatchObject({
      code: 'ACTION_MODULE_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('is placed where it failed whatever signs are in the names of its folders, as Node names them and in plain', async () => {
    const odd = join(folder, '100%', 'a#b');
    mkdirSync(odd, { recursive: true });
    const file = join(odd, 'odd.mjs');
    writeFileSync(file, '');
    for (const place of [file, pathToFileURL(file).href, `${pathToFileURL(file).href}?v=4`]) {
      const fail = loadActions(file, folder, async () => {
        throw Object.assign(new Error('away'), { stack: `Error: away\n    at f (${place}:3:7)` });
      });
      await expect(fail).rejects.toThrow(/failed while loading at \S*100%\/a#b\/odd\.mjs:3:7: away$/);
    }
  });

  it('that is not there, or is a folder, is refused by name', async () => {
    await expect(loadActions('absent.mjs', folder)).rejects.toThrow(
      /^absent\.mjs: there is no file .*absent\.mjs$/,
    );
    mkdirSync(join(folder, 'sub'));
    await expect(loadActions('sub', folder)).rejects.toMatchObject({ code: 'ACTION_MODULE_INVALID' });
  });
});

describe('the files of a module', () => {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const names = (files: Iterable<string>) => [...files].map((file) => basename(file)).sort();

  it('are all that it imports by relative paths, in whatever form, round in circles, and no packages', () => {
    write('one.mjs', "import x from 'zod';\nimport './two.mjs';\nexport * from \"./three.mjs\";");
    write('two.mjs', "const later = () => import('./four.mjs');\nimport { a } from './none.mjs';");
    write('three.mjs', "import './one.mjs';");
    write('four.mjs', '');
    const graph = filesOf(join(folder, 'one.mjs'));
    expect(names(graph.keys())).toEqual(['four.mjs', 'none.mjs', 'one.mjs', 'three.mjs', 'two.mjs']);
    const touched = touchedBy(new Set([join(folder, 'four.mjs')]), graph);
    expect(names(touched)).toEqual(['four.mjs', 'one.mjs', 'three.mjs', 'two.mjs']);
  });

  it('are also those in backticks, those behind a comment, and those of CommonJS, with the ends that it leaves out', () => {
    write(
      'e.mjs',
      `const later = () => [import(\`./f.mjs\`), import(/* later */ "./late.mjs"), import(\`./\${f}.mjs\`)];`,
    );
    write('f.mjs', "import rate from './g.cjs';");
    write('g.cjs', "module.exports = [require('./h'), require('./i'), require('./folder')];");
    mkdirSync(join(folder, 'folder'));
    for (const name of ['late.mjs', 'h.js', 'i.json', 'folder/index.js']) write(name, '');
    expect(names(filesOf(join(folder, 'e.mjs')).keys())).toEqual([
      'e.mjs',
      'f.mjs',
      'g.cjs',
      'h.js',
      'i.json',
      'index.js',
      'late.mjs',
    ]);
  });

  it('of TypeScript are those that the names with .js will be made of', () => {
    write('a.ts', "import { b } from './b.js';");
    write('b.ts', '');
    expect(names(filesOf(join(folder, 'a.ts')).keys())).toEqual(['a.ts', 'b.ts']);
    // Which of them is meant depends on what compiles.
    write('b.js', '');
    expect(names(filesOf(join(folder, 'a.ts')).keys())).toEqual(['a.ts', 'b.js', 'b.ts']);
  });
});
