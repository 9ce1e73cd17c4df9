import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder, WELCOME_EMAIL_ACTION } from '@action-do/test-support';
import { examplesIn, type MarkedExample, outputWith, patternOf } from './markdown-examples.js';
import { OnePlatform } from './one-platform.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const examples = examplesIn(readme);
const folder = temporaryFolder('action-do-readme');
const one = new OnePlatform({ DO_ACTIONS: WELCOME_EMAIL_ACTION });
afterAll(async () => {
  await one.end();
  folder.remove();
});

function example(kind: MarkedExample['kind'], name: string): MarkedExample {
  const found = examples.find((given) => given.kind === kind && given.name === name);
  if (found === undefined) throw new Error(`README.md has no ${kind} ${name}`);
  return found;
}

/** Runs JavaScript as a reader would, in a folder where the packages are installed. */
async function run(code: string): Promise<string> {
  const file = join(folder.path, 'example.mjs');
  writeFileSync(file, code);
  const env = { PATH: process.env['PATH'], DO_API_KEY: one.platform.apiKey, DO_BASE_URL: one.platform.url };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env, timeout: 30_000 });
  return stdout;
}

describe('what README.md shows', () => {
  beforeAll(async () => {
    mkdirSync(join(folder.path, 'node_modules'));
    for (const name of ['@do-sdk', 'zod'])
      symlinkSync(join(root, 'node_modules', name), join(folder.path, 'node_modules', name));
    await one.start();
  }, 60_000);

  it('as the end of npm start is what npm start prints', () => {
    expect(one.platform.stdout()).toMatch(patternOf(outputWith(readme, 'action.do ready')));
  });

  it('as the example prints what stands behind it, and replayed: true ever after, with one mail in the drop', async () => {
    const { code, output = '' } = example('test', 'execute');
    expect(await run(code)).toMatch(patternOf(output));
    const repeats = [await run(code), await run(code)];
    for (const repeat of repeats)
      expect(repeat).toMatch(patternOf(output.replace('replayed: false', 'replayed: true')));
    expect(readdirSync(join(one.dataDir, 'mail')).filter((name) => name.endsWith('.eml'))).toHaveLength(1);
  }, 60_000);

  it("as an action of one's own can be loaded and executed", async () => {
    const { name, code } = example('file', 'my-actions.ts');
    const file = join(folder.path, name);
    writeFileSync(file, code);
    await one.platform.stop();
    await one.start({ DO_ACTIONS: file });
    const taken = await one.caller.execute('reserve-seat', { seat: '7', guest: 'ada' });
    expect(taken.body.result).toEqual({ reservation: expect.stringMatching(/^7-ada-[0-9a-f]{8}$/) });
    const again = await one.caller.execute('reserve-seat', { seat: '7', guest: 'ada' });
    expect(again.body.execution?.replayed).toBe(true);
    const none = await one.caller.execute('reserve-seat', { seat: '13', guest: 'ada' });
    expect(none.body).toMatchObject({
      code: 'ACTION_FAILED',
      effect: 'none',
      cause: { code: 'NO_SUCH_SEAT' },
    });
  }, 60_000);

  it('and marks is tried here: nothing that is marked is left out', () => {
    expect(examples.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'test execute',
      'file my-actions.ts',
    ]);
  });
});
