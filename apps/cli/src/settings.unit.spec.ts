import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiKeyChecksum } from '@action-do/contracts';
import { ado, emptyFolder, json, list } from './testing/ado.contract.js';

const answers = { 'GET /v1/executions': list([]) };
const withKeyFile = (folder: string, text = 'from-file\n') => {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, folder));
  writeFileSync(join(cwd, folder, 'api-key'), text);
  return cwd;
};
const authorizationOf = async (...args: Parameters<typeof ado>) =>
  (await ado(...args)).asked[0]?.headers.get('authorization');
const NO_ENV = { DO_API_KEY: '' };

describe('the API key', () => {
  it('comes from --api-key-file first, before and after the command', async () => {
    const cwd = withKeyFile('keys');
    const option = ['--api-key-file', 'keys/api-key'];
    expect(await authorizationOf(['ls', ...option], { answers, cwd })).toBe('Bearer from-file');
    expect(await authorizationOf([...option, 'ls'], { answers, cwd })).toBe('Bearer from-file');
  });

  it('comes from DO_API_KEY next, without the line break that files bring along', async () => {
    const given = { answers, cwd: withKeyFile('data'), env: { DO_API_KEY: 'from-env\n' } };
    expect(await authorizationOf(['ls'], given)).toBe('Bearer from-env');
  });

  it('comes else from the file that npm start writes, in ./data or in DO_DATA_DIR', async () => {
    expect(await authorizationOf(['ls'], { answers, cwd: withKeyFile('data'), env: NO_ENV })).toBe(
      'Bearer from-file',
    );
    const given = { answers, cwd: withKeyFile('other'), env: { ...NO_ENV, DO_DATA_DIR: './other' } };
    expect(await authorizationOf(['ls'], given)).toBe('Bearer from-file');
  });

  it('that is nowhere is UNAUTHENTICATED, and nothing is asked', async () => {
    const { exitCode, err, asked } = await ado(['ls'], { answers, env: NO_ENV });
    expect([exitCode, asked.length]).toEqual([3, 0]);
    expect(err).toMatch(/There is no API key\..*DO_API_KEY.*--api-key-file.*data\/api-key does not exist/s);
  });

  it.each([
    ['is empty', '\n'],
    ['holds characters that no key has', 'two words'],
  ])('whose file %s is UNAUTHENTICATED', async (what, text) => {
    const { exitCode, err } = await ado(['ls'], { answers, cwd: withKeyFile('data', text), env: NO_ENV });
    expect([exitCode, err]).toEqual([3, expect.stringContaining(what)]);
  });

  it('whose file is not there is UNAUTHENTICATED', async () => {
    const { exitCode, err } = await ado(['ls', '--api-key-file', 'none'], { answers });
    expect([exitCode, err]).toEqual([3, expect.stringMatching(/cannot be read: ENOENT.*--api-key-file/s)]);
  });

  const start = `do_live_default-abcdefghijkl_${'s'.repeat(32)}`;
  const key = start + apiKeyChecksum(start);
  it.each([
    ['in --api-key', ['ls', '--api-key', key]],
    ['in --api-key=', ['ls', `--api-key=${key}`]],
    ['as the value of another option', ['ls', `--actor=${key}`]],
    ['as an argument', ['get', key]],
  ])('is refused %s, without being repeated', async (_where, argv) => {
    const { exitCode, err, asked } = await ado(argv, { answers });
    expect([exitCode, asked.length]).toEqual([2, 0]);
    expect(err).toMatch(/history of the shell/);
    expect(err).not.toContain(key.slice(0, 20));
  });
});

describe('the address', () => {
  it('comes from --base-url before DO_BASE_URL, and keeps its path', async () => {
    const answers = { 'GET /below/v1/executions': list([]) };
    expect((await ado(['ls', '--base-url', 'http://x.test/below/'], { answers })).exitCode).toBe(0);
    expect((await ado(['ls'], { answers, env: { DO_BASE_URL: 'http://x.test/below' } })).exitCode).toBe(0);
  });

  it.each(['nowhere', 'ftp://do.test', 'http://u:secret@do.test', 'http://do.test/?a=1'])(
    'that cannot be called is a mistake of usage: %s',
    async (url) => {
      const { exitCode, err } = await ado(['ls', '--base-url', url]);
      expect([exitCode, err]).toEqual([2, expect.stringMatching(/--base-url .*http/s)]);
      expect(err).not.toContain('secret');
    },
  );

  it('of somebody else is unreachable, and a redirect is not followed', async () => {
    const page = () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } });
    const other = await ado(['ls'], { answers: { 'GET /v1/executions': page } });
    expect([other.exitCode, other.err]).toEqual([
      7,
      expect.stringMatching(/text\/html.*not as an action\.do/),
    ]);
    const away = json(302, {}, { Location: 'http://evil.test' });
    const redirected = await ado(['ls'], { answers: { 'GET /v1/executions': away } });
    expect([redirected.exitCode, redirected.asked.map(({ redirect }) => redirect)]).toEqual([7, ['manual']]);
    expect(redirected.err).toContain('redirect to http://evil.test');
  });
});
