import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DefinitionsRefused } from '@action-do/executor';
import { temporaryFolder, until } from '@action-do/test-support';
import type { ActionDefinition } from '@do-sdk/actions';
import { ActionModules } from './action-modules.js';

const folder = temporaryFolder('action-do-modules');
afterAll(() => folder.remove());

/** Looks again at once; what would take half a minute never comes. */
const clock = {
  nowMs: () => Date.now(),
  after: (ms: number, callback: () => void) => {
    const timer = ms < 30_000 ? setTimeout(callback, 1) : undefined;
    return () => clearTimeout(timer);
  },
};

let at = '';
let count = 0;
beforeEach(() => {
  at = join(folder.path, String(++count));
  mkdirSync(at);
  // Marked as a definition of any copy of the kit is.
  writeFileSync(
    join(at, 'kit.mjs'),
    `export const make = (name, version = 1, more = {}) =>
       Object.defineProperty({ name, version, warnings: [], ...more }, Symbol.for('do-sdk.action-definition'), { value: true });`,
  );
});

/** As most editors do: beside, and then in its place. */
const write = (name: string, text: string): void => {
  writeFileSync(join(at, `.${name}.new`), `import { make } from './kit.mjs';\n${text}`);
  renameSync(join(at, `.${name}.new`), join(at, name));
};
const defining = (...names: string[]): string => `export default [${names.map((name) => `make(${name})`)}];`;

/** Modules that are followed, with all that they did told. */
async function following(
  paths: string[],
  refuse: (module: string, names: string[]) => string | Error | undefined = () => undefined,
) {
  const lines: string[] = [];
  const renewed: string[][] = [];
  const taken = new Map<string, string[]>();
  const log = (level: string) => (_fields: unknown, message?: string) =>
    void lines.push(`${level} ${message}`);
  const modules = new ActionModules({
    paths,
    from: at,
    clock,
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    take: async (module, definitions) => {
      const names = definitions.map(({ name, version }: ActionDefinition) => `${name}@${version}`);
      const why = refuse(module, names);
      if (why !== undefined) throw why instanceof Error ? why : new DefinitionsRefused(why);
      taken.set(module, names);
    },
    renew: async (files) => void renewed.push([...files].map((file) => basename(file)).sort()),
    // jest keeps what it read of a file, so here each version is a file of its own. How Node does it the e2e spec sees.
    importModule: (file, version) => {
      const copy = file.replace(/\.mjs$/, `.v${version}.mjs`);
      if (copy !== file) copyFileSync(file, copy);
      return import(copy);
    },
    isCommonJs: (file) => file.endsWith('.cjs'),
  });
  await modules.load();
  modules.follow();
  const says = (what: string | RegExp) =>
    until(`${what} is said`, () =>
      lines.some((line) => (typeof what === 'string' ? line.includes(what) : what.test(line))),
    );
  return { modules, lines, renewed, taken, says };
}

