import type { Logger } from 'pino';

/** Told from a start that was refused (1) and from a signal: something inside went wrong. */
export const FATAL_EXIT_CODE = 70;

/** What a process ends before it leaves, and how long that may take. */
export interface LastEnd {
  readonly close: () => Promise<void>;
  readonly withinMs: number;
}

/**
 * What nobody caught. A promise that an action forgot to await concerns that action alone: it is logged, and everything
 * else goes on. An exception that nobody caught leaves the process in a state that nobody knows: it is logged in one
 * line and the process ends, and the next start goes on from the log.
 * @param end of a process that has others which must not be cut off; without it the process leaves at once
 */
export function lastResort(logger: Logger, end?: LastEnd): void {
  process.on('unhandledRejection', (reason) => {
    logger.error(
      { err: reason },
      'a promise was rejected and nobody looked: an action forgot an await, or we did',
    );
  });
  const leave = (): never => process.exit(FATAL_EXIT_CODE);
  let isEnding = false;
  process.on('uncaughtException', (error) => {
    // What comes of the first is no news, and must not end what is being ended.
    if (isEnding) return;
    isEnding = true;
    const line = {
      level: 60,
      time: Date.now(),
      msg: 'an exception that nobody caught ends the process',
      error: error.message,
    };
    process.stderr.write(`${JSON.stringify(line)}\n`, () => {
      if (end === undefined) return leave();
      const overdue = setTimeout(leave, end.withinMs);
      const ended = (): void => {
        clearTimeout(overdue);
        leave();
      };
      end.close().then(ended, ended);
    });
  });
}
