import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder, until, WELCOME_EMAIL_ACTION } from '@action-do/test-support';
import { examplesIn, patternOf } from './markdown-examples.js';
import { onePlatform } from './one-platform.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const examples = examplesIn(readFileSync(join(root, 'docs/reference/api-documents.md'), 'utf8'));
const example = (name: string) => {
  const found = examples.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the page has no ${name}`);
  return found;
};

const one = onePlatform({ DO_ACTIONS: WELCOME_EMAIL_ACTION });

describe('a client that is generated from the OpenAPI document', () => {
  const folder = temporaryFolder('action-do-generated');
  afterAll(() => folder.remove());

  /** A folder in which the reader has installed what the page tells. */
  beforeAll(() => {
    const installed = join(folder.path, 'node_modules');
    mkdirSync(installed);
    for (const name of ['openapi-typescript', 'typescript', '.bin'])
      symlinkSync(join(root, 'test/generated-client/node_modules', name), join(installed, name));
    for (const name of ['openapi-fetch', '@types'])
      symlinkSync(join(root, 'node_modules', name), join(installed, name));
    writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder.path, 'call.ts'), example('call.ts').code);
  });

  const sh = async (code: string) => {
    const env = {
      PATH: process.env['PATH'],
      HOME: folder.path,
      DO_API_KEY: one.platform.apiKey,
      DO_BASE_URL: one.platform.url,
    };
    const { stdout } = await promisify(execFile)('sh', ['-ec', code], { cwd: folder.path, env });
    return stdout;
  };
  const document = async () => {
    const headers = { authorization: `Bearer ${one.platform.apiKey}` };
    return (await fetch(`${one.platform.url}/v1/openapi.json`, { headers })).text();
  };

  it('executes an action, by the commands of the page', async () => {
    await until('the action is listed', async () => (await document()).includes('executeSendWelcomeEmail'));
    await sh(example('generate').code);
    const { code, output = '' } = example('run');
    expect(await sh(code)).toMatch(patternOf(output));
  }, 120_000);

  const WRONG: [what: string, right: string, wrong: string][] = [
    ['a param of another type', "userId: 'usr_1'", 'userId: 1'],
    ['no param at all', "userId: 'usr_1'", ''],
    ['another name', 'send-welcome-email', 'send-welcome-mail'],
    ['a member that the result has not', 'data.result.to', 'data.result.too'],
  ];

  it(`does not compile with ${WRONG.map(([what]) => what).join(', ')}`, async () => {
    const { code } = example('call.ts');
    const files = WRONG.map(([, right, wrong], at) => {
      expect(code).toContain(right);
      writeFileSync(join(folder.path, `wrong-${at}.ts`), code.replaceAll(right, wrong));
      return `wrong-${at}.ts`;
    });
    const compiled = sh(`npx tsc --noEmit --strict --target es2022 --module nodenext ${files.join(' ')}`);
    const { stdout } = await compiled.then(
      () => ({ stdout: '' }),
      (error: { stdout: string }) => error,
    );
    expect([...new Set(stdout.match(/^wrong-\d(?=\.ts\(\d+,\d+\): error)/gm))].sort()).toEqual(
      files.map((file) => file.replace('.ts', '')),
    );
  }, 120_000);
});
