import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadActions } from './load-actions.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ado-actions-'));
  // Marked as a definition of any copy of the kit is; what is in it is not looked at here.
  writeFileSync(
    join(folder, 'kit.mjs'),
    "export const make = (name) => Object.defineProperty({ name }, Symbol.for('do-sdk.action-definition'), { value: true });",
  );
});
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
      /^throws-while-loading\.mjs: failed while loading: no database$/,
    ],
    ['throws no error', "throw 'nothing';", /failed while loading: nothing$/],
    ['does not parse', 'export const = ;', /failed while loading: /],
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

  it('that is not there, or is a folder, is refused by name', async () => {
    await expect(loadActions('absent.mjs', folder)).rejects.toThrow(
      /^absent\.mjs: there is no file .*absent\.mjs$/,
    );
    mkdirSync(join(folder, 'sub'));
    await expect(loadActions('sub', folder)).rejects.toMatchObject({ code: 'ACTION_MODULE_INVALID' });
  });
});
