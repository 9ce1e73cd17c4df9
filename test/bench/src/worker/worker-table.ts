import type { Measured } from '../measure.js';
import { percentile } from '../percentile.js';
import { textTable } from '../text-table.js';
import type { WorkerReport } from './run-worker-bench.js';

const PARTS = ['platform', 'nats-server', 'worker'] as const;
/** What the issue of workers allows, CPU microseconds an execution. */
const BOUND_US = 100;

const cheapest = (rounds: readonly Measured[]): Measured =>
  rounds.reduce((best, each) => (each.cpuTotalUs < best.cpuTotalUs ? each : best));

/** The figures for people: the cheapest round of each, part by part, and what the worker costs more. */
export function workerTable({ pairs }: WorkerReport): string {
  const here = cheapest(pairs.map((pair) => pair.here));
  const there = cheapest(pairs.map((pair) => pair.there));
  const row = (name: string, of: (part: string) => number, total: number): string[] => [
    name,
    total.toFixed(0),
    ...PARTS.map((part) => of(part).toFixed(0)),
  ];
  const differences = pairs.map((pair) => pair.there.cpuTotalUs - pair.here.cpuTotalUs);
  const table = textTable(
    ['CPU µs an execution', 'all', ...PARTS],
    [
      row(here.subject, (part) => here.cpuUs[part] ?? 0, here.cpuTotalUs),
      row(there.subject, (part) => there.cpuUs[part] ?? 0, there.cpuTotalUs),
      row(
        'more',
        (part) => (there.cpuUs[part] ?? 0) - (here.cpuUs[part] ?? 0),
        there.cpuTotalUs - here.cpuTotalUs,
      ),
    ],
  );
  const middle = percentile(differences, 0.5).toFixed(0);
  const speed = `${here.perSecond.toFixed(0)} and ${there.perSecond.toFixed(0)} a second`;
  return `${table}\nmiddle of ${pairs.length} differences: ${middle} (bound ${BOUND_US}); ${speed}`;
}
