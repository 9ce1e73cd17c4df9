import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '@action-do/test-support';
import { SupervisedThread } from './supervised-thread.js';

const folder = mkdtempSync(join(tmpdir(), 'supervised-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let scripts = 0;

interface Told {
  readonly level: string;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

/** Shared with the thread: how often it was begun. */
function supervise(script: string, meanwhile?: string) {
  scripts += 1;
  const file = join(folder, `${scripts}.mjs`);
  writeFileSync(file, `import { parentPort, workerData } from 'node:worker_threads';\n${script}`);
  const begun = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const said: unknown[] = [];
  const told: Told[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void told.push({ level, fields: { ...fields }, message });
  const plan = {
    name: 'test',
    file: pathToFileURL(file),
    resourceLimits: { maxOldGenerationSizeMb: 32 },
    start: () => ({
      workerData: { begun },
      onMessage: (message: unknown) => void said.push(message),
    }),
    ...(meanwhile !== undefined && { meanwhile }),
  };
  const thread = new SupervisedThread(plan, { warn: at('warn'), error: at('error') });
  return { thread, told, said, begun: () => Atomics.load(new Int32Array(begun), 0) };
}
const COUNT = `const times = Atomics.add(new Int32Array(workerData.begun), 0, 1);`;
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

  it('is heard by the process, also what it says last before its death or its end', async () => {
    const { thread, said } = supervise(`${COUNT}
      parentPort.postMessage('began ' + times);
      if (times === 0) process.exit(1);
      parentPort.on('message', () => {
        parentPort.postMessage('ends');
        parentPort.close();
      });
      parentPort.postMessage('ready');`);
    await thread.ready;
    await thread.close(60_000);
    expect(said).toEqual(['began 0', 'began 1', 'ends']);
  });

  it('for which somebody stands in dies with a warning that says who', async () => {
    const { thread, told } = supervise(`${COUNT} if (times < 1) process.exit(3); ${OBEY}`, 'I do it');
    await thread.ready;
    await thread.close(60_000);
    expect(told).toMatchObject([
      { level: 'warn', message: 'a thread died and is begun again; meanwhile I do it' },
    ]);
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
