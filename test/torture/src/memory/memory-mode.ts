import { join } from 'node:path';
import { type Platform, startPlatform, temporaryFolder } from '@action-do/test-support';
import { inParallel } from '../in-parallel.js';
import { KeepAliveClient } from '../keep-alive-client.js';
import { median, residentMegabytes } from '../resident-memory.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';

const CONCURRENCY = 64;
const SAMPLES = 20;
/** Samples until pools, caches and compiled code have their size. */
const WARM_UP_SAMPLES = 4;
export const MEGABYTES_MAX = 250;
/** The halves may differ by this: what a garbage collection more or less is worth. */
const GROWTH_MB_MAX = 15;

/** Many executions, each of its own: private memory stays under its bound and does not grow with their number. */
export const memory: TortureMode = {
  about:
    'distinct executions, 64 at once, over kept-alive connections; private memory of the process (RssAnon)',
  unit: 'executions',
  roundsDefault: 200_000,
  run: async (options) => {
    const folder = temporaryFolder('action-do-memory');
    const start = (): Promise<Platform> =>
      startPlatform({
        dataDir: join(folder.path, 'data'),
        env: { ADO_LEDGER: join(folder.path, 'ledger.txt') },
      });
    let platform = await start();
    try {
      const { samples, violations, perSecond } = await execute(options, platform);
      const figures: Record<string, number> = {
        executions: options.rounds,
        'executions per second': perSecond,
      };
      // With all that in the log, a start must be as quick after a crash as after an orderly end.
      await platform.kill();
      const afterKillMs = performance.now();
      platform = await start();
      figures['start after kill -9, ms'] = Math.round(performance.now() - afterKillMs);
      await platform.stop();
      const afterStopMs = performance.now();
      platform = await start();
      figures['start after a stop, ms'] = Math.round(performance.now() - afterStopMs);
      const judged = judgeMemory(samples);
      return {
        figures: { ...figures, ...judged.figures },
        violations: [...violations, ...judged.violations],
      };
    } finally {
      await platform.kill();
      folder.remove();
    }
  },
};

async function execute(
  { rounds, seed, say }: TortureOptions,
  { url, apiKey, pid }: Platform,
): Promise<{ samples: number[]; violations: string[]; perSecond: number }> {
  const client = new KeepAliveClient(url, CONCURRENCY);
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const path = '/v1/actions/note-idempotent/executions';
  const every = Math.max(1, Math.floor(rounds / SAMPLES));
  const samples: number[] = [];
  const violations: string[] = [];
  const begunMs = performance.now();
  await inParallel(rounds, CONCURRENCY, async (index) => {
    const body = JSON.stringify({ params: { id: `m${seed}-${index}` } });
    const { status, text } = await client.send({ method: 'POST', path, headers, body });
    if (status !== 200) violations.push(`execution ${index}: ${status} ${text.slice(0, 200)}`);
    if ((index + 1) % every !== 0) return;
    const megabytes = residentMegabytes(pid);
    samples.push(megabytes);
    say(`after ${index + 1} executions: ${megabytes} MB`);
  });
  client.close();
  return { samples, violations, perSecond: Math.round((rounds / (performance.now() - begunMs)) * 1_000) };
}

/** Under the bound always, and the second half of the samples no higher than the first. @param samples MB */
export function judgeMemory(samples: readonly number[]): TortureReport & { figures: Record<string, number> } {
  const settled = samples.slice(WARM_UP_SAMPLES);
  const middle = Math.floor(settled.length / 2);
  const first = median(settled.slice(0, middle));
  const second = median(settled.slice(middle));
  const highest = Math.max(...samples);
  const violations: string[] = [];
  if (!(highest < MEGABYTES_MAX)) violations.push(`private memory reached ${highest} MB`);
  if (!(second - first < GROWTH_MB_MAX))
    violations.push(`private memory grows: ${first} MB, then ${second} MB`);
  const figures = {
    'highest private memory, MB': highest,
    'median of the first half, MB': first,
    'median of the second half, MB': second,
  };
  return { figures, violations };
}
