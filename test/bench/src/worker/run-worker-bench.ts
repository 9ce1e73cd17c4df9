import { join } from 'node:path';
import {
  BENCH_ACTIONS,
  REMOTE_BENCH_ACTIONS,
  startNatsServer,
  startPlatform,
  startWorker,
  temporaryFolder,
} from '@action-do/test-support';
import { WARM_UP_MS } from '../closed-loop.js';
import { Loader } from '../loader/loader.js';
import { type Measured, measure } from '../measure.js';
import type { WorkerArguments } from './worker-arguments.js';

export interface WorkerReport {
  readonly node: string;
  /** Rounds of the action in the executor and of the same action in the worker, pair by pair. */
  readonly pairs: readonly { readonly here: Measured; readonly there: Measured }[];
}

const BODY = [
  '{"params":{"id":"ord_',
  '","amountCents":4200,"note":"a note of some length, as notes are"}}',
] as const;

/**
 * One platform on NATS performs an action itself, and has a worker perform another one that does the same. The processes,
 * the log and the machine are the same for both, and rounds take turns: what differs is the way to the worker and back.
 */
export async function runWorkerBench(
  { concurrency, seconds, rounds }: WorkerArguments,
  say: (line: string) => void,
): Promise<WorkerReport> {
  const folder = temporaryFolder('action-do-bench');
  const loader = new Loader();
  const nats = await startNatsServer();
  const platform = await startPlatform({
    dataDir: join(folder.path, 'data'),
    logFile: join(folder.path, 'log.ndjson'),
    env: {
      DO_ACTIONS: BENCH_ACTIONS,
      DO_LOG_LEVEL: 'info',
      DO_EXECUTOR_SLOTS: '1024',
      DO_NATS_URL: nats.url,
      DO_INSECURE_DEV: '1',
    },
  });
  const worker = await startWorker({
    natsUrl: nats.url,
    apiKey: platform.apiKey,
    actions: REMOTE_BENCH_ACTIONS,
  });
  const parts = [
    { name: 'platform', pid: platform.pid },
    { name: 'nats-server', pid: nats.pid },
    { name: 'worker', pid: worker.pid },
  ];
  let firstNumber = 1;
  const load = async (subject: string, action: string, durationMs: number): Promise<Measured> => {
    const path = `/v1/actions/${action}/executions`;
    const headers = { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' };
    const plan = { url: platform.url, path, headers, body: BODY, firstNumber, concurrency, durationMs };
    const { measured, result } = await measure(subject, loader, plan, parts);
    firstNumber = result.nextNumber;
    return measured;
  };
  const here = (durationMs: number) => load('in the executor', 'bench-note', durationMs);
  const there = (durationMs: number) => load('in a worker', 'bench-note-remote', durationMs);
  try {
    say('warming up');
    await here(WARM_UP_MS);
    await there(WARM_UP_MS);
    const pairs: { here: Measured; there: Measured }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      say(`${concurrency} at once, round ${round} of ${rounds}`);
      pairs.push({ here: await here(seconds * 1_000), there: await there(seconds * 1_000) });
    }
    return { node: process.version, pairs };
  } finally {
    loader.end();
    await worker.stop();
    await platform.stop();
    await nats.stop();
    folder.remove();
  }
}
