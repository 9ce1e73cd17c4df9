import type { DoError } from './do-error.js';
import type { Execution } from './wire.js';

export interface Success<R> {
  readonly result: R;
  readonly error: undefined;
  readonly execution: Execution;
}

export interface Failure {
  readonly result: undefined;
  readonly error: DoError;
  /** Where it is known to exist. */
  readonly execution?: Execution | undefined;
}

/** Testing `error` narrows `result`, and the other way round; there are never both. */
export type Outcome<R> = Success<R> | Failure;

/** What came of an operator's word. Without an error it has taken effect; the result is there where the work succeeded. */
export type Controlled<R = unknown> =
  | {
      readonly result: R | undefined;
      readonly error: undefined;
      /** As it stands now; of a retry the new one. */
      readonly execution: Execution;
    }
  | Failure;
