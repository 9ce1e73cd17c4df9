import { textTable } from '../text-table.js';
import type { EngineReport } from './views-report.js';

/** The figures for people: one line an engine, then one a query. */
export function viewsTable(engines: readonly EngineReport[]): string {
  const projection = textTable(
    [
      '',
      'events/s',
      'CPU µs',
      'of the server',
      'MiB',
      'of it the log',
      'own MiB',
      'bytes',
      'open ms',
      'first page ms',
    ],
    engines.map(({ engine, projected, serverCpuUs, bytesAnEvent, opened }) => [
      engine,
      projected.perSecond.toFixed(0),
      projected.cpuUs.toFixed(1),
      serverCpuUs?.toFixed(1) ?? '',
      projected.residentMib.toFixed(0),
      projected.logMib.toFixed(0),
      projected.ownMib.toFixed(0),
      bytesAnEvent.toFixed(0),
      opened.writerMs.toFixed(0),
      opened.readerMs.toFixed(0),
    ]),
  );
  const [first] = engines;
  const queries = textTable(
    ['', 'rows', ...engines.flatMap(({ engine }) => [`${engine} p50 ms`, 'p99 ms', 'max ms'])],
    (first?.asked ?? []).map(({ query, rowsMean }, index) => [
      query,
      rowsMean.toFixed(1),
      ...engines.flatMap(({ asked }) => {
        const of = asked[index];
        return [of?.p50Ms, of?.p99Ms, of?.maxMs].map((ms) => ms?.toFixed(2) ?? '');
      }),
    ]),
  );
  return `${projection}\n\n${queries}`;
}
