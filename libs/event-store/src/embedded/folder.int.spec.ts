import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { collect, newEvent, newEvents } from '../contract/fixtures.contract.js';
import { CorruptLog, FolderInUse, FormatTooNew, NotAnEventLog } from './errors.js';
import { LOG_FILE } from './lmdb-event-log-file.js';
import { openEmbeddedEventStore } from './open-embedded-event-store.js';
import { type RunningSource, runSource } from './testing/run-source.js';
import { type TemporaryFolder, temporaryFolder } from './testing/temporary-folder.js';

let temporary: TemporaryFolder;
let folder: string;
const programs: RunningSource[] = [];
beforeEach(() => {
  temporary = temporaryFolder();
  folder = join(temporary.path, 'log');
});
afterEach(async () => {
  for (const { process, ended } of programs.splice(0)) {
    process.kill('SIGKILL');
    await ended;
  }
  temporary.remove();
});

/** Opens the folder in a process of its own and prints 'open', or the error's code and sentence. */
function openElsewhere(): RunningSource {
  const module = new URL('./open-embedded-event-store.ts', import.meta.url).href;
  const program = runSource(
    `import { openEmbeddedEventStore } from '${module}';
     await openEmbeddedEventStore({ folder: process.argv[1] }).then(
       () => { console.log('open'); setInterval(() => {}, 1000); },
       (error) => console.log(error.code, error.message));`,
    [folder],
  );
  programs.push(program);
  return program;
}

async function firstLine({ lines, errorText }: RunningSource): Promise<string> {
  for await (const line of lines) return line;
  throw new Error(`it printed nothing: ${errorText()}`);
}

const rawFile = (path = join(folder, LOG_FILE)) =>
  open<unknown, string>({ path, noSubdir: true, overlappingSync: false });

describe('a folder in use', () => {
  it('is refused to a second opener in the same process, with the folder and the pid, and is free after close', async () => {
    const store = await openEmbeddedEventStore({ folder });
    const second = openEmbeddedEventStore({ folder });
    await expect(second).rejects.toThrow(FolderInUse);
    await expect(second).rejects.toMatchObject({ code: 'FOLDER_IN_USE', folder, pid: process.pid });
    await expect(second).rejects.toThrow(`in ${folder} is in use by process ${process.pid}`);
    await store.append('s', [newEvent()], 'no-stream');
    await store.close();
    await (await openEmbeddedEventStore({ folder })).close();
  });

  it('is refused to another process', async () => {
    const store = await openEmbeddedEventStore({ folder });
    const line = await firstLine(openElsewhere());
    expect(line).toMatch(/^FOLDER_IN_USE /);
    expect(line).toContain(`is in use by process ${process.pid}`);
    await store.close();
  });

  it('is free again when its holder was killed', async () => {
    const holder = openElsewhere();
    expect(await firstLine(holder)).toBe('open');
    await expect(openEmbeddedEventStore({ folder })).rejects.toMatchObject({ pid: holder.process.pid });
    const exit = once(holder.process, 'exit');
    holder.process.kill('SIGKILL');
    await exit;
    await (await openEmbeddedEventStore({ folder })).close();
  });
});

