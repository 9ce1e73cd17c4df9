import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '@action-do/test-support';
import { systemClock } from '../ports.js';
import { listeningLog } from '../testing/follower-world.contract.js';
import { SupervisedThread } from './supervised-thread.js';

const folder = mkdtempSync(join(tmpdir(), 'supervised-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let scripts = 0;

/** Shared with the thread: how often it was begun. */
function supervise(script: string) {
  scripts += 1;
  const file = join(folder, `${scripts}.mjs`);
  writeFileSync(file, `import { parentPort, workerData } from 'node:worker_threads';\n${script}`);
  const durable = new SharedArrayBuffer(4);
  const underWay = new SharedArrayBuffer(4);
  const written: string[] = [];
  const { told, logger } = listeningLog();
  const data = () => ({
    log: { folder, durable },
    viewsUrl: '',
    bus: { natsUrl: '', natsInbox: '', insecureDev: true },
    logLevel: 'info',
    linesUnderWay: underWay,
  });
  const plan = {
    name: 'test',
    file: pathToFileURL(file),
    resourceLimits: { maxOldGenerationSizeMb: 32 },
    data,
    lines: { write: (line: string) => void written.push(line) },
  };
  const thread = new SupervisedThread(plan, systemClock, logger);
  const begun = new Int32Array(durable);
  const linesUnderWay = () => Atomics.load(new Int32Array(underWay), 0);
  return { thread, told, written, linesUnderWay, begun: () => Atomics.load(begun, 0) };
}
const COUNT = `const times = Atomics.add(new Int32Array(workerData.log.durable), 0, 1);`;
const OBEY = `parentPort.on('message', () => parentPort.close()); parentPort.postMessage('ready');`;

describe('a thread', () => {
  it.each([
    ['that throws', `if (times < 2) throw new Error('it broke');`, /it broke/],
    ['that exits', `if (times < 2) process.exit(3);`, /ended with 3/],
    [
      'that needs more memory than it may have',
      `const all = []; while (times < 2) all.push(Array.from({ length: 10_000 }, (_, n) => ({ n })));`,
      /memory limit/,
    ],
  ])('%s is begun again, and takes nobody with it', async (_, trouble, why) => {
    const { thread, told, begun } = supervise(`${COUNT} ${trouble} ${OBEY}`);
    await thread.ready;
    expect(begun()).toBe(3);
    expect(told.map(({ fields }) => String(fields['err']))).toEqual([
      expect.stringMatching(why),
      expect.stringMatching(why),
    ]);
    expect(told.map(({ fields }) => fields['restartMs'])).toEqual([200, 400]);
    await thread.close(5_000);
  });

  it('has its lines written by the process, the last ones before its death or its end too', async () => {
    const { thread, written, linesUnderWay } = supervise(`${COUNT}
      const write = (line) => {
        Atomics.add(new Int32Array(workerData.linesUnderWay), 0, line.length);
        parentPort.postMessage({ line });
      };
      write('began ' + times);
      if (times === 0) process.exit(1);
      parentPort.on('message', () => {
        write('ends');
        parentPort.close();
      });
      parentPort.postMessage('ready');`);
    await thread.ready;
    await thread.close(60_000);
    expect([written, linesUnderWay()]).toEqual([['began 0', 'began 1', 'ends'], 0]);
  });

  it('ends by itself when it is told to', async () => {
    const { thread, told } = supervise(OBEY);
    await thread.ready;
    await thread.close(60_000);
    expect(told).toEqual([]);
  });

  it('that does not listen is cut off at the bound', async () => {
    const { thread, told } = supervise(`parentPort.postMessage('ready'); setInterval(() => {}, 1_000);`);
    await thread.ready;
    await thread.close(50);
    expect(told).toMatchObject([{ level: 'warn', fields: { boundMs: 50 } }]);
  });

  it('that is closed while it waits to be begun again is not begun', async () => {
    const { thread, told, begun } = supervise(`${COUNT} process.exit(1);`);
    await until('it has died twice', () => told.length === 2);
    const before = begun();
    await thread.close(1_000);
    expect(begun()).toBe(before);
  });
});
