import { BUILT, startRefused, temporaryFolder } from '@action-do/test-support';

const folder = temporaryFolder('action-do-e2e');
afterAll(() => folder.remove());

/** A name, a wrong value, what the complaint says of it, and the example that it gives. */
const WRONG: [name: string, value: string, complaint: RegExp, example: string][] = [
  ['DO_HTTP_PORT', 'eighty', /must be a port number/, '8420'],
  ['DO_HTTP_PORT', '70000', /port number|65535/, '8420'],
  ['DO_TENANT', 'Acme Ltd', /lower-case words joined by hyphens/, 'default'],
  ['DO_EVENT_STORE', 'esdb://127.0.0.1:2113', /only embedded:<folder> is there yet/, 'embedded:./data/log'],
  ['DO_NATS_URL', 'nats://127.0.0.1:4222', /leave it unset/, '(unset)'],
  ['DO_DATABASE_URL', 'postgres://127.0.0.1/do', /leave it unset/, '(unset)'],
  ['DO_MASTER_KEY', 'secret', /must be 64 hex digits/, '64 hex digits'],
  ['DO_EXECUTOR_SLOTS', '0', /whole number/, '256'],
  ['DO_EXECUTOR_QUEUE', 'many', /must be a whole number/, '1024'],
  ['DO_DRAIN_MS', '-1', /milliseconds/, '10000'],
  ['DO_LOG_LEVEL', 'loud', /debug/, 'info'],
];

describe('npm start with a wrong value', () => {
  it('names every wrong value at once', async () => {
    const { stderr } = await startRefused({
      DO_DATA_DIR: folder.path,
      DO_LOG_LEVEL: 'loud',
      DO_TENANT: 'A',
    });
    expect(stderr).toMatch(/DO_TENANT="A".*\n.*DO_LOG_LEVEL="loud"/);
  }, 30_000);

  it.each(WRONG)(
    'of %s (%s) ends with exit code 1, the name, what is wrong and an example, in one line',
    async (name, value, complaint, example) => {
      const { code, stdout, stderr } = await startRefused({ DO_DATA_DIR: folder.path, [name]: value }, BUILT);
      const [line = '', ...more] = stderr.trimEnd().split('\n');
      expect({ code, stdout, more }).toEqual({ code: 1, stdout: '', more: [] });
      expect(line).toContain(`action.do cannot start: ${name}=${JSON.stringify(value)}: `);
      expect(line).toMatch(complaint);
      expect(line).toContain(`Example: ${name}=${example}`);
    },
    30_000,
  );

  it.each([
    ['a file that is not there', './no-such-actions.js', /no-such-actions\.js: there is no file/],
    ['a module without an action', './tools/build.mjs', /tools\/build\.mjs: exports no action/],
  ])(
    'of DO_ACTIONS (%s) ends with exit code 1 and says which module and what is wrong',
    async (_what, path, complaint) => {
      const { code, stderr } = await startRefused({ DO_DATA_DIR: folder.path, DO_ACTIONS: path }, BUILT);
      expect(code).toBe(1);
      expect(stderr).toMatch(complaint);
    },
    30_000,
  );

  it('of DO_HTTP_HOST (no address of this machine) ends with exit code 1 and names it', async () => {
    const { code, stderr } = await startRefused(
      { DO_DATA_DIR: folder.path, DO_HTTP_HOST: '192.0.2.1' },
      BUILT,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('192.0.2.1');
  }, 30_000);

  it('of DO_DATA_DIR (a file) ends with exit code 1 and names it', async () => {
    const { code, stderr } = await startRefused({ DO_DATA_DIR: `${process.cwd()}/package.json` }, BUILT);
    expect(code).toBe(1);
    expect(stderr).toContain('package.json');
  }, 30_000);
});
