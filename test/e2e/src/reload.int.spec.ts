import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, until } from '@action-do/test-support';
import { OnePlatform } from './one-platform.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = temporaryFolder('action-do-reload');
const MODULES = ['greet.ts', 'wait.mjs', 'all.mjs', 'slow.mjs', 'quick.mjs'].map((name) =>
  join(folder.path, name),
);
const one = new OnePlatform({ DO_ACTIONS: MODULES.join(','), DO_LOG_LEVEL: 'info' });
afterAll(async () => {
  await one.end();
  folder.remove();
});

/** As most editors do: beside, and then in its place. */
const write = (name: string, text: string): void => {
  writeFileSync(join(folder.path, `${name}~`), text);
  renameSync(join(folder.path, `${name}~`), join(folder.path, name));
};

const HEAD = "import { defineAction } from '@do-sdk/actions';\nimport { z } from 'zod';\n";
const greet = (version: number, params = 'name: z.string()') => `${HEAD}import { greeting } from './words.js';
const run = ({ name }: { name: string }): string => \`\${greeting}, \${name} (\${${version}})\`;
export default defineAction({ name: 'greet', version: ${version}, effects: 'none', params: z.object({ ${params} }), result: z.string(), run });
`;
/** Says what it began with, once the file that it is told is there. */
const wait = (word: string) => `${HEAD}import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
export default defineAction({
  name: 'wait', effects: 'idempotent', params: z.object({ id: z.string(), until: z.string() }), result: z.string(),
  run: async ({ until }) => { writeFileSync(until + '.begun', ''); while (!existsSync(until)) await setTimeout(20); return '${word}'; },
});
`;

/** Only gathers what another file defines, which takes its word from a third. */
const ALL = "import bye from './bye.mjs';\nexport default [bye];\n";
const bye = (head: string, word: string) => `${HEAD}${head}
export default defineAction({ name: 'bye', effects: 'none', params: z.object({ id: z.string() }), result: z.string(), run: () => ${word} });
`;
const WORD = `import { readFileSync } from 'node:fs';
export const { word } = JSON.parse(readFileSync(new URL('word.json', import.meta.url), 'utf8'));
`;
const WITH_WORD = bye(
  "import { word } from './word.mjs';\nimport tariff from './tariff.cjs';",
  'word + tariff.rate',
);

/** Two that take their word from one file; one of them is loaded for as long as there is a file named hold. */
const sharing = (name: string, wait = '') => `${HEAD}import { word } from './shared.mjs';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
${wait}
export default defineAction({ name: '${name}', effects: 'none', params: z.object({ id: z.string() }), result: z.string(), run: () => word });
`;
const WHILE_HELD = `while (existsSync(new URL('hold', import.meta.url))) {
  writeFileSync(new URL('held', import.meta.url), '');
  await setTimeout(20);
}`;

const said = (line: RegExp) => until(`${line} is logged`, () => line.test(one.platform.stderr()));
const greeting = async (name: string) => {
  const { body } = await one.caller.execute('greet', { name });
  return body.result ?? body.code;
};

