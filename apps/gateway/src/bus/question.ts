export interface Question {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** With `Do-Timeout-Ms`, which says `waitMs`. Every repeat carries the same, but for this one. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long whoever answers may take, by the caller's wish. Milliseconds. */
  readonly waitMs: number;
  /** How much longer the asking may take before the caller is told that there is no answer. Milliseconds. */
  readonly graceMs: number;
  /** How long to try again while nothing can be sent; of above 0 there is at least one repeat. Milliseconds. */
  readonly patienceMs: number;
  /** When the caller's time began, by this asker's clock; default: now. */
  readonly sinceMs?: number;
  /**
   * Once an answer may have been lost:
   * - look: ask for what there is now, without waiting (a command, row 17);
   * - wait-on: ask again for as long as the caller still waits (what only reads);
   * - give-up: do not ask again (what is not safe to repeat).
   */
  readonly afterLoss: 'look' | 'wait-on' | 'give-up';
  /** What asks about an execution by its id, and begins nothing. Where given, an outcome is looked for beside the waiting. */
  readonly attach?: (executionId: string) => Pick<Question, 'subject' | 'payload'>;
}
