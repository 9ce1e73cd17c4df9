import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HttpCaller, startRefused } from '@action-do/test-support';
import { OnePlatform } from './one-platform.js';

const KEY = /do_live_[a-z0-9_-]+/g;
const keysIn = (text: string): string[] => text.match(KEY) ?? [];
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const one = new OnePlatform();
afterAll(() => one.end());

describe('npm start', () => {
  it('prints when it is ready: the URL, the key, each action, where the data is, and a command to try', async () => {
    const { stdout, url, apiKey } = await one.start();
    const [first] = stdout().split('\n');
    expect(first).toBe(`action.do ready at ${url}`);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(stdout()).toContain(`data      ${one.dataDir}`);
    expect(stdout()).toMatch(/action {4}note-idempotent@1 {2}Writes a line; safe to repeat\./);
    expect(stdout()).toContain(`${url}/v1/actions/`);
    expect(keysIn(stdout())).toEqual([apiKey]);
  }, 60_000);

  it('keeps the first key and the master key for their owner alone, and a key works that is read from the file', async () => {
    const { url } = one.platform;
    expect(modeOf(join(one.dataDir, 'api-key'))).toBe('600');
    expect(modeOf(join(one.dataDir, 'master-key'))).toBe('600');
    expect(modeOf(one.dataDir)).toBe('700');
    const key = readFileSync(join(one.dataDir, 'api-key'), 'utf8').trim();
    const { status } = await new HttpCaller(url, key).execute('note-idempotent', { id: 'by-file' });
    expect(status).toBe(200);
  });

  it('says in a folder that another process has: which folder, which process, and leaves that one alone', async () => {
    const { code, stdout, stderr } = await startRefused({ DO_DATA_DIR: one.dataDir });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^action\.do cannot start: .* is in use by process \d+; stop it, or choose another folder$/m,
    );
    expect(stderr).toContain(one.dataDir);
    expect(stderr).toContain(`process ${one.platform.pid}`);
    expect((await one.caller.execute('note-idempotent', { id: 'still-there' })).status).toBe(200);
  }, 30_000);

  it('prints the key at the first start only, and the key of the first start goes on working', async () => {
    const { apiKey } = one.platform;
    expect(await one.platform.stop()).toBe(0);
    const again = await one.start();
    expect(keysIn(again.stdout() + again.stderr())).toEqual([]);
    expect(again.stdout()).toContain(join(one.dataDir, 'api-key'));
    const repeat = await new HttpCaller(again.url, apiKey).execute('note-idempotent', { id: 'by-file' });
    expect(repeat.body.execution?.replayed).toBe(true);
  }, 60_000);

  it('comes back however often it is stopped and started without any work in between', async () => {
    const { apiKey } = one.platform;
    for (const _time of [1, 2, 3]) {
      expect(await one.platform.stop()).toBe(0);
      await one.start();
    }
    const repeat = await new HttpCaller(one.platform.url, apiKey).execute('note-idempotent', {
      id: 'by-file',
    });
    expect(repeat.body.execution?.replayed).toBe(true);
  }, 60_000);
});
