import type { Logger } from 'pino';
import { allocateYoung } from './allocate-young.js';
import type { Listening } from './explain-start-error.js';
import { FATAL_EXIT_CODE, lastResort } from './last-resort.js';
import { makeLogger } from './make-logger.js';
import type { Environment } from './read-variables.js';
import { refuseToStart } from './refuse-to-start.js';
import { stopOnSignal } from './stop-on-signal.js';

/** A service that does its work. */
export interface RunningService {
  /** What stands on stdout once it does. */
  readonly readyMessage: string;
  /** Ends what is under way, then itself. */
  close(): Promise<void>;
}

export interface ServiceWorld {
  readonly logger: Logger;
  /** Aborts where the process is told to end before it was ready. */
  readonly signal: AbortSignal;
  /** The folder that relative paths are relative to. */
  readonly from: string;
}

export interface ServiceConfig {
  readonly DO_LOG_LEVEL: string;
  readonly DO_DRAIN_MS: number;
}

export interface ServicePlan<C extends ServiceConfig> {
  /** `executor`: stands in every line of the log. */
  readonly name: string;
  readonly listening: Listening;
  /** @throws ConfigError */
  readonly readConfig: (env: Environment) => C;
  /** Resolves when the service does its work; waits for whatever that needs. */
  readonly start: (config: C, world: ServiceWorld) => Promise<RunningService>;
}

/** The life of a service in a process of its own: configured by the environment, ended by a signal. */
export async function runService<C extends ServiceConfig>(plan: ServicePlan<C>): Promise<void> {
  const { name, listening, readConfig, start } = plan;
  const told = new AbortController();
  allocateYoung();
  try {
    const config = readConfig(process.env);
    const logger = makeLogger(config.DO_LOG_LEVEL, { service: name });
    lastResort(logger);
    // npm runs a script in the folder of its package, and says in INIT_CWD where it was called.
    const from = process.env['INIT_CWD'] ?? process.cwd();
    const starting = start(config, { logger, signal: told.signal, from });
    const close = async (): Promise<void> => {
      told.abort(new Error('told to end before it was ready'));
      const service = await starting.catch(() => null);
      await service?.close();
    };
    stopOnSignal({ close }, config.DO_DRAIN_MS);
    const { readyMessage } = await starting;
    process.stdout.write(`${readyMessage}\n`);
  } catch (error) {
    // Whoever told it to end is no fault: the signal's handler leaves.
    if (!told.signal.aborted) refuseToStart(error, listening);
  }
}

/** Without what the service cannot do its work and cannot mend: whoever runs it starts it again. */
export function endAtOnce(why: string): never {
  process.stderr.write(`action.do stops: ${why}\n`);
  process.exit(FATAL_EXIT_CODE);
}
