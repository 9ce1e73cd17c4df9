import { parseArgs } from 'node:util';
import { WARM_UP_MS } from '../closed-loop.js';
import { whole } from '../whole.js';

export const PLACES = ['in-process', 'official client'] as const;
export type Place = (typeof PLACES)[number];

export const MEASUREMENTS = ['appends', 'executions', 'lag', 'streams', 'replay'] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

export interface LogArguments {
  readonly places: readonly Place[];
  readonly measurements: readonly Measurement[];
  readonly concurrencies: readonly number[];
  /** Of each round of appends. */
  readonly seconds: number;
  readonly rounds: number;
  /** Before each round, not counted. */
  readonly warmUpMs: number;
  /** A log that is there, such as `npm run seed-log` makes, to be read from its beginning; undefined = one is made for this. */
  readonly log: string | undefined;
  /** In the log that is read; what stands about memory is behind each quarter of so many. */
  readonly events: number;
  /** A hundred a second, while a subscriber is caught up. */
  readonly lagAppends: number;
  /** Where the figures go as JSON; undefined = nowhere. */
  readonly json: string | undefined;
}

export const USAGE =
  'npm run bench-log -- [--measure appends,executions,lag,streams,replay] [--place "in-process,official client"] [--concurrency 1,16,64,256] [--seconds 3] [--rounds 2] [--log FOLDER] [--events 1000000] [--lag-appends 2000] [--json FILE]';

/** @throws Error in words for the user */
export function readLogArguments(args: readonly string[]): LogArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      measure: { type: 'string', default: MEASUREMENTS.join(',') },
      place: { type: 'string', default: PLACES.join(',') },
      concurrency: { type: 'string', default: '1,16,64,256' },
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '2' },
      log: { type: 'string' },
      events: { type: 'string', default: '1000000' },
      'lag-appends': { type: 'string', default: '2000' },
      json: { type: 'string' },
    },
  });
  return {
    places: values.place.split(',').map((each) => oneOf('place', PLACES, each)),
    measurements: values.measure.split(',').map((each) => oneOf('measure', MEASUREMENTS, each)),
    concurrencies: values.concurrency.split(',').map((each) => whole('concurrency', each, 10_000)),
    seconds: whole('seconds', values.seconds, 600),
    rounds: whole('rounds', values.rounds, 100),
    warmUpMs: WARM_UP_MS,
    log: values.log,
    events: whole('events', values.events, 100_000_000),
    lagAppends: whole('lag-appends', values['lag-appends'], 100_000),
    json: values.json,
  };
}

function oneOf<Known extends string>(name: string, all: readonly Known[], text: string): Known {
  const known = all.find((each) => each === text);
  if (known === undefined) throw new Error(`--${name} ${text}: there are ${all.join(', ')}`);
  return known;
}
