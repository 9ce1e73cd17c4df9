import type { WriteOutcome } from './append-outcome.js';

/** The longest that a writer is kept waiting, as on a real server. */
export const WRITE_TIMEOUT_MS = 2_000;

/** The outcome, or that it is unknown: the write goes on, and may be there when somebody looks. */
export function within(ms: number, outcome: Promise<WriteOutcome>): Promise<WriteOutcome> {
  return new Promise((resolve, reject) => {
    const overdue = setTimeout(
      () => resolve({ kind: 'unknown', detail: `the log did not answer within ${ms} ms` }),
      ms,
    );
    outcome.then(resolve, reject).finally(() => clearTimeout(overdue));
  });
}
