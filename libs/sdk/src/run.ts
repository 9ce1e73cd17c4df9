import type { WaitOptions } from './check-call.js';
import type { ControlOptions } from './check-control.js';
import type { DoError } from './do-error.js';
import type { Controlled, Outcome } from './outcome.js';
import type { AuditEvent, Execution } from './wire.js';

/** The answer to a question that is not about an outcome. */
export type Answered<T> =
  | { readonly result: T; readonly error: undefined }
  | { readonly result: undefined; readonly error: DoError };

/** An execution that was started and not waited for. */
export interface Run<R> {
  readonly id: string;
  /** As it was when it was started. */
  readonly execution: Execution;
  /** Waits for the outcome. */
  wait(options?: WaitOptions): Promise<Outcome<R>>;
  /** Looks without waiting; the error is PENDING while there is no outcome. */
  get(): Promise<Outcome<R>>;
  /** What the log holds of it, in order. */
  events(): Promise<Answered<readonly AuditEvent[]>>;
  /** Stops the work, where aborting a signal stops the waiting alone; as `action.cancel`. */
  cancel(options: ControlOptions): Promise<Controlled<R>>;
}
