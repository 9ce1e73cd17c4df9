import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MessagePort, Worker } from 'node:worker_threads';
import { transformFileSync } from '@swc/core';
import { describeBus } from '../bus.contract.js';
import { bytes, patient, textOf, until } from '../bus-contract/bus-probe.contract.js';
import { NoResponder } from '../errors.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import { InProcessBus } from './in-process-bus.js';
import { ThreadBus } from './thread-bus.js';

const quiet = { onHandlerError: () => undefined };

/** Real threads run plain JavaScript: the library's own sources, without types, in a folder of their own. */
const sources = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'messaging-threads-'));
const workers: Worker[] = [];

function startWorker(script: string, port?: MessagePort): Worker {
  const path = join(folder, `worker-${workers.length}.mjs`);
  writeFileSync(path, script);
  const worker = new Worker(path, port ? { workerData: port, transferList: [port] } : {});
  workers.push(worker);
  return worker;
}

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const path of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || /\.(spec|contract)\.ts$|^nest|^index/.test(path)) continue;
    const { code } = transformFileSync(join(sources, path), {
      swcrc: false,
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
      outputPath: folder,
    });
    // One flat folder: the relative imports lose their folders too.
    const flat = code.replaceAll(/from '(?:\.\.?\/)+(?:in-process\/)?/g, "from './");
    writeFileSync(join(folder, path.replace(/^.*\//, '').replace(/ts$/, 'js')), flat);
  }
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()));
  rmSync(folder, { recursive: true, force: true });
});

describe('across real threads', () => {
  let host: Worker | undefined;

  /** The bus lives in the other thread; this one has two connections to it. */
  async function connectTwice(): Promise<readonly [ThreadBus, ThreadBus]> {
    host ??= startWorker(`
      import { parentPort } from 'node:worker_threads';
      import { InProcessBus } from './in-process-bus.js';
      parentPort.on('message', () => {
        const bus = new InProcessBus({ onHandlerError: () => undefined });
        const ports = [bus.connectThread(), bus.connectThread()];
        parentPort.postMessage(ports, ports);
      });
    `);
    const worker = host;
    const [one, two] = await new Promise<[MessagePort, MessagePort]>((resolve) => {
      worker.once('message', resolve);
      worker.postMessage('connect');
    });
    return [new ThreadBus(one, quiet), new ThreadBus(two, quiet)];
  }

  describeBus('ThreadBus', connectTwice);
});

describe('a thread that serves', () => {
  const serving = `
    import { workerData } from 'node:worker_threads';
    import { ThreadBus } from './thread-bus.js';
    const bus = new ThreadBus(workerData);
    const encoder = new TextEncoder();
    bus.subscribe('echo', (message) => message.respond(message.payload));
    bus.subscribe('block', (message) => {
      message.respond(encoder.encode('blocking'));
      setImmediate(() => setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)));
    });
    bus.subscribe('silent', () => undefined);
    bus.subscribe('ask', () => void bus.request('never.answered', encoder.encode(''), { timeoutMs: 60_000 }));
    bus.subscribe('leave', () => void bus.drain());
    bus.subscribe('die', () => process.exit(3));
    bus.subscribe('crash', () => setImmediate(() => { throw new Error('crash'); }));
    bus.publish('ready', encoder.encode(''));
  `;

  async function startServing(options: ConstructorParameters<typeof InProcessBus>[0] = quiet): Promise<{
    bus: InProcessBus;
    worker: Worker;
  }> {
    const bus = new InProcessBus(options);
    const ready = new Promise<void>((resolve) => bus.subscribe('ready', () => resolve()));
    const worker = startWorker(serving, bus.connectThread());
    await ready;
    return { bus, worker };
  }

  const isGone = (bus: InProcessBus, subject = 'echo'): Promise<boolean> =>
    bus.request(subject, bytes('?'), { timeoutMs: 20 }).then(
      () => false,
      (error: unknown) => error instanceof NoResponder,
    );

  it('answers, and what it holds is a copy', async () => {
    const { bus } = await startServing();
    expect(textOf(await bus.request('echo', bytes('over there'), patient))).toBe('over there');
  });

  it.each(['die', 'crash'])('that ends by "%s" takes its subscriptions with it', async (how) => {
    const { bus, worker } = await startServing();
    worker.on('error', () => undefined);
    bus.publish(how, bytes(''));
    await until(() => isGone(bus));
    expect(await isGone(bus, 'silent')).toBe(true);
  });

  it('that is terminated takes its open requests with it: their answers find nobody', async () => {
    const { bus, worker } = await startServing();
    let answerLate = (): void => undefined;
    bus.subscribe('never.answered', (message) => {
      answerLate = () => message.respond(bytes('late'));
    });
    const asked = new Promise<void>((resolve) => bus.subscribe('never.answered', () => resolve()));
    bus.publish('ask', bytes(''));
    await asked;
    await worker.terminate();
    await until(() => isGone(bus));
    answerLate();
    await bus.drain();
  });

  it('that drains its connection can end by itself', async () => {
    const { bus, worker } = await startServing();
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    bus.publish('leave', bytes(''));
    expect(await ended).toBe(0);
    expect(await isGone(bus)).toBe(true);
  });

  it('ends with the drain of the bus, its work done', async () => {
    const { bus, worker } = await startServing();
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await bus.drain();
    expect(await ended).toBe(0);
  });

  it('that is too busy to read is given no more than its bound, and requests to it fail at once', async () => {
    const reported: unknown[] = [];
    const { bus } = await startServing({
      pendingMax: 10,
      onHandlerError: (error) => void reported.push(error),
    });
    await bus.request('block', bytes(''), patient);
    await until(() => isGone(bus, 'silent'));
    expect(await isGone(bus, 'silent')).toBe(true);
    await until(async () => !(await isGone(bus, 'silent')));
    await until(() => reported.length > 0);
    expect(reported[0]).toBeInstanceOf(SlowSubscriber);
    // The thread still works off what waited for it: until then its bound refuses more, echo included.
    await until(async () => !(await isGone(bus)));
    await bus.close();
  });
});