describe('a module of actions of a running platform', () => {
  beforeAll(async () => {
    mkdirSync(join(folder.path, 'node_modules'));
    for (const name of ['@do-sdk', 'zod'])
      symlinkSync(join(root, 'node_modules', name), join(folder.path, 'node_modules', name));
    write('words.ts', "export const greeting: string = 'Hello';\n");
    write('greet.ts', greet(1));
    write('wait.mjs', 'export default ;');
    write('word.json', '{');
    write('word.mjs', WORD);
    write('tariff.cjs', 'module.exports = { rate: 1 };\n');
    write('bye.mjs', WITH_WORD);
    write('all.mjs', ALL);
    write('shared.mjs', "export const word = 'first';\n");
    write('slow.mjs', sharing('slow', WHILE_HELD));
    write('quick.mjs', sharing('quick'));
    await one.start();
  }, 60_000);

  it('that does not parse leaves the others running, is told with its place, and is taken up once mended', async () => {
    expect(one.platform.stdout()).toMatch(
      /LEFT OUT {2}\S+wait\.mjs: failed while loading at .*wait\.mjs:1: /,
    );
    expect(await greeting('Ada')).toBe('Hello, Ada (1)');
    write('wait.mjs', wait('first'));
    await said(/reloaded \S+wait\.mjs: wait@1/);
    const there = join(folder.path, 'wait.mjs');
    expect((await one.caller.execute('wait', { id: 'a', until: there })).body.result).toBe('first');
  });

  it('takes effect when a file changes that it imports, in TypeScript, too', async () => {
    write('words.ts', "export const greeting: string = 'Good day';\n");
    await said(/reloaded \S+greet\.ts: greet@1/);
    expect(await greeting('Bo')).toBe('Good day, Bo (1)');
  });

  it('that is broken goes on as it was, with the place of what is wrong in the log', async () => {
    write('words.ts', 'export const greeting: string = ;\n');
    await said(
      /greet\.ts: failed while loading at \S*words\.ts:1:\d+: Expression expected; what it defined goes on: greet@1/,
    );
    expect(await greeting('Cy')).toBe('Good day, Cy (1)');
    write('words.ts', "export const greeting: string = 'Good night';\n");
    await until('it is mended', async () => (await greeting('Di')) === 'Good night, Di (1)');
  });

  it('whose contract would break callers is refused with the path, and what stood goes on', async () => {
    write('greet.ts', greet(1, 'name: z.string(), title: z.string()'));
    await said(/greet\.ts: .*greet version 1 .*params\.properties\.title.*what it defined goes on: greet@1/);
    expect(await greeting('Fay')).toBe('Good night, Fay (1)');
    write('greet.ts', greet(1).replace("name: 'greet'", "name: 'greet', attemptTimeoutMs: 3_000"));
    await said(/params\.properties\.title[\s\S]*reloaded \S+greet\.ts: greet@1/);
  });

  it('may raise its version: calls without one mean the new, and an attempt under way ends with the code it began with', async () => {
    const go = join(folder.path, 'go');
    const under = one.caller.execute('wait', { id: 'b', until: go });
    await until('it has begun', () => existsSync(`${go}.begun`));
    write('wait.mjs', wait('second'));
    write('greet.ts', greet(2));
    await said(/reloaded \S+greet\.ts: greet@2; no longer in it: greet@1/);
    await said(/reloaded \S+wait\.mjs: wait@1[\s\S]*reloaded \S+wait\.mjs: wait@1/);
    expect(await greeting('Ed')).toBe('Good night, Ed (2)');
    const anew = one.caller.execute('wait', { id: 'c', until: go });
    writeFileSync(go, '');
    expect([(await under).body.result, (await anew).body.result]).toEqual(['first', 'second']);
  });

  it('whose code threw what Node throws, too, is taken up once mended, and never with a file as it was', async () => {
    const word = async (id: string) => (await one.caller.execute('bye', { id })).body.result;
    expect(one.platform.stdout()).toMatch(
      /LEFT OUT {2}\S+all\.mjs: failed while loading at \S*word\.mjs:2:\d+: /,
    );
    // It is not what threw that changes.
    write('word.json', '{"word":"farewell"}');
    write('all.mjs', `${ALL}// once more`);
    await said(/reloaded \S+all\.mjs: bye@1/);
    expect(await word('a')).toBe('farewell1');
    write('bye.mjs', bye('', "'none'"));
    await until('it is without a word', async () => (await word('b')) === 'none');
    write('word.mjs', "export const word = 'so long';\n");
    write('bye.mjs', WITH_WORD);
    await until('it has the new one', async () => (await word('c')) === 'so long1');
  });

  it('that shares a file which is saved again while another one loads has it as it is in the end', async () => {
    const words = async (id: string) =>
      Promise.all(
        ['slow', 'quick'].map(async (name) => (await one.caller.execute(name, { id })).body.result),
      );
    write('hold', '');
    write('shared.mjs', "export const word = 'second';\n");
    await until('the first is being loaded', () => existsSync(join(folder.path, 'held')));
    write('shared.mjs', "export const word = 'third';\n");
    rmSync(join(folder.path, 'hold'));
    let tries = 0;
    await until('both have it', async () => (await words(`t${++tries}`)).join() === 'third,third');
  });

  it('that only gathers others is reloaded, and told where a file of them is CommonJS, which Node keeps', async () => {
    const reloads = () => one.platform.stderr().split(/reloaded \S+all\.mjs: bye@1/).length;
    const before = reloads();
    write('all.mjs', `${ALL}// as it was`);
    await until('it is reloaded', () => reloads() > before);
    write('tariff.cjs', 'module.exports = { rate: 2 };\n');
    await said(
      /all\.mjs: Node keeps tariff\.cjs \(CommonJS or JSON\) as it was: it changes with the next start[^"]*it defined goes on: bye@1/,
    );
  });
});
