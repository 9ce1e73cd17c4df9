import { parseArgs } from 'node:util';
import { whole } from '../whole.js';

export const ENGINES = ['embedded', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

export interface ViewsArguments {
  /** A log that is there, such as `npm run seed-log` makes; undefined = one is made for this, and goes with it. */
  readonly log: string | undefined;
  /** Of the log that is made. */
  readonly events: number;
  readonly engines: readonly Engine[];
  /** How often each query is asked, with other values. */
  readonly times: number;
  /** Where the figures go as JSON; undefined = nowhere. */
  readonly json: string | undefined;
  /** With a table of where the projector's CPU time went, from Node's own sampling profiler. */
  readonly profile: boolean;
}

export const USAGE =
  'npm run bench-views -- [--log FOLDER | --events 1000000] [--engine embedded,postgres] [--times 500] [--json FILE] [--profile]';

/** @throws Error in words for the user */
export function readViewsArguments(args: readonly string[]): ViewsArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      log: { type: 'string' },
      events: { type: 'string', default: '1000000' },
      engine: { type: 'string', default: ENGINES.join(',') },
      times: { type: 'string', default: '500' },
      json: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  return {
    log: values.log,
    events: whole('events', values.events, 100_000_000),
    engines: values.engine.split(',').map(readEngine),
    times: whole('times', values.times, 100_000),
    json: values.json,
    profile: values.profile,
  };
}

function readEngine(text: string): Engine {
  const known = ENGINES.find((each) => each === text);
  if (known === undefined) throw new Error(`--engine ${text}: there are ${ENGINES.join(' and ')}`);
  return known;
}
