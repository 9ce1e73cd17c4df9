import type { LineMessage } from './thread-data.js';
import { ThreadLines, takeLines } from './thread-lines.js';

const LINE = `${'x'.repeat(1023)}\n`;
let sent: string[];
let underWay: Int32Array;
let lines: ThreadLines;
beforeEach(() => {
  sent = [];
  underWay = new Int32Array(1);
  lines = new ThreadLines({ postMessage: ({ line }: LineMessage) => sent.push(line) }, underWay);
});

it('a line is sent at once, and is under way until it is taken', () => {
  lines.write('one\n');
  expect([sent, underWay[0]]).toEqual([['one\n'], 4]);
});

it('a line that is taken is written, and makes room for another', () => {
  lines.write('one\n');
  lines.write('two\n');
  const written: string[] = [];
  takeLines({ write: (line) => written.push(line) }, underWay)({ line: 'one\n' });
  expect([written, underWay[0]]).toEqual([['one\n'], 4]);
});

it('what the process takes too late is dropped, and counted in a line of its own', () => {
  for (let n = 0; n < 1_027; n += 1) lines.write(LINE);
  expect(sent).toHaveLength(1_024);
  Atomics.store(underWay, 0, 0);
  lines.write('again\n');
  expect(sent).toHaveLength(1_026);
  expect(JSON.parse(sent[1_024] ?? '')).toMatchObject({
    level: 40,
    msg: '3 lines of the log were dropped here',
  });
  expect(sent[1_025]).toBe('again\n');
});
