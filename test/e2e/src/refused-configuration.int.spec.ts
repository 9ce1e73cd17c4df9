import { BUILT, startRefused, temporaryFolder } from '@action-do/test-support';

const folder = temporaryFolder('action-do-e2e');
afterAll(() => folder.remove());

/** A name, how the complaint shows its value, what it says of it, and the example. config.unit.spec.ts has them all. */
const WRONG: [name: string, value: string, shown: string, complaint: RegExp, example: string][] = [
  ['DO_HTTP_PORT', '70000', '"70000"', /whole number from 0 to 65535/, '8420'],
  ['DO_NATS_URL', 'http://127.0.0.1:4222', '(not shown)', /must be nats:/, 'nats://127.0.0.1:4222'],
  ['DO_MASTER_KEY', 'secret', '(not shown)', /must be 64 hex digits/, '64 hex digits'],
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
    async (name, value, shown, complaint, example) => {
      const { code, stdout, stderr } = await startRefused({ DO_DATA_DIR: folder.path, [name]: value }, BUILT);
      const [line = '', ...more] = stderr.trimEnd().split('\n');
      expect({ code, stdout, more }).toEqual({ code: 1, stdout: '', more: [] });
      expect(line).toContain(`action.do cannot start: ${name}=${shown}: `);
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
