import { parseArgs } from 'node:util';
import { WARM_UP_MS } from './closed-loop.js';
import { whole } from './whole.js';

export const CONFIGURATIONS = ['in-process', 'nats-worker', 'services'] as const;
/** `without views` is no way to run the platform, but what it would cost without projector and without ways between processes. */
export type Configuration = (typeof CONFIGURATIONS)[number] | 'without views';

export interface BenchArguments {
  readonly configurations: readonly Configuration[];
  readonly concurrencies: readonly number[];
  /** How long each round of load takes. */
  readonly seconds: number;
  /** How often each line is measured; the cheapest round counts, for the machine is shared. */
  readonly rounds: number;
  /** Before the first round, not counted. */
  readonly warmUpMs: number;
  /** Where the figures go as JSON; undefined = nowhere. */
  readonly json: string | undefined;
  /** With a table of where the CPU time of each process went, from Node's own sampling profiler. */
  readonly profile: boolean;
}

export const USAGE =
  'npm run bench -- [--config in-process,nats-worker,services] [--concurrency 1,16,64,256] [--seconds 10] [--rounds 3] [--json FILE] [--profile]';

/** @throws Error in words for the user */
export function readBenchArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string', default: CONFIGURATIONS.join(',') },
      concurrency: { type: 'string', default: '1,16,64,256' },
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  return {
    configurations: values.config.split(',').map(readConfiguration),
    concurrencies: values.concurrency.split(',').map((text) => whole('concurrency', text, 1_024)),
    seconds: whole('seconds', values.seconds, 600),
    rounds: whole('rounds', values.rounds, 100),
    warmUpMs: WARM_UP_MS,
    json: values.json,
    profile: values.profile,
  };
}

function readConfiguration(text: string): Configuration {
  const known = CONFIGURATIONS.find((each) => each === text);
  if (known === undefined) throw new Error(`--config ${text}: there are ${CONFIGURATIONS.join(', ')}`);
  return known;
}
