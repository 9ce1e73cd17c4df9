import { textTable } from '../text-table.js';
import type { LogReport } from './run-log-bench.js';

/** The figures for people. */
export function logTable({ figures }: LogReport): string {
  const appends = figures.flatMap(({ place, appended, serverCpuUs }) =>
    appended.map((each, index) => [
      place,
      String(each.concurrency),
      each.perSecond.toFixed(0),
      each.p50Ms.toFixed(2),
      each.p99Ms.toFixed(2),
      each.cpuUs.toFixed(0),
      (serverCpuUs[index] ?? 0).toFixed(0),
    ]),
  );
  const reads = figures.map(({ place, lag, streams, replayed }) => [
    place,
    `${lag.p50Ms.toFixed(2)} / ${lag.p99Ms.toFixed(2)} / ${lag.maxMs.toFixed(2)}`,
    `${streams.perSecond.toFixed(0)}, ${streams.p50Ms.toFixed(2)} ms, ${streams.cpuUs.toFixed(0)} µs`,
    `${replayed.events}: ${replayed.perSecond.toFixed(0)} per second, ${replayed.cpuUs.toFixed(1)} µs`,
    `${replayed.ownMibAtTenth.toFixed(0)} then at most ${replayed.ownMibMax.toFixed(0)}`,
  ]);
  return [
    textTable(['appends', 'at once', 'per second', 'p50 ms', 'p99 ms', 'CPU µs', 'server CPU µs'], appends),
    textTable(
      ['reads', 'lag p50 / p99 / max ms', 'streams of 2 per second', 'all events', 'MiB at a tenth'],
      reads,
    ),
  ].join('\n\n');
}
