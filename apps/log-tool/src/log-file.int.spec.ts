import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InMemoryEventStore } from '@action-do/event-store';
import { seededRandom, temporaryFolder } from '@action-do/test-support';
import { copyLog } from './copy-log.js';
import { sourceOf } from './log-source.js';
import { readLogFile } from './read-log-file.js';
import { contentOf, event, filledLog, watch } from './testing/random-logs.contract.js';
import { writeLogFile } from './write-log-file.js';

const folder = temporaryFolder('action-do-log-file');
afterAll(() => folder.remove());
let files = 0;
function newFile(): string {
  files += 1;
  return join(folder.path, `${files}.ndjson`);
}

async function exported(store?: InMemoryEventStore): Promise<string> {
  const file = newFile();
  await writeLogFile(await sourceOf(store ?? (await filledLog(40)), 'old'), file, watch());
  return file;
}
const refusalOf = (file: string) => readLogFile(file).catch((error: unknown) => error);

describe('a log in a file', () => {
  it('says what it is, has a line for each event, and the digest of all bytes at its end', async () => {
    const store = new InMemoryEventStore({ logId: 'old' });
    await store.append('action-default.1', [event(1, { text: 'ü\n\u2028' })], 'no-stream');
    const file = await exported(store);
    const [header, line, trailer, ...more] = readFileSync(file, 'utf8').split('\n');
    expect(JSON.parse(String(header))).toEqual({
      format: 'action-do-log',
      version: 1,
      logId: 'old',
      events: 1,
    });
    expect(JSON.parse(String(line))).toMatchObject({ revision: '0', data: { text: 'ü\n\u2028' } });
    expect(JSON.parse(String(trailer))).toEqual({ end: true, events: 1, sha256: expect.any(String) });
    expect([more, statSync(file).mode & 0o777]).toEqual([[''], 0o600]);
  });

  it('gives the same log again', async () => {
    const store = await filledLog(300);
    await store.append('large', [event(900_001, { text: 'x'.repeat(3_000_000) })], 'no-stream');
    const target = new InMemoryEventStore({ logId: 'new' });
    const source = await readLogFile(await exported(store));
    expect(source).toMatchObject({ logId: 'old', count: (await contentOf(store)).length });
    await copyLog(source, target, watch());
    expect(await contentOf(target)).toEqual(await contentOf(store));
  });

  it('may be empty', async () => {
    const source = await readLogFile(await exported(new InMemoryEventStore({ logId: 'old' })));
    expect(await copyLog(source, new InMemoryEventStore(), watch())).toMatchObject({ events: 0 });
  });

  it('is never written over, and a part that is something else is written anew', async () => {
    const file = await exported();
    const before = readFileSync(file);
    await expect(
      writeLogFile(await sourceOf(await filledLog(1), 'old'), file, watch()),
    ).rejects.toMatchObject({
      exitCode: 9,
    });
    expect(readFileSync(file)).toEqual(before);
    const other = newFile();
    writeFileSync(`${other}.part`, 'half a log');
    await writeLogFile(await sourceOf(await filledLog(40), 'old'), other, watch());
    expect([readFileSync(other).equals(before), existsSync(`${other}.part`)]).toEqual([true, false]);
  });

  it('of which a part was left is gone on with behind the last line that is the same, and is the same file', async () => {
    const store = await filledLog(40);
    const whole = readFileSync(await exported(store));
    const header = whole.indexOf(10) + 1;
    const random = seededRandom(11);
    const parts: [Buffer, number | undefined][] = [
      [whole, (await contentOf(store)).length],
      [Buffer.concat([whole, Buffer.from('{"more":1}\n')]), (await contentOf(store)).length],
      [whole.subarray(0, header), 0],
      [whole.subarray(0, header - 1), 0],
    ];
    for (let round = 0; round < 40; round += 1) {
      const cut = header + Math.floor(random() * (whole.length - header));
      const spoilt = Buffer.from(whole);
      spoilt.writeUInt8(spoilt.readUInt8(cut) ^ 1, cut);
      const before = Math.min(
        whole.subarray(header, cut).filter((byte) => byte === 10).length,
        parts[0]?.[1] ?? 0,
      );
      parts.push([whole.subarray(0, cut), before], [spoilt, before]);
    }
    for (const [part, before] of parts) {
      const file = newFile();
      writeFileSync(`${file}.part`, part);
      const { eventsBefore } = await writeLogFile(await sourceOf(store, 'old'), file, watch());
      expect([eventsBefore, readFileSync(file).equals(whole)]).toEqual([before, true]);
    }
  });

  it('that was interrupted is gone on with; where the log has grown since, it is written anew', async () => {
    const store = await filledLog(40);
    await store.append('large', [event(900_001, { text: 'x'.repeat(1_100_000) })], 'no-stream');
    await store.append('late', [event(900_002)], 'no-stream');
    const [file, stopper] = [newFile(), new AbortController()];
    const source = await sourceOf(store, 'old');
    const tell = (_: string, done: number) => done === source.count - 1 && stopper.abort();
    await expect(writeLogFile(source, file, watch({ tell, signal: stopper.signal }))).rejects.toThrow();
    expect(existsSync(file)).toBe(false);
    const part = readFileSync(`${file}.part`);
    const phases = new Set<string>();
    const again = await writeLogFile(source, file, watch({ tell: (phase) => void phases.add(phase) }));
    expect(again).toMatchObject({ events: source.count, eventsBefore: source.count - 1 });
    expect([...phases]).toEqual(['compared', 'copied', 'verified']);
    expect(readFileSync(file).subarray(0, part.length).equals(part)).toBe(true);

    const other = newFile();
    writeFileSync(`${other}.part`, part);
    await store.append('later', [event(900_003)], 'no-stream');
    const grown = await writeLogFile(await sourceOf(store, 'old'), other, watch());
    expect(grown).toMatchObject({ events: source.count + 1, eventsBefore: 0 });
    expect((await readLogFile(other)).count).toBe(source.count + 1);
  });

  it('is written by one run at a time: another is refused, and leaves alone what the first writes', async () => {
    const [source, file] = [await sourceOf(await filledLog(40), 'old'), newFile()];
    let other: Promise<unknown> | undefined;
    const first = watch({
      tell: () => {
        other ??= sourceOf(new InMemoryEventStore({ logId: 'other' }), 'other')
          .then((empty) => writeLogFile(empty, file, watch()))
          .catch((error: unknown) => error);
      },
    });
    // The first has not written its end before the other is over.
    const waits = {
      ...source,
      async *events() {
        yield* source.events();
        await other;
      },
    };
    await writeLogFile(waits, file, first);
    expect(await other).toMatchObject({ exitCode: 9, message: `Another export writes ${file}.part.` });
    expect((await readLogFile(file)).count).toBe(source.count);
  });

  it('that got its name while the lock was waited for is not written over', async () => {
    const [source, file] = [await sourceOf(await filledLog(2), 'old'), newFile()];
    const writing = writeLogFile(source, file, watch());
    writeFileSync(file, 'whole');
    await expect(writing).rejects.toMatchObject({ exitCode: 9, message: `${file} is there already.` });
    expect(readFileSync(file, 'utf8')).toBe('whole');
  });

  it('does not get its name where something else is read back, and the next run mends it', async () => {
    const store = await filledLog(40);
    const [source, whole, file] = [
      await sourceOf(store, 'old'),
      readFileSync(await exported(store)),
      newFile(),
    ];
    writeFileSync(`${file}.part`, whole);
    const spoil = (_: string, done: number): void => {
      if (done < source.count) return;
      const part = readFileSync(`${file}.part`);
      part.writeUInt8(part.readUInt8(200) ^ 1, 200);
      writeFileSync(`${file}.part`, part);
    };
    await expect(writeLogFile(source, file, watch({ tell: spoil }))).rejects.toMatchObject({ exitCode: 8 });
    expect(existsSync(file)).toBe(false);
    await writeLogFile(source, file, watch());
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  it('holds what there was at the beginning where the log is written to meanwhile, and that is said', async () => {
    const store = await filledLog(40);
    const source = await sourceOf(store, 'old');
    await store.append('late', [event(999_999)], 'no-stream');
    const file = newFile();
    await expect(writeLogFile(source, file, watch())).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringMatching(/is whole and holds the first \d+ events/),
    });
    expect((await readLogFile(file)).count).toBe(source.count);
  });

  it.each([
    ['is not there', () => newFile(), 4],
    ['is empty', (file: string) => void writeFileSync(file, ''), 8],
    ['is something else', (file: string) => void writeFileSync(file, 'PK\u0003\u0004'), 9],
    ['is JSON of something else', (file: string) => void writeFileSync(file, '{"a":1}\n'), 9],
    ['was cut off', (file: string) => void writeFileSync(file, readFileSync(file).subarray(0, -80)), 8],
    [
      'was cut off behind a line',
      (file: string) => void writeFileSync(file, lines(file).slice(0, -1).join('')),
      8,
    ],
    ['lacks an event', (file: string) => void writeFileSync(file, lines(file).toSpliced(3, 1).join('')), 8],
    [
      'has an event twice',
      (file: string) =>
        void writeFileSync(
          file,
          lines(file)
            .toSpliced(3, 0, String(lines(file)[3]))
            .join(''),
        ),
      8,
    ],
    ['goes on behind its end', (file: string) => appendFileSync(file, '{"more":1}\n'), 8],
  ])('that %s is refused', async (_what, spoil, exitCode) => {
    const file = await exported();
    const other = spoil(file);
    expect(await refusalOf(other ?? file)).toMatchObject({ name: 'Refused', exitCode });
  });

  it('whose digest is right and whose counts are not is refused', async () => {
    const file = await exported(new InMemoryEventStore({ logId: 'old' }));
    const header = String(lines(file)[0]).replace('"events":0', '"events":1');
    const sha256 = createHash('sha256').update(header).digest('hex');
    writeFileSync(file, header + JSON.stringify({ end: true, events: 1, sha256 }));
    expect(await refusalOf(file)).toMatchObject({
      exitCode: 8,
      message: expect.stringMatching(/says 1 .* has 0/),
    });
  });

  it('in which any byte is another is refused', async () => {
    const file = await exported();
    const bytes = readFileSync(file);
    const random = seededRandom(7);
    for (let round = 0; round < 200; round += 1) {
      const at = Math.floor(random() * (bytes.length - 1));
      const spoilt = Buffer.from(bytes);
      spoilt.writeUInt8(spoilt.readUInt8(at) ^ (1 + Math.floor(random() * 255)), at);
      writeFileSync(file, spoilt);
      expect({ at, refused: await refusalOf(file) }).toMatchObject({ at, refused: { name: 'Refused' } });
    }
  });
});

const lines = (file: string): string[] => readFileSync(file, 'utf8').split(/(?<=\n)/);
