/** What callers are promised while the event log is away, as it was accepted. Milliseconds. */
export const PROMISED = {
  /** An append to a log that says nothing: the adapter's own deadline, and half a second. */
  appendMs: 3_000 + 500,
  /** Any answer: behind the wait that its caller asked for. */
  answerBehindWaitMs: 5_000,
  /** From the log's return to the first success. */
  recoveredMs: 2_000,
} as const;
