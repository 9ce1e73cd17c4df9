import { parseArgs } from 'node:util';
import { whole } from '../whole.js';

export interface TakeoverArguments {
  /** Executors that are killed, one after the other. */
  readonly times: number;
  /** `DO_LEASE_MS` of all services. */
  readonly leaseMs: number;
  /** Where the figures go as JSON; undefined = nowhere. */
  readonly json: string | undefined;
}

export const USAGE = 'npm run bench-takeover -- [--times 20] [--lease 2000] [--json FILE]';

/** @throws Error in words for the user */
export function readTakeoverArguments(args: readonly string[]): TakeoverArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      times: { type: 'string', default: '20' },
      lease: { type: 'string', default: '2000' },
      json: { type: 'string' },
    },
  });
  return {
    times: whole('times', values.times, 1_000),
    leaseMs: whole('lease', values.lease, 60_000),
    json: values.json,
  };
}
