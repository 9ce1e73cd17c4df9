import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { until } from '@action-do/test-support';
import { foldersOfModules, followModules, writeIn } from '../testing/followed-modules.contract.js';
import { initialize, resolve } from './fresh-imports.hooks.js';

const folders = foldersOfModules();
afterAll(() => folders.remove());

let at = '';
beforeEach(() => {
  at = folders.anew();
});

const write = (name: string, text: string): void => writeIn(at, name, text);
const put = (name: string, text: string): void => writeFileSync(join(at, name), text);
/** Leads elsewhere from one moment to the next. */
const link = (name: string, to: string): void => {
  symlinkSync(join(at, to), join(at, '.link'));
  renameSync(join(at, '.link'), join(at, name));
};
const defining = (...names: string[]): string => `export default [${names.map((name) => `make(${name})`)}];`;
const following = (paths: string[], refuse?: Parameters<typeof followModules>[2]) =>
  followModules(at, paths, refuse);

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

  it('that share a file that is saved again while one of them loads never end on what it was', async () => {
    const words = (version: number) => `export const version = ${version};`;
    const using = (name: string, wait = '') =>
      `import { version } from './words.mjs';\n${wait}\nexport default make('${name}', version);`;
    write('words.mjs', words(1));
    write('a.mjs', using('a', 'await globalThis.atGate?.();'));
    write('b.mjs', using('b'));
    const { modules, says } = await following(['a.mjs', 'b.mjs']);
    const waiting: (() => void)[] = [];
    Object.assign(globalThis, { atGate: () => new Promise<void>((open) => waiting.push(open)) });
    write('words.mjs', words(2));
    await until('one is being loaded', () => waiting.length === 1);
    Object.assign(globalThis, { atGate: undefined });
    write('words.mjs', words(3));
    waiting[0]?.();
    await says('info reloaded a.mjs: a@3');
    await says('info reloaded b.mjs: b@3');
    await modules.stop();
  });

  it('never bring back what Node may have loaded while nobody had listed it', async () => {
    write('top.mjs', defining("'top'"));
    write('late.mjs', 'export const late = 1;');
    const { modules, says, renewed } = await following(['top.mjs']);
    write('top.mjs', "import './late.mjs';\nexport default make('top', 2);");
    await says('info reloaded top.mjs: top@2');
    expect(renewed).toEqual([['late.mjs', 'top.mjs']]);
    await modules.stop();
  });

  it('never bring back what is bound to the file that a link led to before', async () => {
    for (const version of [1, 2]) write(`v${version}.mjs`, `export const version = ${version};`);
    link('words.mjs', 'v1.mjs');
    write('mid.mjs', "export { version } from './words.mjs';");
    const top = "import { version } from './mid.mjs';\nexport default make('top', version);";
    write('top.mjs', top);
    write('other.mjs', "import { version } from './v2.mjs';\nexport default make('other', version);");
    const { modules, says } = await following(['top.mjs', 'other.mjs']);
    link('words.mjs', 'v2.mjs');
    write('top.mjs', `${top} // once more`);
    await says('info reloaded top.mjs: top@2');
    await modules.stop();
  });

  it('are loaded anew when a file is put in the place of one, as old and as long as that was', async () => {
    const putOld = (version: number): void => {
      put('words.mjs', `export const version = ${version};`);
      utimesSync(join(at, 'words.mjs'), 1, 1);
    };
    putOld(1);
    write('top.mjs', "import { version } from './words.mjs';\nexport default make('top', version);");
    const { modules, says } = await following(['top.mjs']);
    putOld(2);
    await says('info reloaded top.mjs: top@2');
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
    link('current.mjs', 'v1.mjs');
    await says('info reloaded current.mjs: linked@1');
    link('current.mjs', 'v2.mjs');
    await says('info reloaded current.mjs: linked@2');
    await modules.stop();
  });

  it('that are CommonJS, or import what is, are said to change with the next start', async () => {
    const once = (name: string): string => `
      module.exports = Object.defineProperty({ name: '${name}', version: 1, warnings: [] },
        Symbol.for('do-sdk.action-definition'), { value: true });`;
    put('once.cjs', once('once'));
    put('pay.cjs', once('pay'));
    write('index.mjs', "export { default } from './pay.cjs';");
    const { modules, says } = await following(['once.cjs', 'index.mjs']);
    expect(modules.troubles).toEqual([]);
    put('once.cjs', `${once('once')}\n`);
    await says(
      'error once.cjs: Node keeps once.cjs (CommonJS or JSON) as it was: it changes with the next start',
    );
    write('index.mjs', "export { default } from './pay.cjs'; // as it was");
    await says('info reloaded index.mjs: pay@1');
    put('pay.cjs', `${once('pay')}\n`);
    await says('error index.mjs: Node keeps pay.cjs (CommonJS or JSON) as it was: it changes');
    await modules.stop();
  });

  it('that import CommonJS which holds on to a file that changed are told so', async () => {
    write('words.mjs', 'export const version = 1;');
    put('rate.cjs', 'module.exports = 1;');
    put('mid.cjs', "module.exports = import('./words.mjs');");
    put('outer.cjs', "module.exports = require('./rate.cjs');");
    write('a.mjs', "import './mid.cjs';\nexport default make('a');");
    write('b.mjs', "import './outer.cjs';\nexport default make('b');");
    const { modules, says } = await following(['a.mjs', 'b.mjs']);
    write('words.mjs', 'export const version = 2;');
    await says(
      'error a.mjs: Node keeps mid.cjs (CommonJS or JSON) as it was: what it imports changes with the next start',
    );
    put('rate.cjs', 'module.exports = 22;');
    await says('error b.mjs: Node keeps rate.cjs (CommonJS or JSON) as it was: it changes');
    await modules.stop();
  });

  it('whose own code threw are taken once mended, also with CommonJS beside that nothing is wrong with', async () => {
    write('words.mjs', 'export const version = 1;');
    put('mid.cjs', "module.exports = import('./words.mjs');");
    write('top.mjs', "import './mid.cjs';\nthrow new Error('away');");
    write('fine.mjs', defining("'fine'"));
    const { modules, says } = await following(['top.mjs', 'fine.mjs']);
    write('top.mjs', "import './mid.cjs';\nexport default make('top');");
    await says('info reloaded top.mjs: top@1');
    await modules.stop();
  });
});

describe('a file that changed', () => {
  it('is loaded anew by whatever query it is asked for, and never twice as one version', async () => {
    const { port1, port2 } = new MessageChannel();
    initialize({ port: port2 });
    port1.postMessage([['file:///a/words.mjs', 3]]);
    await once(port1, 'message');
    port1.close();
    const context = { conditions: [], importAttributes: {}, importAssertions: {}, parentURL: undefined };
    const urlOf = async (url: string) => (await resolve(url, context, async () => ({ url }))).url;
    for (const [rest, becomes] of [
      ['', '?v=3'],
      ['?raw', '?raw&v=3'],
      ['#x', '?v=3#x'],
      ['?raw&v=3', '?raw&v=3'],
    ])
      expect(await urlOf(`file:///a/words.mjs${rest}`)).toBe(`file:///a/words.mjs${becomes}`);
    expect(await urlOf('file:///a/other.mjs?raw')).toBe('file:///a/other.mjs?raw');
  });
});
