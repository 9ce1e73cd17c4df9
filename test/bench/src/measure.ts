import type { LoadPlan, LoadResult } from './loader/load-plan.js';
import type { Loader } from './loader/loader.js';
import { processCpuUs, processMemoryMib, processTreeCpuUs, threadsCpuUs } from './process-cpu.js';

/** A process whose cost is counted. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** A server that has a process for each of its clients: those count as well. */
  readonly withChildren?: boolean;
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
  /** Of `cpuUs`: the main thread, the busiest of the others, and the rest; by process. */
  readonly threadsUs: Readonly<Record<string, ThreadsUs>>;
  /** Largest resident memory seen after a round, by process; MiB. */
  readonly memoryMib: Readonly<Record<string, number>>;
}

export interface ThreadsUs {
  readonly main: number;
  /** In standalone the thread that writes the views. */
  readonly busiest: number;
  /** Garbage collection's helpers, the disk's, and the other threads of ours. */
  readonly rest: number;
}

const cpuUsOf = ({ pid, withChildren = false }: Part): number =>
  withChildren ? processTreeCpuUs(pid) : processCpuUs(pid);

function threadsUs(pid: number, before: ReadonlyMap<string, number>, requests: number): ThreadsUs {
  const spent = [...threadsCpuUs(pid)].map(
    ([id, us]) => [id, (us - (before.get(id) ?? 0)) / requests] as const,
  );
  const main = spent.find(([id]) => id === String(pid))?.[1] ?? 0;
  const others = spent.filter(([id]) => id !== String(pid)).map(([, us]) => us);
  const busiest = Math.max(0, ...others);
  return { main, busiest, rest: others.reduce((sum, us) => sum + us, 0) - busiest };
}

/** One round of load, and what each part spent on it. @throws Error an answer was not 200 */
export async function measure(
  subject: string,
  loader: Loader,
  plan: LoadPlan,
  parts: readonly Part[],
): Promise<{ measured: Measured; result: LoadResult }> {
  const before = parts.map(cpuUsOf);
  const threadsBefore = parts.map(({ pid }) => threadsCpuUs(pid));
  const result = await loader.run(plan);
  const spent = parts.map(
    (part, index) => [part.name, (cpuUsOf(part) - (before[index] ?? 0)) / result.requests] as const,
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
      threadsUs: Object.fromEntries(
        parts.map(({ name, pid }, index) => [
          name,
          threadsUs(pid, threadsBefore[index] ?? new Map(), result.requests),
        ]),
      ),
      memoryMib: Object.fromEntries(parts.map(({ name, pid }) => [name, processMemoryMib(pid).resident])),
    },
  };
}
