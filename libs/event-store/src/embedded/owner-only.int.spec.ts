import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newEvent } from '../contract/fixtures.contract.js';
import { NotAnEventLog } from './errors.js';
import { openEmbeddedEventStore } from './open-embedded-event-store.js';
import { type TemporaryFolder, temporaryFolder } from './testing/temporary-folder.js';

let temporary: TemporaryFolder;
let folder: string;
let umask: number;
beforeEach(() => {
  umask = process.umask(0o022);
  temporary = temporaryFolder();
  folder = join(temporary.path, 'log');
});
afterEach(() => {
  temporary.remove();
  process.umask(umask);
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const modesIn = (path: string) =>
  Object.fromEntries(readdirSync(path).map((name) => [name, modeOf(join(path, name))]));
const LOG_MODES = { 'log.mdb': '600', 'log.mdb-lock': '600', lock: '600' };

async function writeLog(): Promise<void> {
  const store = await openEmbeddedEventStore({ folder });
  await store.append('s', [newEvent()], 'no-stream');
  expect(modesIn(folder)).toEqual(LOG_MODES);
  await store.close();
}

// Skipped: Windows has no modes; there the folder has the rights of the one that it is in.
(process.platform === 'win32' ? describe.skip : describe)('only our own account may read', () => {
  it('a log whose folder we made', async () => {
    await writeLog();
    expect(modeOf(folder)).toBe('700');
  });

  it('a log in a folder that was there and open to all', async () => {
    mkdirSync(folder, { mode: 0o755 });
    await writeLog();
    expect(modeOf(folder)).toBe('700');
  });

  it('a log that was open to all so far', async () => {
    await writeLog();
    chmodSync(folder, 0o755);
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    const store = await openEmbeddedEventStore({ folder });
    expect(modeOf(folder)).toBe('700');
    expect(modesIn(folder)).toEqual(LOG_MODES);
    await store.close();
  });

  it.each([
    ['a new folder', () => undefined],
    ['an empty folder that is open to all', (target: string) => mkdirSync(target, { mode: 0o755 })],
  ])('a backup into %s', async (_where, prepare) => {
    const target = join(temporary.path, 'copy');
    prepare(target);
    const store = await openEmbeddedEventStore({ folder });
    await store.backup(target);
    await store.close();
    expect(modeOf(target)).toBe('700');
    expect(modesIn(target)).toEqual({ 'log.mdb': '600' });
  });

  it("and a folder of somebody else's, which is refused, keeps its mode", async () => {
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(join(folder, 'thesis.txt'), 'x');
    await expect(openEmbeddedEventStore({ folder })).rejects.toThrow(NotAnEventLog);
    expect(modeOf(folder)).toBe('755');
    expect(modeOf(join(folder, 'thesis.txt'))).toBe('644');
  });

  // Skipped: only root can give a folder to another account.
  (process.geteuid?.() === 0 ? it : it.skip)('of a folder of another account the files alone', async () => {
    mkdirSync(folder, { mode: 0o755 });
    chownSync(folder, 65_534, 65_534);
    await writeLog();
    expect(modeOf(folder)).toBe('755');
  });
});
