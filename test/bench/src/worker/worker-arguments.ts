import { parseArgs } from 'node:util';
import { whole } from '../whole.js';

export interface WorkerArguments {
  readonly concurrency: number;
  /** Of each round of load. */
  readonly seconds: number;
  /** Of each action, taking turns; what counts is the cheapest of each, and the middle of the differences. */
  readonly rounds: number;
  /** Where the figures go as JSON; undefined = nowhere. */
  readonly json: string | undefined;
}

export const USAGE = 'npm run bench-worker -- [--concurrency 64] [--seconds 5] [--rounds 7] [--json FILE]';

/** @throws Error in words for the user */
export function readWorkerArguments(args: readonly string[]): WorkerArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      concurrency: { type: 'string', default: '64' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '7' },
      json: { type: 'string' },
    },
  });
  return {
    concurrency: whole('concurrency', values.concurrency, 1_024),
    seconds: whole('seconds', values.seconds, 600),
    rounds: whole('rounds', values.rounds, 100),
    json: values.json,
  };
}
