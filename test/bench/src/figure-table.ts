import type { Measured } from './measure.js';
import { textTable } from './text-table.js';

const ms = (us: number): string => (us / 1_000).toFixed(2);

/** The figures for people, one line a subject and concurrency. */
export function figureTable(figures: readonly Measured[]): string {
  const head = [
    '',
    'at once',
    'per second',
    'p50 ms',
    'p99 ms',
    'CPU µs',
    'of which',
    'main + busiest + rest',
    'MiB',
  ];
  const rows = figures.map((each) => [
    each.subject,
    String(each.concurrency),
    each.perSecond.toFixed(0),
    ms(each.p50Us),
    ms(each.p99Us),
    each.cpuTotalUs.toFixed(0),
    named(each.cpuUs),
    Object.values(each.threadsUs)
      .map(({ main, busiest, rest }) => [main, busiest, rest].map((us) => us.toFixed(0)).join(' + '))
      .join(', '),
    named(each.memoryMib),
  ]);
  return textTable(head, rows);
}

const named = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value.toFixed(0)}`)
    .join(', ');
