import type { Logger } from 'pino';

/** Told from a start that was refused (1) and from a signal: something inside went wrong. */
export const FATAL_EXIT_CODE = 70;

/**
 * What nobody caught. A promise that an action forgot to await concerns that action alone: it is logged, and everything
 * else goes on. An exception that nobody caught leaves the process in a state that nobody knows: it is logged in one
 * line and the process ends, and the next start goes on from the log.
 */
export function lastResort(logger: Logger): void {
  process.on('unhandledRejection', (reason) => {
    logger.error(
      { err: reason },
      'a promise was rejected and nobody looked: an action forgot an await, or we did',
    );
  });
  process.on('uncaughtException', (error) => {
    const line = {
      level: 60,
      time: Date.now(),
      msg: 'an exception that nobody caught ends the process',
      error: error.message,
    };
    process.stderr.write(`${JSON.stringify(line)}\n`, () => process.exit(FATAL_EXIT_CODE));
  });
}
