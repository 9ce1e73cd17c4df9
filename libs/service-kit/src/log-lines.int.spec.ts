import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, until } from '@action-do/test-support';
import { LogLines } from './log-lines.js';

const folder = temporaryFolder('action-do-lines');
const path = join(folder.path, 'log');
let fd: number;
beforeEach(() => {
  fd = openSync(path, 'w');
});
afterEach(() => closeSync(fd));
afterAll(() => folder.remove());
const written = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

/** The threads that do what a process does not wait for are busy: each waits for another end of a pipe. */
function busyThreads(): () => Promise<void> {
  const fifo = join(folder.path, 'never-written');
  execFileSync('mkfifo', [fifo]);
  const opening = Array.from({ length: 4 }, () => open(fifo, 'r'));
  return async () => {
    const end = openSync(fifo, 'r+');
    for (const file of await Promise.all(opening)) await file.close();
    closeSync(end);
  };
}

describe('lines of a log', () => {
  it('come out by themselves and in order, a single one too, many of them together', async () => {
    const lines = new LogLines(fd);
    lines.write('alone\n');
    await until('it is out', () => written().length === 1);
    const many = Array.from({ length: 20_000 }, (_, n) => `line ${n}`);
    for (const line of many) lines.write(`${line}\n`);
    await until('they are out', () => written().length === 20_001);
    expect(written()).toEqual(['alone', ...many]);
  });

  it('that wait when the process ends are written then', () => {
    const lines = new LogLines(fd);
    lines.write('the last\n');
    expect(written()).toEqual([]);
    lines.flushSync();
    expect(written()).toEqual(['the last']);
  });

  it('are all written when the process ends, in order, also where the system writes nothing by itself', async () => {
    const lines = new LogLines(fd);
    const many = Array.from({ length: 3_000 }, (_, n) => `line ${n}`);
    const letGo = busyThreads();
    for (const line of many) lines.write(`${line}\n`);
    lines.flushSync();
    const atTheEnd = written();
    await letGo();
    expect(atTheEnd).toEqual(many);
  });

  it('that are more than may wait are dropped, and counted in a line of their own', async () => {
    const lines = new LogLines(fd, 6);
    for (const line of ['first\n', 'second\n', 'third\n']) lines.write(line);
    await until('the first is out', () => written().length === 1);
    lines.write('again\n');
    lines.flushSync();
    const [first, told, again] = written();
    expect([first, again]).toEqual(['first', 'again']);
    expect(JSON.parse(told ?? '')).toMatchObject({ level: 40, msg: '2 lines of the log were dropped here' });
  });

  // What cannot be written to stands for a terminal that was closed: its answer is another than "not now".
  it('for which nobody is there any more are dropped, and nobody waits for them', () => {
    const closed = openSync(path, 'r');
    const lines = new LogLines(closed);
    for (const line of ['nobody reads this\n', 'nor this\n']) {
      lines.write(line);
      lines.flushSync();
    }
    closeSync(closed);
    expect(written()).toEqual([]);
  });
});

describe('lines into a pipe that nobody reads for a while', () => {
  const LINE = `${'x'.repeat(99)}\n`;
  let pipes = 0;
  let pipe: number;
  beforeEach(() => {
    pipes += 1;
    const fifo = join(folder.path, `pipe-${pipes}`);
    execFileSync('mkfifo', [fifo]);
    // Open for both ends: what would wait is EAGAIN, also where nobody else is there.
    pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  });
  afterEach(() => closeSync(pipe));

  /** What is in the pipe now: 64 KiB at the most. */
  function taken(): string {
    const bytes = Buffer.alloc(1024 * 1024);
    try {
      return bytes.toString('utf8', 0, readSync(pipe, bytes));
    } catch {
      return '';
    }
  }

  it('come out whole and in order, by themselves and at the end of the process', async () => {
    const lines = new LogLines(pipe);
    const many = Array.from({ length: 3_000 }, (_, n) => `${n} ${LINE}`).join('');
    for (const line of many.match(/.+\n/g) ?? []) lines.write(line);
    let all = '';
    await until('what is left has room in the pipe', () => {
      all += taken();
      return all.length > many.length - 50_000;
    });
    lines.write('the last\n');
    lines.flushSync();
    expect(all + taken()).toBe(`${many}the last\n`);
  });

  it('are bounded together, those that were handed on and not taken too', async () => {
    const lines = new LogLines(pipe, 100_000);
    writeSync(pipe, Buffer.alloc(64 * 1024, '\n'));
    for (let n = 0; n < 1_100; n += 1) lines.write(LINE);
    let all = '';
    await until('those that waited are out', () => {
      all += taken();
      return all.split(LINE).length > 1_000;
    });
    lines.flushSync();
    expect((all + taken()).split(LINE)).toHaveLength(1_001);
  });
});
