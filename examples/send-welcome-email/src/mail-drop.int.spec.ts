import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextOf } from './action-context-double.contract.js';
import { welcomeEmailAction } from './send-welcome-email.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'welcome-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const action = () => welcomeEmailAction({ DO_DATA_DIR: dataDir });
const params = { userId: 'usr_1', template: 'v2' };
const key = '9f2c41d0-1';
const filesIn = async (folder: string) => (await readdir(folder)).toSorted();

describe('without SMTP_URL a welcome mail', () => {
  it('goes into a folder that the description names, and effects are idempotent', () => {
    expect(action()).toMatchObject({
      name: 'send-welcome-email',
      policy: { effects: 'idempotent' },
      warnings: [],
    });
    expect(action().description).toContain(join(dataDir, 'mail'));
    expect(welcomeEmailAction({}).description).toContain(join(process.cwd(), 'data', 'mail'));
  });

  it('is one file named by the effect key, whole, and says who gets it', async () => {
    const result = await action().run(params, contextOf(key));
    expect(result).toEqual({
      messageId: `<${key}@send-welcome-email.example>`,
      to: 'usr_1@users.example',
      deliveredTo: 'mail-drop',
    });
    expect(await filesIn(join(dataDir, 'mail'))).toEqual([`${key}.eml`]);
    const mail = await readFile(join(dataDir, 'mail', `${key}.eml`), 'utf8');
    expect(mail).toMatch(/^To: usr_1@users\.example\r$/m);
    expect(mail).toMatch(/^Subject: Welcome aboard\r$/m);
    expect(mail).toContain(`Message-ID: ${result.messageId}`);
    expect(mail).toMatch(/Hello usr_1,[\s\S]*aboard\.\r\n$/);
  });

  it('stays one file with the same bytes and the same result, however often it is run', async () => {
    const file = join(dataDir, 'mail', `${key}.eml`);
    const results = [await action().run(params, contextOf(key))];
    const first = await readFile(file);
    for (const _again of [1, 2]) results.push(await action().run(params, contextOf(key)));
    results.push(...(await Promise.all([1, 2, 3].map(() => action().run(params, contextOf(key))))));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await readFile(file)).toEqual(first);
    expect(await filesIn(join(dataDir, 'mail'))).toEqual([`${key}.eml`]);
  });

  it('is written again after a crash that left half of one', async () => {
    await action().run(params, contextOf('other-1'));
    const mail = join(dataDir, 'mail');
    await writeFile(join(mail, `.${key}.0011.tmp`), 'To: usr_1@us');
    await action().run(params, contextOf(key));
    expect((await filesIn(mail)).filter((name) => name.endsWith('.eml'))).toEqual([
      `${key}.eml`,
      'other-1.eml',
    ]);
    expect(await readFile(join(mail, `${key}.eml`), 'utf8')).toContain('aboard.');
  });

  // Skipped: Windows has no modes; there the folder has the rights of the one that it is in.
  const onPosix = process.platform === 'win32' ? it.skip : it;
  onPosix.each([
    ['that was not there', () => undefined],
    ['that was open to all', (mail: string) => mkdir(mail, { mode: 0o755 })],
  ])('is for the eyes of our own account only, in a folder %s', async (_what, prepare) => {
    const mail = join(dataDir, 'mail');
    const umask = process.umask(0o022);
    try {
      await prepare(mail);
      await action().run(params, contextOf(key));
    } finally {
      process.umask(umask);
    }
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await modeOf(mail)).toBe('700');
    expect(await modeOf(join(mail, `${key}.eml`))).toBe('600');
  });

  it('is not written again over one that is there', async () => {
    await action().run(params, contextOf(key));
    const file = join(dataDir, 'mail', `${key}.eml`);
    await writeFile(file, 'already sent');
    await action().run(params, contextOf(key));
    expect(await readFile(file, 'utf8')).toBe('already sent');
  });

  it('goes to the address that is given', async () => {
    const { to } = await action().run({ ...params, email: 'ada@example.org' }, contextOf(key));
    expect(to).toBe('ada@example.org');
  });

  it.each(['welcome', 'v2', 'new-user-welcome-v2'])('can be made of the template %s', async (template) => {
    await action().run({ userId: 'usr_1', template }, contextOf(template));
    expect(await filesIn(join(dataDir, 'mail'))).toEqual([`${template}.eml`]);
  });

  it.each(['newsletter', 'constructor', ''])(
    'of the unknown template %p fails with effect none',
    async (template) => {
      await expect(action().run({ userId: 'usr_1', template }, contextOf(key))).rejects.toMatchObject({
        name: 'ActionError',
        code: 'TEMPLATE_UNKNOWN',
        effect: 'none',
        retryable: false,
        message: expect.stringContaining('welcome, v2, new-user-welcome-v2'),
      });
      await expect(readdir(join(dataDir, 'mail'))).rejects.toThrow('ENOENT');
    },
  );

  it('is not written once the attempt was given up', async () => {
    const given = action().run(params, contextOf(key, AbortSignal.abort()));
    await expect(given).rejects.toMatchObject({ code: 'ABORTED', effect: 'none', retryable: true });
    await expect(readdir(join(dataDir, 'mail'))).rejects.toThrow('ENOENT');
  });

  it('given up while it is written leaves nothing behind', async () => {
    const abort = new AbortController();
    const given = action().run(params, contextOf(key, abort.signal));
    abort.abort();
    await expect(given).rejects.toThrow('aborted');
    expect(await filesIn(join(dataDir, 'mail'))).toEqual([]);
  });

  it.each(['../../escape', '.hidden', '', 'a/b', 'a\n'])('is refused under the key %j', async (odd) => {
    await expect(action().run(params, contextOf(odd))).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });
});

describe('the params of a welcome mail', () => {
  it('have a default template, and know what a user id and an address are', () => {
    expect(action().parseParams({ userId: 'usr_1' })).toMatchObject({
      ok: true,
      value: { template: 'welcome' },
    });
    for (const wrong of [{}, { userId: 'a b' }, { userId: 'x'.repeat(65) }, { userId: 'a', email: 'nobody' }])
      expect(action().parseParams(wrong).ok).toBe(false);
  });
});
