/** What was cut off is not done, and whoever started this process has to be able to see it. */
const UNCLEAN_EXIT_CODE = 1;

/**
 * At SIGTERM, SIGINT and SIGHUP (its terminal was closed): ends what can be ended within `drainMs`, then leaves: 0 where all came to its end, 1 where
 * something failed or was not done in time. A second signal leaves at once, with 130.
 */
export function stopOnSignal(running: { close(): Promise<void> }, drainMs: number): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    const uncleanly = (why: string): never => {
      process.stderr.write(`action.do stopped uncleanly: ${why}\n`);
      process.exit(UNCLEAN_EXIT_CODE);
    };
    const overdue = setTimeout(() => uncleanly(`it was not done within ${drainMs} ms`), drainMs);
    overdue.unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => uncleanly(error instanceof Error ? error.message : String(error)),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}
