/** `npm run stack`: as `npm start`, and on the very same data. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  canRun,
  HttpCaller,
  inheritedEnvironment,
  natsServerProgram,
  postgresProgram,
  resultMember,
  startPlatform,
  startProcess,
  temporaryFolder,
  until,
  WELCOME_EMAIL_ACTION,
} from '@action-do/test-support';
import { outputWith, patternOf } from './markdown-examples.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const urlOf = (file: string): string => JSON.stringify(pathToFileURL(file).href);
const PARAMS = { userId: 'usr_1', template: 'v2' };

const runs = canRun(natsServerProgram(), 'nats-server') && canRun(postgresProgram(), 'PostgreSQL');
// Skipped: only where there is no nats-server, or no PostgreSQL.
const suite = runs ? describe : describe.skip;

suite('npm run stack', () => {
  const folder = temporaryFolder('action-do-stack');
  // Of root's tests too: PostgreSQL runs as another user then, and has to get to its files.
  chmodSync(folder.path, 0o711);
  const dataDir = join(folder.path, 'data');
  afterAll(() => folder.remove());
  let key = '';
  let first = '';
  const environment = {
    ...inheritedEnvironment(),
    DO_DATA_DIR: dataDir,
    DO_HTTP_PORT: '0',
    DO_LOG_LEVEL: 'error',
    DO_ACTIONS: WELCOME_EMAIL_ACTION,
  };
  /** All processes of a stack, told by the data folder in their environment: id, command and environment each. */
  const processes = (): string[] =>
    execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 26 })
      .split('\n')
      .filter((line) => line.includes(`DO_DATA_DIR=${dataDir}`));
  const pidOf = (program: string): number | undefined => {
    const line = processes().find((each) => each.split(' DO_DATA_DIR=')[0]?.includes(program));
    return line === undefined ? undefined : Number.parseInt(line, 10);
  };

  it('prints what npm start prints, performs what it performs, and ends with all that it started when its terminal is closed', async () => {
    const stack = await startProcess({
      command: process.execPath,
      args: ['tools/stack.mjs'],
      cwd: root,
      env: environment,
      ready: /^action\.do ready at (\S+)[\s\S]*\/executions\n/m,
      readyWithinMs: 60_000,
    });
    expect(stack.stdout()).toMatch(patternOf(outputWith(readme, 'action.do ready')));
    key = readFileSync(join(dataDir, 'api-key'), 'utf8').trim();
    expect(stack.stdout()).toContain(`API key   ${key}  (shown once; also in ${dataDir}/api-key)`);
    for (const file of ['api-key', 'master-key'])
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    const url = stack.ready[1] ?? '';
    const { status, text } = await new HttpCaller(url, key).execute('send-welcome-email', PARAMS);
    expect(status).toBe(200);
    first = resultMember(text);
    const holders = processes().filter((line) => line.includes('DO_MASTER_KEY='));
    expect(holders.map((line) => /dist\/[\w-]+\.js/.exec(line)?.[0])).toEqual(['dist/executor.js']);
    // Ctrl-C is the same to it, and is tried below.
    process.kill(stack.pid, 'SIGHUP');
    expect([await stack.exited, stack.stderr()]).toEqual([0, '']);
    await expect(fetch(url)).rejects.toThrow();
    const files = readdirSync(join(dataDir, 'postgres/data'));
    expect([files.includes('PG_VERSION'), files.includes('postmaster.pid')]).toEqual([true, false]);
    expect(processes()).toEqual([]);
  }, 90_000);

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'told to end (%s) when its first process has just begun, leaves none behind',
    async (signal) => {
      const args = [join(root, 'dist/stack.js')];
      const stack = spawn(process.execPath, args, { env: environment, stdio: 'ignore' });
      const ended = once(stack, 'exit');
      await until('a server was begun', () => pidOf('nats-server') !== undefined);
      stack.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(processes()).toEqual([]);
    },
    60_000,
  );

  it('goes on where nobody reads any longer, and ends with the reason, and all that it started, when a server of its own dies', async () => {
    const talking = join(folder.path, 'talking.mjs');
    writeFileSync(
      talking,
      `import { defineAction } from ${urlOf(join(root, 'libs/action-kit/dist/index.js'))};
       import { z } from ${urlOf(join(root, 'node_modules/zod/index.js'))};
       const none = z.object({});
       const run = async () => {
         console.log('x'.repeat(100_000));
         return {};
       };
       export default defineAction({ name: 'talk', effects: 'none', params: none, result: none, run });`,
    );
    const stack = spawn(process.execPath, [join(root, 'dist/stack.js')], {
      env: { ...environment, DO_ACTIONS: talking },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(stack, 'close');
    let [stdout, stderr] = ['', ''];
    stack.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    stack.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ready = () => /^action\.do ready at (\S+)\n/m.exec(stdout);
    await until('it is ready', () => ready() !== null || stack.exitCode !== null, 60_000);
    expect([stack.exitCode, stderr]).toEqual([null, '']);
    const url = ready()?.[1] ?? '';
    stack.stdout.destroy();
    const { status } = await new HttpCaller(url, key).execute('talk', {});
    expect(status).toBe(200);
    process.kill(pidOf('nats-server') ?? 0, 'SIGKILL');
    expect(await ended).toEqual([1, null]);
    expect(stderr).toBe('action.do stops: nats-server ended by itself\n');
    expect(processes()).toEqual([]);
  }, 90_000);

  it('leaves data that npm start goes on with: the same key, and what was done is replayed', async () => {
    const platform = await startPlatform({ dataDir, env: { DO_ACTIONS: WELCOME_EMAIL_ACTION } });
    const { text, body } = await new HttpCaller(platform.url, key).execute('send-welcome-email', PARAMS);
    expect([resultMember(text), body.execution?.replayed]).toEqual([first, true]);
    expect(await platform.stop()).toBe(0);
    expect(readdirSync(join(dataDir, 'mail')).filter((name) => name.endsWith('.eml'))).toHaveLength(1);
  }, 30_000);
});
