import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { BUILT, startRefused, temporaryFolder, until } from '@action-do/test-support';
import { OnePlatform } from './one-platform.js';

describe('a start that fails', () => {
  const one = new OnePlatform({ DO_EXECUTOR_SLOTS: '1' });
  afterAll(() => one.end());

  it('uses up no attempt: an unsafe execution that was waiting is done once at the next start that succeeds', async () => {
    await one.start();
    const gate = one.gate();
    await one.caller.execute(
      'note-idempotent',
      { id: 'holds', gate: gate.file },
      { prefer: 'respond-async' },
    );
    const waiting = await one.caller.execute('note-unsafe', { id: 'waits' }, { prefer: 'respond-async' });
    expect(waiting.body.execution?.status).toBe('pending');
    await one.platform.kill();

    const { code, stderr } = await startRefused(
      { DO_DATA_DIR: one.dataDir, DO_HTTP_HOST: 'no-such-host.invalid', DO_EXECUTOR_SLOTS: '1' },
      BUILT,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^action\.do cannot start: DO_HTTP_HOST: .+ Example: DO_HTTP_HOST=127\.0\.0\.1/);

    gate.open();
    await one.start();
    const { body } = await one.caller.ask(waiting.body.execution?.id ?? '', 'attach');
    expect(body.execution).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(one.ledgerOf('waits')).toHaveLength(1);
  }, 60_000);

  it('on a port in use names the variable and gives an example, in one line', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const folder = temporaryFolder('action-do-e2e');
    const { code, stderr } = await startRefused(
      { DO_DATA_DIR: join(folder.path, 'data'), DO_HTTP_PORT: String(port) },
      BUILT,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^action\.do cannot start: DO_HTTP_PORT: the port is in use\. Example: .+\n$/);
    await new Promise((resolve) => taken.close(resolve));
    folder.remove();
  }, 60_000);

  it('never overwrites the API key of another tenant', async () => {
    const before = readFileSync(join(one.dataDir, 'api-key'), 'utf8');
    await one.platform.stop();
    const { stderr } = await startRefused({ DO_DATA_DIR: one.dataDir, DO_TENANT: 'other' }, BUILT);
    expect(stderr).toContain('start with DO_TENANT=default');
    expect(readFileSync(join(one.dataDir, 'api-key'), 'utf8')).toBe(before);
  }, 60_000);

  it('says what to install where a module of actions stands outside this workspace', async () => {
    const folder = temporaryFolder('action-do-e2e');
    mkdirSync(join(folder.path, 'data'));
    writeFileSync(join(folder.path, 'mine.mjs'), `import { defineAction } from '@do-sdk/actions';\n`);
    const { stderr } = await startRefused(
      { DO_DATA_DIR: join(folder.path, 'data'), DO_ACTIONS: join(folder.path, 'mine.mjs') },
      BUILT,
    );
    expect(stderr).toMatch(
      /the package @do-sdk\/actions is not installed where the module is; run there: npm install/,
    );
    folder.remove();
  }, 60_000);
});

describe('an action that forgets an await', () => {
  const one = new OnePlatform({ DO_LOG_LEVEL: 'error' });
  afterAll(() => one.end());

  it('harms nobody: its own outcome is recorded, a line is logged, and the process lives', async () => {
    await one.start();
    const { status } = await one.caller.execute('forgets-await', { id: 'forgets' });
    expect(status).toBe(200);
    await until('the line is logged', () => one.platform.stderr().includes('nobody awaits this'));
    expect((await one.caller.execute('note-idempotent', { id: 'after' })).status).toBe(200);
  }, 60_000);
});
