/** A service that is started before what it needs waits for it, says so, and becomes ready by itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  canRun,
  freePort,
  inheritedEnvironment,
  natsServerProgram,
  ProcessNotReady,
  startNatsServer,
  startProcess,
  temporaryFolder,
  until,
} from '@action-do/test-support';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** A deadline, not an expectation of speed: processes start slowly on a busy machine. */
const READY_WITHIN_MS = 40_000;
const KEY_DIGEST = `default-a1b2c3d4e5f6:${'ab'.repeat(32)}`;

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

const start = (app: string, env: Readonly<Record<string, string>>) =>
  startProcess({
    command: process.execPath,
    args: [join(root, `dist/${app}.js`)],
    env: { ...inheritedEnvironment(), DO_INSECURE_DEV: '1', ...env },
    ready: /^.+ ready/m,
    readyWithinMs: READY_WITHIN_MS,
  });

async function health(url: string): Promise<{ status: number; body: Record<string, string> } | null> {
  try {
    const response = await fetch(url);
    return { status: response.status, body: JSON.parse(await response.text()) };
  } catch {
    return null;
  }
}

suite('services that are started first', () => {
  const folder = temporaryFolder('action-do-services');
  const ends: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    folder.remove();
  });

  it('answer that they are alive and not ready, and are ready by themselves once the log and the bus are there', async () => {
    const [logPort, natsPort, healthPort, httpPort] = await Promise.all([1, 2, 3, 4].map(freePort));
    const env = {
      DO_NATS_URL: `nats://127.0.0.1:${natsPort}`,
      DO_EVENT_STORE: `esdb://127.0.0.1:${logPort}?tls=false`,
      DO_MASTER_KEY: 'cd'.repeat(32),
      DO_ROOT_KEY_DIGEST: KEY_DIGEST,
      DO_HEALTH_PORT: String(healthPort),
      DO_HTTP_PORT: String(httpPort),
    };
    const executor = start('executor', env);
    const gateway = start('gateway', env);
    ends.push(async () => (await executor).stop());
    ends.push(async () => (await gateway).stop());
    const [ofExecutor, ofGateway] = [healthPort, httpPort].map((port) => `http://127.0.0.1:${port}/health`);
    await until(
      'the executor answers',
      async () => (await health(`${ofExecutor}/live`))?.status === 200,
      READY_WITHIN_MS,
    );
    await until(
      'the gateway answers',
      async () => (await health(`${ofGateway}/live`))?.status === 200,
      READY_WITHIN_MS,
    );
    const unready = { status: 'unavailable', bus: 'down', log: 'down', executor: 'down' };
    expect(await health(`${ofExecutor}/ready`)).toEqual({ status: 503, body: unready });
    expect((await health(`${ofGateway}/ready`))?.status).toBe(503);

    const startLog = (name: string) =>
      start('event-log', {
        DO_DATA_DIR: join(folder.path, name),
        DO_EVENT_LOG_PORT: String(logPort),
      });
    const log = await startLog('one');
    ends.unshift(() => log.stop());
    await until(
      'the log is there',
      async () => (await health(`${ofExecutor}/ready`))?.body['log'] === 'up',
      READY_WITHIN_MS,
    );
    const nats = await startNatsServer({ port: Number(natsPort) });
    ends.unshift(() => nats.stop());
    const [{ stderr }] = await Promise.all([executor, gateway]);
    expect((await health(`${ofExecutor}/ready`))?.status).toBe(200);
    expect((await health(`${ofGateway}/ready`))?.status).toBe(200);
    for (const line of ['waiting for the event log', 'the event log is there'])
      expect(stderr()).toContain(line);

    // What the executor knows of keys and executions is of the log that it opened.
    await log.stop();
    const other = await startLog('another');
    ends.unshift(() => other.stop());
    const { exited } = await executor;
    // Readiness reads the log, as every probe of it does.
    const ended = async () => (await health(`${ofExecutor}/ready`)) === null;
    await until('the executor ends', ended, READY_WITHIN_MS);
    expect(await exited).toBe(70);
    expect(stderr()).toMatch(/action\.do stops: the event log was \w+, and its server has the log \w+ now/);
  }, 120_000);

  it('end at SIGTERM while they wait, with exit code 0', async () => {
    const [nobody, healthPort] = await Promise.all([1, 2].map(freePort));
    const env = {
      ...inheritedEnvironment(),
      DO_NATS_URL: `nats://127.0.0.1:${nobody}`,
      DO_EVENT_STORE: `esdb://127.0.0.1:${nobody}?tls=false`,
      DO_DATABASE_URL: `postgres://127.0.0.1:${nobody}/x`,
      DO_HEALTH_PORT: String(healthPort),
    };
    const child = spawn(process.execPath, [join(root, 'dist/projector.js')], {
      env,
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    const url = `http://127.0.0.1:${healthPort}/health/ready`;
    await until('it waits', async () => (await health(url))?.status === 503, READY_WITHIN_MS);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  }, 60_000);
});

describe('a service with a wrong environment', () => {
  it('ends with exit code 1 and one line a variable: the name, what is wrong, an example', async () => {
    const refused = await start('executor', { DO_EVENT_STORE: 'embedded:./data/log' }).catch(
      (error) => error,
    );
    expect(refused).toBeInstanceOf(ProcessNotReady);
    expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
    const lines: string[] = refused.stderr.trimEnd().split('\n');
    expect(lines.map((line) => /DO_\w+/.exec(line)?.[0])).toEqual([
      'DO_NATS_URL',
      'DO_EVENT_STORE',
      'DO_MASTER_KEY',
    ]);
    for (const line of lines) expect(line).toContain('. Example: DO_');
  }, 30_000);
});
