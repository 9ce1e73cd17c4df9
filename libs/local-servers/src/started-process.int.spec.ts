import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { ProcessNotReady, type ProcessPlan, startProcess } from './started-process.js';
import { temporaryFolder } from './temporary-folder.js';

const plan = (code: string, more: Partial<ProcessPlan> = {}): ProcessPlan => ({
  command: process.execPath,
  args: ['-e', code],
  env: {},
  ready: /ready at (\d+)/,
  readyWithinMs: 10_000,
  ...more,
});
const READY = "process.stdout.write('ready at 7\\n');";

describe('a process that is started', () => {
  it('is there once it says so, and gone when it was stopped or killed', async () => {
    const stopped = await startProcess(
      plan(`process.on('SIGTERM', () => process.exit(4)); ${READY} setInterval(() => {}, 99)`),
    );
    expect([stopped.ready[1], stopped.ended()]).toEqual(['7', false]);
    expect([await stopped.stop(), stopped.ended()]).toEqual([4, true]);
    const killed = await startProcess(plan(`${READY} setInterval(() => {}, 99)`));
    await killed.kill();
    expect([killed.ended(), await killed.exited]).toEqual([true, null]);
  });

  it('is one of many that end with us by one listener, which goes with the last of them', async () => {
    const before = process.listenerCount('exit');
    const started = [1, 2, 3].map(() => startProcess(plan(`${READY} setInterval(() => {}, 99)`)));
    const all = await Promise.all(started);
    expect(process.listenerCount('exit')).toBe(before + 1);
    await Promise.all(all.map((each) => each.kill()));
    expect(process.listenerCount('exit')).toBe(before);
  });

  it('that ends before is an error with all that it said', async () => {
    const ended = startProcess(
      plan("process.stdout.write('hm'); process.stderr.write('no port'); process.exitCode = 9"),
    );
    await expect(ended).rejects.toThrow(ProcessNotReady);
    await expect(ended).rejects.toMatchObject({ exitCode: 9, stdout: 'hm', stderr: 'no port' });
  });

  it('that is not ready in time is ended', async () => {
    const overdue = startProcess(plan('setInterval(() => {}, 99)', { readyWithinMs: 100 }));
    await expect(overdue).rejects.toThrow('it was not ready within 100 ms');
  });

  it('that is called off is ended, and not begun where that was before', async () => {
    const off = new AbortController();
    const begun = startProcess(plan('setInterval(() => {}, 99)', { signal: off.signal }));
    off.abort(new Error('no more'));
    await expect(begun).rejects.toThrow('it was called off');
    await expect(startProcess(plan(READY, { signal: off.signal }))).rejects.toThrow('no more');
  });

  it('that there is not is an error too', async () => {
    const absent = startProcess(plan('', { command: '/no/such/program' }));
    await expect(absent).rejects.toThrow(ProcessNotReady);
  });

  it('is remembered with the last of what it said, however much that is', async () => {
    const much =
      "for (const to of ['stdout', 'stderr']) for (let n = 0; n < 40; n += 1) process[to].write('x'.repeat(100_000));";
    const talking = await startProcess(
      plan(`${READY} ${much} process.stdout.write('the end'); process.stderr.write('why')`),
    );
    await talking.exited;
    expect([talking.stdout().endsWith('xthe end'), talking.stderr().endsWith('xwhy')]).toEqual([true, true]);
    for (const { length } of [talking.stdout(), talking.stderr()])
      expect([length > 256_000, length < 600_000]).toEqual([true, true]);
  });

  it('may say elsewhere all but that it is ready, at the pace at which that is taken', async () => {
    const taken: string[] = [];
    let waiting = 0;
    const output = new Writable({
      decodeStrings: false,
      write(chunk, _, done) {
        taken.push(String(chunk));
        waiting = Math.max(waiting, output.writableLength);
        setImmediate(done);
      },
    });
    const ready = "process.stdout.write('loaded\\nit is ready at 7\\n  its log\\n  its port\\nfirst\\n');";
    const more =
      "for (let n = 0; n < 40; n += 1) process.stdout.write('x'.repeat(100_000)); console.log('the end')";
    const talking = await startProcess(plan(`${ready} ${more}`, { output }));
    await talking.exited;
    await new Promise<void>((resolve) => output.end(resolve));
    const all = taken.join('');
    expect(all.split('x').join('')).toBe('loaded\nfirst\nthe end\n');
    expect(all).toHaveLength(4_000_000 + 'loaded\nfirst\nthe end\n'.length);
    expect(waiting).toBeLessThan(200_000);
    expect(talking.stdout().length).toBeLessThan(600_000);
  });

  it('says elsewhere by whole lines, for others say theirs there too', async () => {
    const taken: string[] = [];
    const output = new Writable({
      decodeStrings: false,
      write(chunk, _, done) {
        taken.push(String(chunk));
        done();
      },
    });
    const halves =
      "process.stdout.write('a ha'); setTimeout(() => process.stdout.write('lf\\nthe last'), 50)";
    const talking = await startProcess(plan(`${READY} ${halves}`, { output }));
    await talking.exited;
    await new Promise<void>((resolve) => output.end(resolve));
    expect(taken).toEqual(['a half\n', 'the last\n']);
  });

  it('may write its log behind a file', async () => {
    const folder = temporaryFolder('action-do-log');
    const file = join(folder.path, 'log');
    for (const _ of [1, 2]) {
      const started = await startProcess(
        plan(`process.stderr.write('line\\n'); ${READY}`, { log: { file } }),
      );
      await started.exited;
      expect(started.stderr()).toBe('');
    }
    expect(readFileSync(file, 'utf8')).toBe('line\nline\n');
    folder.remove();
  });
});
