import type { EffectState } from '../action-error.js';
import type { JsonValue } from '../json.js';
import type { Issue } from '../parse-values.js';

/** Why an attempt failed, as it goes into the record. */
export interface PerformFailure {
  readonly code: 'ACTION_FAILED' | 'PARAMS_INVALID' | 'RESULT_INVALID' | 'RESULT_TOO_LARGE';
  readonly message: string;
  /** What the author said, in the author's own words and codes. */
  readonly cause?: { code: string; message: string; details?: JsonValue };
  readonly issues?: Issue[];
}

/** How an attempt failed. */
export interface NotPerformed {
  readonly ok: false;
  readonly error: PerformFailure;
  /** Whether something happened in the outside world, as far as the author said. */
  readonly effect: EffectState;
  readonly retryable: boolean;
}

/** What performing an action once came to: what the author's code gave, or how it failed. */
export type Performed = { readonly ok: true; readonly result: JsonValue } | NotPerformed;

/** The same with the result as JSON text, for whoever sends it on. */
export type PerformedText = { readonly ok: true; readonly text: string } | NotPerformed;
