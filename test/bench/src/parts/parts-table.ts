import { textTable } from '../text-table.js';
import type { PartsReport } from './parts-report.js';
import { type Comparison, comparisons } from './sum-of-parts.js';

/** What the whole may cost, in sums of its parts. */
const RATIO_GOAL = 1.5;

/** The figures for people. */
export function partsTable(report: PartsReport): string {
  const { alone, services, concurrency } = report;
  const measured = textTable(
    ['alone', `CPU µs at ${concurrency} at once`, 'of which'],
    [
      ['an execution in one process', whole(alone.oneProcess), ''],
      [
        'a request over NATS',
        whole(sum(alone.bus)),
        named({
          requester: alone.bus.requester,
          'nats-server': alone.bus.server,
          responder: alone.bus.responder,
        }),
      ],
      ['two appends in-process', whole(alone.appends.inProcess), ''],
      [
        'two appends through the client',
        whole(alone.appends.client + alone.appends.server),
        named({ client: alone.appends.client, 'event-log': alone.appends.server }),
      ],
      ['an event read in-process', tenths(alone.reads.inProcess), ''],
      [
        'an event read through the client',
        tenths(alone.reads.client + alone.reads.server),
        named({ client: alone.reads.client, 'event-log': alone.reads.server }),
      ],
      [
        'an event projected',
        tenths(sum(alone.views)),
        named({ projector: alone.views.projector, PostgreSQL: alone.views.database }),
      ],
    ],
  );
  return [measured, `services, an execution: ${named(services)}`, ...comparisons(report).map(compared)].join(
    '\n\n',
  );
}

const compared = ({ what, parts, sumUs, togetherUs, ratio }: Comparison): string =>
  [
    textTable(
      [what, 'CPU µs an execution'],
      [...parts.map((part) => [part.what, whole(part.us)]), ['sum of the parts', whole(sumUs)]],
    ),
    `together ${whole(togetherUs)}: ratio ${ratio.toFixed(2)} (${ratio <= RATIO_GOAL ? 'within' : 'above'} the goal of ${RATIO_GOAL})`,
  ].join('\n');

const whole = (us: number): string => us.toFixed(0);
const tenths = (us: number): string => us.toFixed(1);

const sum = (values: Readonly<Record<string, number>> | object): number =>
  Object.values(values).reduce((total: number, each: number) => total + each, 0);

const named = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, us]) => `${name} ${us.toFixed(us < 100 ? 1 : 0)}`)
    .join(', ');
