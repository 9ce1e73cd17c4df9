import type { LoadPlan, LoadResult } from './loader/load-plan.js';
import type { Loader } from './loader/loader.js';
import { processCpuUs, processMemoryMib } from './process-cpu.js';

/** A process whose cost is counted. */
export interface Part {
  readonly name: string;
  readonly pid: number;
}

/** One line of the table. */
export interface Measured {
  readonly subject: string;
  readonly concurrency: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** CPU microseconds a request, by process. */
  readonly cpuUs: Readonly<Record<string, number>>;
  /** Sum of `cpuUs`. */
  readonly cpuTotalUs: number;
  /** Largest resident memory seen after a round, by process; MiB. */
  readonly memoryMib: Readonly<Record<string, number>>;
}

/** One round of load, and what each part spent on it. @throws Error an answer was not 200 */
export async function measure(
  subject: string,
  loader: Loader,
  plan: LoadPlan,
  parts: readonly Part[],
): Promise<{ measured: Measured; result: LoadResult }> {
  const before = parts.map(({ pid }) => processCpuUs(pid));
  const result = await loader.run(plan);
  const spent = parts.map(
    ({ name, pid }, index) => [name, (processCpuUs(pid) - (before[index] ?? 0)) / result.requests] as const,
  );
  const others = Object.entries(result.others);
  if (others.length > 0)
    throw new Error(`${subject}: not every answer was 200: ${JSON.stringify(result.others)}`);
  const cpuUs = Object.fromEntries(spent);
  return {
    result,
    measured: {
      subject,
      concurrency: plan.concurrency,
      perSecond: (result.requests / result.elapsedMs) * 1_000,
      p50Us: result.p50Us,
      p99Us: result.p99Us,
      cpuUs,
      cpuTotalUs: spent.reduce((sum, [, us]) => sum + us, 0),
      memoryMib: Object.fromEntries(parts.map(({ name, pid }) => [name, processMemoryMib(pid).resident])),
    },
  };
}
