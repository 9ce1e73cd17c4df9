import { percentile } from './percentile.js';

/** Before anything counts: code is compiled, files have grown, connections are known. */
export const WARM_UP_MS = 3_000;

export interface LoopPlan {
  readonly concurrency: number;
  readonly durationMs: number;
  /** Before it, not counted. */
  readonly warmUpMs: number;
}

/** Times in milliseconds, CPU in microseconds. */
export interface LoopFigures {
  readonly concurrency: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of this process, each time. */
  readonly cpuUs: number;
}

/** Does a thing again and again, so many at once, each to its end; after a warm-up that is not counted. */
export async function runClosedLoop(
  { concurrency, durationMs, warmUpMs }: LoopPlan,
  once: () => Promise<void>,
): Promise<LoopFigures> {
  await loopFor(once, concurrency, warmUpMs);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const tookMs = await loopFor(once, concurrency, durationMs);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    concurrency,
    perSecond: tookMs.length / seconds,
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    cpuUs: (user + system) / tookMs.length,
  };
}

async function loopFor(
  once: () => Promise<void>,
  concurrency: number,
  durationMs: number,
): Promise<number[]> {
  const tookMs: number[] = [];
  const endsAtMs = performance.now() + durationMs;
  const loop = async () => {
    while (performance.now() < endsAtMs) {
      const startedMs = performance.now();
      await once();
      tookMs.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return tookMs;
}
