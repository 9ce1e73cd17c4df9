import { textTable } from '../text-table.js';
import type { AppendedOnServer, LogFigures, Memory, Spread } from './log-report.js';
import type { LogReport } from './run-log-bench.js';

/** The figures for people: a table for each thing that was measured. */
export function logTable({ figures }: LogReport): string {
  const appends = [
    ['appends', ...WRITES],
    ...figures.flatMap(({ place, appended }) => appended.map((each) => writes(place, each))),
  ];
  const executions = [
    ['executions', ...WRITES],
    ...figures.flatMap(({ place, executed }) => executed.map((each) => writes(place, each))),
  ];
  const lags = [
    ['lag', 'appends', 'per second', 'since called p50 / p99 / max ms', 'since answered p50 / p99 / max ms'],
    ...figures.flatMap(lagRow),
  ];
  const streams = [
    ['streams of 2', 'per second', 'p50 ms', 'CPU µs'],
    ...figures.flatMap(({ place, streams: of }) =>
      of === null ? [] : [[place, of.perSecond.toFixed(0), of.p50Ms.toFixed(2), of.cpuUs.toFixed(0)]],
    ),
  ];
  const replays = [
    ['replay', 'events', 'per second', 'CPU µs', 'server CPU µs'],
    ...figures.flatMap(replayRow),
  ];
  const memory = [
    [
      'memory MiB',
      'behind',
      'reader own',
      'resident',
      'of it the log',
      'server own',
      'resident',
      'of it the log',
    ],
    ...figures.flatMap(memoryRows),
  ];
  return [appends, executions, lags, streams, replays, memory]
    .filter((table) => table.length > 1)
    .map(([head = [], ...rows]) => textTable(head, rows))
    .join('\n\n');
}

const WRITES = ['at once', 'per second', 'p50 ms', 'p99 ms', 'CPU µs', 'server CPU µs'];

const writes = (place: string, each: AppendedOnServer): string[] => [
  place,
  String(each.concurrency),
  each.perSecond.toFixed(0),
  each.p50Ms.toFixed(2),
  each.p99Ms.toFixed(2),
  each.cpuUs.toFixed(0),
  each.serverCpuUs.toFixed(0),
];

const spread = ({ p50Ms, p99Ms, maxMs }: Spread): string =>
  [p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(2)).join(' / ');

const lagRow = ({ place, lag }: LogFigures): string[][] =>
  lag === null
    ? []
    : [
        [
          place,
          String(lag.appends),
          lag.perSecond.toFixed(0),
          spread(lag.sinceCalled),
          spread(lag.sinceAnswered),
        ],
      ];

const replayRow = ({ place, replayed }: LogFigures): string[][] =>
  replayed === null
    ? []
    : [
        [
          place,
          String(replayed.events),
          replayed.perSecond.toFixed(0),
          replayed.cpuUs.toFixed(1),
          replayed.serverCpuUs.toFixed(1),
        ],
      ];

const mib = (memory: Memory | null): string[] =>
  memory === null
    ? ['', '', '']
    : [memory.ownMax, memory.resident, memory.log].map((each) => each.toFixed(0));

const memoryRows = ({ place, replayed }: LogFigures): string[][] =>
  (replayed?.memory ?? []).map(({ events, reader, server }) => [
    place,
    String(events),
    ...mib(reader),
    ...mib(server),
  ]);
