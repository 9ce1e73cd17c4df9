/** At SIGTERM, SIGINT and SIGHUP (its terminal was closed): ends what can be ended within `drainMs`, then leaves. A second signal leaves at once. */
export function stopOnSignal(running: { close(): Promise<void> }, drainMs: number): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    const overdue = setTimeout(() => process.exit(0), drainMs);
    overdue.unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `action.do stopped uncleanly: ${error instanceof Error ? error.message : String(error)}\n`,
        );
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}
