import { parseArgs } from 'node:util';
import { whole } from '../whole.js';

export interface PartsArguments {
  readonly concurrency: number;
  /** Of each round. */
  readonly seconds: number;
  /** How often each part, and the whole, is measured; the cheapest round counts. */
  readonly rounds: number;
  /** A log that is there, such as `npm run seed-log` makes; undefined = two are made for this. */
  readonly log: string | undefined;
  /** Of the log that is read and projected. */
  readonly events: number;
  /** Where the figures go as JSON; undefined = nowhere. */
  readonly json: string | undefined;
}

export const USAGE =
  'npm run bench-parts -- [--concurrency 64] [--seconds 6] [--rounds 2] [--log FOLDER | --events 300000] [--json FILE]';

/** @throws Error in words for the user */
export function readPartsArguments(args: readonly string[]): PartsArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      concurrency: { type: 'string', default: '64' },
      seconds: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '2' },
      log: { type: 'string' },
      events: { type: 'string', default: '300000' },
      json: { type: 'string' },
    },
  });
  return {
    concurrency: whole('concurrency', values.concurrency, 1_024),
    seconds: whole('seconds', values.seconds, 600),
    rounds: whole('rounds', values.rounds, 100),
    log: values.log,
    events: whole('events', values.events, 100_000_000),
    json: values.json,
  };
}
