/**
 * A store in the main thread and a follower of it in a worker, as standalone runs them. Arguments: folder, scenario.
 *   follow     10,000 events are appended while the worker follows; it reports what it saw
 *   outlived   the store closes while the worker waits; it reports how its subscription ended, and ends
 *   terminated the worker is terminated in the middle of reading, again and again, while appends go on
 * Prints one JSON line.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { EventStore } from '../../event-store.js';
import { type EmbeddedLogReaderOptions, openEmbeddedLogReader } from '../embedded-log-reader.js';
import { openEmbeddedEventStore } from '../open-embedded-event-store.js';
import { FOLLOWED_EVENTS } from './followed-events.js';

const APPENDERS = 20;
const ROUNDS = 5;

export interface Followed {
  readonly events: number;
  readonly inOrder: boolean;
  /** Events that were shown although the durable end, as the worker knew it, was before them. */
  readonly early: number;
  readonly endedWith: string;
}

const newEvents = () =>
  [1, 2].map((n) => ({
    id: randomUUID(),
    type: 'ActionRequested',
    data: { n, text: 'x'.repeat(300) },
    metadata: {},
  }));

async function appendMany(store: EventStore, count: number): Promise<void> {
  const each = count / 2 / APPENDERS;
  await Promise.all(
    Array.from({ length: APPENDERS }, async () => {
      for (let n = 0; n < each; n += 1) await store.append(`s-${randomUUID()}`, newEvents(), 'no-stream');
    }),
  );
}

const startFollower = (options: EmbeddedLogReaderOptions & { readonly again: boolean }): Worker =>
  new Worker(fileURLToPath(import.meta.url), { workerData: options });

async function runScenario(folder: string, scenario: string): Promise<object> {
  const store = await openEmbeddedEventStore({ folder });
  const { durable } = store;
  if (scenario === 'terminated') {
    for (let round = 0; round < ROUNDS; round += 1) {
      const worker = startFollower({ folder, durable, again: true });
      await once(worker, 'message');
      await Promise.all([appendMany(store, 1_000), worker.terminate()]);
    }
    await store.close();
    const reopened = await openEmbeddedEventStore({ folder });
    let events = 0;
    for await (const _ of reopened.readAll()) events += 1;
    await reopened.close();
    return { events };
  }
  const worker = startFollower({ folder, durable, again: false });
  const ended = once(worker, 'exit');
  const reports = new Promise<Followed>((resolve) => {
    worker.on('message', (message) => typeof message === 'object' && resolve(message));
  });
  await once(worker, 'message');
  await appendMany(store, scenario === 'follow' ? FOLLOWED_EVENTS : 100);
  if (scenario === 'outlived') await store.close();
  const followed = await reports;
  const [exitCode] = await ended;
  await store.close();
  return { ...followed, exitCode };
}

async function follow({
  folder,
  durable,
  again,
}: EmbeddedLogReaderOptions & { again: boolean }): Promise<void> {
  const reader = await openEmbeddedLogReader({ folder, durable });
  const position = new BigInt64Array(durable, 0, 1);
  const abort = new AbortController();
  parentPort?.postMessage('ready');
  while (again) for await (const _ of reader.readAll()) Atomics.load(position, 0);
  let [events, early, inOrder, last] = [0, 0, true, 0n];
  const report = (endedWith: string) => {
    parentPort?.postMessage({ events, early, inOrder, endedWith } satisfies Followed);
  };
  try {
    for await (const item of reader.subscribe({ signal: abort.signal })) {
      if (item.kind !== 'event') continue;
      events += 1;
      if (item.event.position !== last + 1n) inOrder = false;
      if (item.event.position > Atomics.load(position, 0)) early += 1;
      last = item.event.position;
      if (events === FOLLOWED_EVENTS) abort.abort();
    }
    report('abort');
  } catch (error) {
    report(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
  await reader.close();
}

if (isMainThread) {
  const [folder = '', scenario = ''] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await runScenario(folder, scenario))}\n`);
} else {
  await follow(workerData);
}
