import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  canRun,
  natsServerProgram,
  temporaryFolder,
  until,
  WELCOME_EMAIL_ACTION,
} from '@action-do/test-support';
import { examplesIn, type MarkedExample, patternOf } from './markdown-examples.js';
import { OnePlatform } from './one-platform.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const exampleOf = (page: string, name: string): MarkedExample => {
  const found = examplesIn(readFileSync(join(root, 'docs/how-to', page), 'utf8'));
  expect(found.map((example) => example.name)).toEqual([name]);
  const [example] = found;
  if (example === undefined) throw new Error(`${page} has no example`);
  return example;
};

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

suite('what the how-to pages about the bus show', () => {
  const folder = temporaryFolder('action-do-how-to');
  const one = new OnePlatform({ DO_ACTIONS: WELCOME_EMAIL_ACTION }, 'nats');
  beforeAll(async () => {
    mkdirSync(join(folder.path, 'node_modules'));
    for (const name of ['@do-sdk', 'zod', 'nats'])
      symlinkSync(join(root, 'node_modules', name), join(folder.path, 'node_modules', name));
    await one.start();
  }, 60_000);
  afterAll(async () => {
    await one.end();
    folder.remove();
  });

  /** As a reader runs it, in a folder where the packages are installed. */
  function start(file: string, code: string) {
    writeFileSync(join(folder.path, file), code);
    const env = {
      PATH: process.env['PATH'],
      DO_NATS_URL: one.natsServer.url,
      DO_API_KEY: one.platform.apiKey,
      DO_BASE_URL: one.platform.url,
      // The server of a test may be older than one that is safe.
      DO_INSECURE_DEV: '1',
    };
    const child = spawn(process.execPath, [file], { cwd: folder.path, env });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    return { child, said, closed: once(child, 'close') };
  }

  it('as a call prints what stands behind it, and replayed ever after, with one mail in the drop', async () => {
    const { code, output = '' } = exampleOf('call-from-the-bus.md', 'call');
    for (const how of ['executed', 'replayed']) {
      const { said, closed } = start('call.mjs', code);
      await closed;
      expect(said.stderr).toBe('');
      expect(said.stdout).toMatch(patternOf(output.replace('executed', how)));
    }
    expect(readdirSync(join(one.dataDir, 'mail')).filter((name) => name.endsWith('.eml'))).toHaveLength(1);
  }, 60_000);

  it('as a list of actions tells that the one of this platform is there', async () => {
    const { name, code, output = '' } = exampleOf('see-what-can-be-called.md', 'see.mjs');
    const { said, closed } = start(name, code);
    await closed;
    expect(said.stderr).toBe('');
    expect(said.stdout).toMatch(patternOf(output));
  }, 60_000);

  it('as a worker says that it performs its action, performs it, and leaves at SIGTERM', async () => {
    const { name, code } = exampleOf('run-a-worker.md', 'worker.mjs');
    const { child, said, closed } = start(name, code);
    await until('it says so', () => said.stderr.includes('performing send-invoice.v1'));
    const params = { customerId: 'c1', amountCents: 4_200 };
    const { status, body } = await one.caller.execute('send-invoice', params);
    expect([status, body.result]).toEqual([
      200,
      { invoiceId: expect.stringMatching(/^inv_c1_[0-9a-f]{8}$/) },
    ]);
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  }, 60_000);
});