describe('the modules of DO_ACTIONS', () => {
  it('are loaded, all but one that is wrong, of which is told what is wrong', async () => {
    write('good.mjs', defining("'pay'"));
    write('bad.mjs', "throw new Error('no database');");
    const { modules, lines } = await following(['bad.mjs', 'good.mjs']);
    expect(modules.definitions.map(({ name }) => name)).toEqual(['pay']);
    expect(modules.troubles).toEqual([{ module: 'bad.mjs', why: 'failed while loading: no database' }]);
    expect(lines).toEqual(['error bad.mjs: failed while loading: no database']);
    await modules.stop();
  });

  it('are loaded anew when they change, and what they define is taken with what they leave out', async () => {
    write('mine.mjs', defining("'pay'", "'mail'"));
    const { modules, says, taken } = await following(['mine.mjs']);
    write('mine.mjs', defining("'pay', 2", "'mail'"));
    await says('info reloaded mine.mjs: pay@2, mail@1; no longer in it: pay@1');
    expect(taken.get('mine.mjs')).toEqual(['pay@2', 'mail@1']);
    await modules.stop();
    expect(modules.troubles).toEqual([]);
  });

  it('that break leave what they defined, and all others; mending them takes effect', async () => {
    write('a.mjs', defining("'a'"));
    write('b.mjs', defining("'b'"));
    const { modules, says, taken } = await following(['a.mjs', 'b.mjs']);
    write('a.mjs', 'export default [;');
    await says(/^error a\.mjs: failed while loading at .*: .*; what it defined goes on: a@1$/);
    write('b.mjs', defining("'b', 2"));
    await says('info reloaded b.mjs: b@2');
    expect(modules.definitions.map(({ name }) => name)).toEqual(['a', 'b']);
    write('a.mjs', 'export const nothing = 1;');
    await says('error a.mjs: exports no action');
    rmSync(join(at, 'a.mjs'));
    await says('error a.mjs: there is no file');
    write('a.mjs', defining("'a', 3"));
    await says('info reloaded a.mjs: a@3');
    expect([taken.get('a.mjs'), modules.troubles]).toEqual([['a@3'], []]);
    await modules.stop();
  });

  it('are loaded anew when a file changes that they import, and with it no file that did not', async () => {
    write('deep.mjs', 'export const name = "first";');
    write('pool.mjs', 'export const pool = {};');
    write('mid.mjs', "export { name } from './deep.mjs';");
    write('top.mjs', "import './pool.mjs';\nimport { name } from './mid.mjs';\nexport default make(name);");
    write('other.mjs', defining("'other'"));
    const { modules, says, renewed } = await following(['top.mjs', 'other.mjs']);
    write('deep.mjs', 'export const name = "second";');
    await says('info reloaded top.mjs');
    expect(renewed).toEqual([['deep.mjs', 'mid.mjs', 'top.mjs']]);
    await modules.stop();
  });

  it('that only gather what others define are loaded anew, also where that is what it was', async () => {
    for (const name of ['pay', 'mail']) write(`${name}.mjs`, `export default make('${name}');`);
    const gather = (...names: string[]): string =>
      `${names.map((name) => `import ${name} from './${name}.mjs';`).join('\n')}\nexport default [${names.join()}];`;
    write('index.mjs', gather('pay', 'mail'));
    const { modules, says, renewed } = await following(['index.mjs']);
    write('index.mjs', `${gather('pay', 'mail')} // as it was`);
    await says('info reloaded index.mjs: pay@1, mail@1');
    write('index.mjs', gather('pay'));
    await says('info reloaded index.mjs: pay@1; no longer in it: mail@1');
    expect([renewed, modules.troubles]).toEqual([[['index.mjs'], ['index.mjs']], []]);
    await modules.stop();
  });

  it('never bring back a file as it was before it changed while they did not import it', async () => {
    write('words.mjs', "export const word = 'first';");
    write('mid.mjs', "export { word } from './words.mjs';");
    const top = (version: number, rest = '') => `${rest}\nexport default make('top', ${version});`;
    write('top.mjs', top(1, "import './mid.mjs';"));
    const { modules, says, renewed } = await following(['top.mjs']);
    write('top.mjs', top(2));
    await says('info reloaded top.mjs: top@2');
    write('words.mjs', "export const word = 'second';");
    write('top.mjs', top(3, "import './mid.mjs';"));
    await says('info reloaded top.mjs: top@3');
    expect(renewed.at(-1)).toEqual(['mid.mjs', 'top.mjs', 'words.mjs']);
    rmSync(join(at, 'top.mjs'));
    await says('error top.mjs: there is no file');
    write('words.mjs', "export const word = 'third';");
    write('top.mjs', top(4, "import './mid.mjs';"));
    await says('info reloaded top.mjs: top@4');
    expect(renewed.at(-1)).toEqual(['mid.mjs', 'top.mjs', 'words.mjs']);
    await modules.stop();
  });

  it('never bring back what is bound to a file as it was before others had it loaded anew', async () => {
    write('words.mjs', "export const word = 'first';");
    write('mid.mjs', "export { word } from './words.mjs';");
    write('a.mjs', "import './mid.mjs';\nexport default make('a');");
    write('b.mjs', "import './words.mjs';\nexport default make('b');");
    const { modules, says, renewed } = await following(['a.mjs', 'b.mjs']);
    write('a.mjs', "export default make('a', 2);");
    await says('info reloaded a.mjs: a@2');
    write('words.mjs', "export const word = 'second';");
    await says('info reloaded b.mjs: b@1');
    write('a.mjs', "import './mid.mjs';\nexport default make('a', 3);");
    await says('info reloaded a.mjs: a@3');
    expect(renewed).toEqual([['a.mjs'], ['b.mjs', 'words.mjs'], ['a.mjs', 'mid.mjs']]);
    await modules.stop();
  });

  it.each([
    ['threw', "throw new Error('away');"],
    ['threw what Node throws, too', "JSON.parse('{');"],
  ])(
    'whose code %s are loaded anew with all that was never loaded well: Node remembers what threw',
    async (_, text) => {
      write('config.mjs', text);
      write('top.mjs', "import './config.mjs';\nexport default make('top');");
      write('fine.mjs', defining("'fine'"));
      const { modules, renewed } = await following(['top.mjs', 'fine.mjs']);
      write('top.mjs', "import './config.mjs';\nexport default make('top', 2);");
      await until('it is loaded anew', () => renewed.length === 1);
      expect(renewed[0]).toEqual(['config.mjs', 'top.mjs']);
      await modules.stop();
    },
  );

  it('whose own text does not parse leave what they import as it is: that keeps its state', async () => {
    write('pool.mjs', 'export const pool = {};');
    const top = (version: number) => `import './pool.mjs';\nexport default make('top', ${version});`;
    write('top.mjs', top(1));
    const { modules, says, renewed } = await following(['top.mjs']);
    write('top.mjs', 'export default [;');
    await says('error top.mjs: failed while loading');
    write('top.mjs', top(2));
    await says('info reloaded top.mjs: top@2');
    expect(renewed).toEqual([['top.mjs'], ['top.mjs']]);
    await modules.stop();
  });

  it('whose contracts could not be recorded are taken as soon as they can be, once told', async () => {
    write('a.mjs', defining("'a'"));
    let tries = 0;
    const { modules, says, lines } = await following(['a.mjs'], (_, [name]) =>
      name === 'a@2' && ++tries < 4 ? new Error('no log') : undefined,
    );
    write('a.mjs', defining("'a', 2"));
    await says('info reloaded a.mjs: a@2');
    expect(lines).toEqual([
      'error a.mjs: its contracts could not be recorded: no log; what it defined goes on: a@1',
      'info reloaded a.mjs: a@2; no longer in it: a@1',
    ]);
    await modules.stop();
  });

  it('with more files than are looked at are told so, once', async () => {
    const imports = Array.from({ length: 1_001 }, (_, at) => `// import './none${at}.mjs'\n`).join('');
    write('many.mjs', `${imports}${defining("'many'")}`);
    const { modules, says, lines } = await following(['many.mjs']);
    write('many.mjs', `${imports}${defining("'many', 2")}`);
    await says('info reloaded many.mjs: many@2');
    expect(lines).toEqual([
      'warn many.mjs imports 1000 files or more: no further ones are looked at, and a change in them is not taken up',
      'info reloaded many.mjs: many@2; no longer in it: many@1',
    ]);
    await modules.stop();
  });

  it('that are refused leave what they defined, and are taken as soon as others have made way', async () => {
    write('a.mjs', defining("'pay'"));
    write('b.mjs', defining("'b'"));
    const owner = new Map<string, string>();
    const { modules, says, taken } = await following(['b.mjs', 'a.mjs'], (module, names) => {
      const twice = names.find((name) => owner.has(name) && owner.get(name) !== module);
      if (twice !== undefined) return `${twice} is defined twice`;
      for (const [name, by] of owner) if (by === module) owner.delete(name);
      for (const name of names) owner.set(name, module);
      return undefined;
    });
    write('b.mjs', defining("'pay'"));
    await says('error b.mjs: pay@1 is defined twice; what it defined goes on: b@1');
    expect(modules.troubles).toEqual([{ module: 'b.mjs', why: 'pay@1 is defined twice' }]);
    write('a.mjs', defining("'bill'"));
    await says('info reloaded b.mjs: pay@1');
    expect([taken.get('a.mjs'), taken.get('b.mjs')]).toEqual([['bill@1'], ['pay@1']]);
    await modules.stop();
  });

  it('that are there later are taken then, also where a link leads to them', async () => {
    mkdirSync(join(at, 'releases'));
    const { modules, says } = await following(['late.mjs', 'current.mjs']);
    write('late.mjs', defining("'late'"));
    await says('info reloaded late.mjs: late@1');
    for (const version of [1, 2]) write(`v${version}.mjs`, defining(`'linked', ${version}`));
    const link = (version: number): void => {
      symlinkSync(join(at, `v${version}.mjs`), join(at, '.link'));
      renameSync(join(at, '.link'), join(at, 'current.mjs'));
    };
    link(1);
    await says('info reloaded current.mjs: linked@1');
    link(2);
    await says('info reloaded current.mjs: linked@2');
    await modules.stop();
  });

  it('that are CommonJS, or import what is, are said to change with the next start', async () => {
    const once = (name: string): string => `
      module.exports = Object.defineProperty({ name: '${name}', version: 1, warnings: [] },
        Symbol.for('do-sdk.action-definition'), { value: true });`;
    const put = (name: string, text: string): void => writeFileSync(join(at, name), text);
    put('once.cjs', once('once'));
    put('pay.cjs', once('pay'));
    write('index.mjs', "export { default } from './pay.cjs';");
    const { modules, says } = await following(['once.cjs', 'index.mjs']);
    expect(modules.troubles).toEqual([]);
    put('once.cjs', `${once('once')}\n`);
    await says(
      'error once.cjs: once.cjs is CommonJS, of which Node loads a file once: it changes with the next',
    );
    write('index.mjs', "export { default } from './pay.cjs'; // as it was");
    await says('info reloaded index.mjs: pay@1');
    put('pay.cjs', `${once('pay')}\n`);
    await says('error index.mjs: pay.cjs is CommonJS');
    await modules.stop();
  });
});
