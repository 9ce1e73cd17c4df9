import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNode } from '../doctor/check-node.js';
import { ado, emptyFolder, json, NOW, noConnection, refusal } from '../testing/ado.contract.js';

const UNKNOWN_EXECUTION = `GET /v1/executions/exe_${'0'.repeat(32)}-1`;
const live = (skewMs = 0) => json(200, { status: 'ok' }, { Date: new Date(NOW + skewMs).toUTCString() });
const well = {
  'GET /health/live': live(),
  'GET /health/ready': json(200, { status: 'ok' }),
  [UNKNOWN_EXECUTION]: refusal(404, 'NOT_FOUND'),
  'GET /v1/views': json(200, { position: 'log-9', lagEvents: '0', live: true }),
};
const examine = async (answers: Parameters<typeof ado>[1] = {}) => {
  const { exitCode, out } = await ado(['doctor', '-o', 'json'], { cwd: emptyFolder(), ...answers });
  const findings: { check: string; verdict: string; detail: string; toDo?: string }[] = JSON.parse(out);
  const found = (check: string) => findings.find((finding) => finding.check === check);
  return { exitCode, findings, found };
};

describe('ado doctor', () => {
  it('says one line a check, and 0 where all is well', async () => {
    const cwd = emptyFolder();
    const { exitCode, out } = await ado(['doctor'], { answers: well, cwd });
    expect(out).toBe(`ok    node      Node ${process.versions.node}.
ok    data      No data folder here (${join(cwd, 'data')}): the platform is elsewhere.
ok    address   http://do.test answers in 0 ms.
ok    clock     The clocks agree.
ok    health    The platform is ready.
ok    key       The key from DO_API_KEY is valid.
ok    views     The views are 0 events behind the log.
`);
    expect(exitCode).toBe(0);
  });

  it.each([
    ['nobody answers', { 'GET /health/live': noConnection }, 'address', 'fail', 7],
    ['somebody else answers', { 'GET /health/live': json(404, {}) }, 'address', 'fail', 7],
    ['no executor answers', { 'GET /health/ready': json(503, { executor: 'down' }) }, 'health', 'fail', 7],
    ['the key is wrong', { [UNKNOWN_EXECUTION]: refusal(401, 'UNAUTHENTICATED') }, 'key', 'fail', 3],
    ['the key cannot be checked', { [UNKNOWN_EXECUTION]: refusal(500, 'INTERNAL') }, 'key', 'warn', 0],
    ['the views are away', { 'GET /v1/views': refusal(503, 'UNAVAILABLE') }, 'views', 'fail', 8],
    [
      'the views are being built',
      { 'GET /v1/views': json(200, { lagEvents: '0', live: false }) },
      'views',
      'warn',
      0,
    ],
    ['the views are far behind', { 'GET /v1/views': json(200, { lagEvents: '1001' }) }, 'views', 'warn', 0],
    ['the clock is a little off', { 'GET /health/live': live(10_000) }, 'clock', 'warn', 0],
    ['the clock is far behind', { 'GET /health/live': live(90_000) }, 'clock', 'fail', 8],
    ['the clock is far ahead', { 'GET /health/live': live(-90_000) }, 'clock', 'fail', 8],
    ['there is no time', { 'GET /health/live': json(200, { status: 'ok' }) }, 'clock', 'warn', 0],
  ])('where %s says what to do, and the exit code', async (_what, change, check, verdict, exitCode) => {
    const { found, ...examined } = await examine({ answers: { ...well, ...change } });
    expect(found(check)).toMatchObject({ verdict, toDo: expect.any(String) });
    expect(examined.exitCode).toBe(exitCode);
  });

  it('where there is no key says so, and where it is looked for', async () => {
    const { exitCode, found } = await examine({ answers: well, env: { DO_API_KEY: '' } });
    expect([exitCode, found('key')]).toMatchObject([
      3,
      { verdict: 'fail', toDo: expect.stringMatching(/DO_API_KEY/) },
    ]);
  });

  it('where the address is none asks nobody', async () => {
    const { exitCode, found } = await examine({ answers: well, env: { DO_BASE_URL: 'nowhere' } });
    expect([exitCode, found('address')?.verdict, found('key')]).toEqual([2, 'fail', undefined]);
  });

  it('looks at the data folder, its rights and its secrets', async () => {
    const cwd = emptyFolder();
    const keyFile = join(cwd, 'data', 'api-key');
    mkdirSync(join(cwd, 'data'));
    writeFileSync(keyFile, 'do_key', { mode: 0o600 });
    expect((await examine({ answers: well, cwd })).found('data')?.verdict).toBe('ok');
    chmodSync(keyFile, 0o644);
    expect((await examine({ answers: well, cwd })).found('data')).toMatchObject({
      verdict: 'warn',
      toDo: `Run: chmod 600 ${keyFile}`,
    });
    const missing = await examine({ answers: well, cwd, env: { DO_DATA_DIR: 'none' } });
    expect([missing.exitCode, missing.found('data')?.verdict]).toEqual([8, 'fail']);
    const file = await examine({ answers: well, cwd, env: { DO_DATA_DIR: 'data/api-key' } });
    expect(file.found('data')?.detail).toMatch(/is not a folder/);
  });

  it.each([
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
    ['20.18.9', 'fail'],
    ['18.20.0', 'fail'],
  ])('knows which Node is new enough: %s is %s', (version, verdict) => {
    expect(checkNode(version).verdict).toBe(verdict);
  });
});
