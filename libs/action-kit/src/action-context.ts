import type { JsonObject } from './json.js';

type Log = (message: string, fields?: JsonObject) => void;

/** What `run`, `undo` and `probe` are told besides their params. */
export interface ActionContext {
  /** `exe_…`: as callers and the audit trail name it. */
  readonly executionId: string;
  /** Stays the same over attempts, crashes and an operator's retry: pass it downstream wherever a key is accepted. */
  readonly idempotencyKey: string;
  /** Which attempt this is: 1 at first. */
  readonly attempt: number;
  /** Aborted when the attempt is given up or the execution is cancelled. */
  readonly signal: AbortSignal;
  /** When this attempt is given up, milliseconds since the Unix epoch. */
  readonly deadlineMs: number;
  /** Lines with the execution beside them. What is marked sensitive in params, or an undone result, is left out of them. */
  readonly logger: { readonly debug: Log; readonly info: Log; readonly warn: Log; readonly error: Log };
  /** Says "still working": begins the attempt timeout anew, within the deadline of the execution. */
  heartbeat(): void;
}
