import { closeSync, openSync, readFileSync } from 'node:fs';
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
