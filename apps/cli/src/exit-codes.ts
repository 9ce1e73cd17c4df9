import type { ErrorCode } from '@action-do/contracts';
import type { Problem } from '@do-sdk/core';

/** Public and permanent: scripts branch on these. */
export const EXIT = {
  ok: 0,
  actionFailed: 1,
  usage: 2,
  auth: 3,
  notFound: 4,
  idempotencyConflict: 5,
  outcomeUnknown: 6,
  unreachable: 7,
  verificationFailed: 8,
  refused: 9,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Error code → exit code. Permanent, pinned by a test; the only place where the two meet. */
export const EXIT_OF_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  // The work came to an end, and not to a good one.
  ACTION_FAILED: EXIT.actionFailed,
  ATTEMPTS_EXHAUSTED: EXIT.actionFailed,
  CANCELLED: EXIT.actionFailed,
  COMPENSATION_FAILED: EXIT.actionFailed,
  RESULT_INVALID: EXIT.actionFailed,
  RESULT_TOO_LARGE: EXIT.actionFailed,
  UNAUTHENTICATED: EXIT.auth,
  FORBIDDEN: EXIT.auth,
  // What was named is not there, or no longer.
  NOT_FOUND: EXIT.notFound,
  ACTION_UNKNOWN: EXIT.notFound,
  ACTION_RETIRED: EXIT.notFound,
  RESULT_ERASED: EXIT.notFound,
  POSITION_FOREIGN: EXIT.notFound,
  IDEMPOTENCY_KEY_REUSED: EXIT.idempotencyConflict,
  TOO_LATE: EXIT.idempotencyConflict,
  // Nobody can say yet, or at all, how it ended.
  OUTCOME_UNKNOWN: EXIT.outcomeUnknown,
  TIMED_OUT: EXIT.outcomeUnknown,
  PENDING: EXIT.outcomeUnknown,
  LEASE_LOST: EXIT.outcomeUnknown,
  INTERNAL: EXIT.outcomeUnknown,
  UNAVAILABLE: EXIT.unreachable,
  NO_HANDLER: EXIT.unreachable,
  // The platform did not take the call; nothing was begun.
  BODY_INVALID: EXIT.refused,
  CONTRACT_CONFLICT: EXIT.refused,
  IDEMPOTENCY_KEY_INVALID: EXIT.refused,
  IDEMPOTENCY_KEY_MISSING: EXIT.refused,
  IN_PROGRESS: EXIT.refused,
  NOT_POSSIBLE: EXIT.refused,
  METHOD_NOT_ALLOWED: EXIT.refused,
  PARAMS_INVALID: EXIT.refused,
  PAYLOAD_TOO_LARGE: EXIT.refused,
  RATE_LIMITED: EXIT.refused,
  REQUEST_INVALID: EXIT.refused,
  UNSUPPORTED_MEDIA_TYPE: EXIT.refused,
};

/** A newer platform may send a code that this table does not have: then its HTTP status tells the kind. */
export function exitCodeOf({ code, status = 0 }: Pick<Problem, 'code' | 'status'>): ExitCode {
  if (Object.hasOwn(EXIT_OF_ERROR, code)) return EXIT_OF_ERROR[code];
  if (status === 401 || status === 403) return EXIT.auth;
  if (status === 404 || status === 410) return EXIT.notFound;
  return status >= 500 ? EXIT.unreachable : EXIT.refused;
}