describe('what is no log of this version is left alone', () => {
  it.each([
    ['text', 'not a log\n'],
    ['shorter than a page', Buffer.alloc(100, 7)],
    ['random bytes', randomBytes(32_768)],
  ])('a log.mdb of %s is refused before lmdb looks at it, and stays as it is', async (_, bytes) => {
    mkdirSync(folder);
    writeFileSync(join(folder, LOG_FILE), bytes);
    const line = await firstLine(openElsewhere());
    expect(line).toMatch(/^NOT_AN_EVENT_LOG .*its log\.mdb is none that lmdb wrote/);
    expect(readFileSync(join(folder, LOG_FILE))).toEqual(Buffer.from(bytes));
  });

  it('an empty log.mdb, whose process died when it had made it, becomes a log', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, LOG_FILE), '');
    const store = await openEmbeddedEventStore({ folder });
    await store.append('s', [newEvent()], 'no-stream');
    await store.close();
  });

  it('a newer format is refused, and the folder is free afterwards', async () => {
    await (await openEmbeddedEventStore({ folder })).close();
    const raw = rawFile();
    await raw.openDB('meta', { encoding: 'json' }).put('log', { format: 3, logId: 'abc' });
    await raw.close();
    const refused = openEmbeddedEventStore({ folder });
    await expect(refused).rejects.toThrow(FormatTooNew);
    await expect(refused).rejects.toThrow(/has format 3, this version reads up to 2/);
    const again = rawFile();
    expect(again.openDB('meta', { encoding: 'json' }).get('log')).toEqual({ format: 3, logId: 'abc' });
    await again.openDB('meta', { encoding: 'json' }).put('log', { format: 1, logId: 'abc' });
    await again.close();
    const store = await openEmbeddedEventStore({ folder });
    expect(store.logId).toBe('abc');
    await store.close();
  });

  it("a folder with somebody else's files is refused and not written to", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'x');
    await expect(openEmbeddedEventStore({ folder })).rejects.toThrow(NotAnEventLog);
    await expect(openEmbeddedEventStore({ folder })).rejects.toThrow(/thesis\.txt/);
    expect(readdirSync(folder)).not.toContain(LOG_FILE);
  });

  it('another lmdb file of the same name is refused and keeps its tables', async () => {
    mkdirSync(folder);
    const foreign = rawFile();
    await foreign.openDB('customers', {}).put('a', 1);
    await foreign.close();
    await expect(openEmbeddedEventStore({ folder })).rejects.toThrow(NotAnEventLog);
    const again = rawFile();
    expect([...again.getKeys()]).toEqual(['customers']);
    await again.close();
  });
});

describe('opening', () => {
  it('a long log looks at its end only: 20,000 events, with one in the middle that cannot be read', async () => {
    const store = await openEmbeddedEventStore({ folder });
    const appends = Array.from({ length: 2_000 }, (_, n) =>
      store.append(`s-${n}`, newEvents(10), 'no-stream'),
    );
    await Promise.all(appends);
    await store.close();
    const raw = rawFile();
    await raw.openDB<Buffer, number>('records', { encoding: 'binary' }).put(10_001, Buffer.from('junk'));
    await raw.close();

    const reopened = await openEmbeddedEventStore({ folder });
    expect(await reopened.append('next', [newEvent()], 'no-stream')).toEqual({
      revision: 0n,
      position: 20_001n,
    });
    expect(await collect(reopened.readStream('s-1999'))).toHaveLength(10);
    await expect(collect(reopened.readAll())).rejects.toThrow(CorruptLog);
    await reopened.close();
  });

  it('gives every new log another name of ten letters', async () => {
    const first = await openEmbeddedEventStore({ folder });
    const second = await openEmbeddedEventStore({ folder: join(temporary.path, 'other') });
    expect(first.logId).toMatch(/^[a-z2-9]{10}$/);
    expect(second.logId).not.toBe(first.logId);
    await Promise.all([first.close(), second.close()]);
  });
});

describe('backup', () => {
  it('made while appends go on is a log of its own: whole appends up to some position, same name, same places', async () => {
    const copyFolder = join(temporary.path, 'copies', 'monday');
    const store = await openEmbeddedEventStore({ folder });
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => store.append(`s-${n}`, newEvents(3), 'no-stream')),
    );
    const { position } = await store.append('last-before', [newEvent()], 'no-stream');
    const during = Promise.all(
      Array.from({ length: 200 }, (_, n) => store.append(`t-${n}`, newEvents(3), 'no-stream')),
    );
    await store.backup(copyFolder);
    await during;
    const original = await collect(store.readAll());

    const copy = await openEmbeddedEventStore({ folder: copyFolder });
    const copied = await collect(copy.readAll());
    expect(copy.logId).toBe(store.logId);
    expect(copied.length).toBeGreaterThanOrEqual(Number(position));
    expect(copied).toEqual(original.slice(0, copied.length));
    expect((copied.length - 1) % 3).toBe(0);
    await copy.append('only-in-the-copy', [newEvent()], 'no-stream');
    await Promise.all([copy.close(), store.close()]);
  });

  it('goes only to an empty folder, and leaves nothing that looks like a log when refused', async () => {
    const target = join(temporary.path, 'target');
    mkdirSync(target);
    writeFileSync(join(target, 'thesis.txt'), 'x');
    const store = await openEmbeddedEventStore({ folder });
    await expect(store.backup(target)).rejects.toThrow(/is not empty/);
    expect(readdirSync(target)).toEqual(['thesis.txt']);
    await store.backup(join(temporary.path, 'free'));
    await store.close();
    await expect(store.backup(join(temporary.path, 'late'))).rejects.toThrow(/closed/);
  });
});
