import { ErrorCode } from '@action-do/contracts';
import { EXIT_OF_ERROR, exitCodeOf } from './exit-codes.js';

/** Public for ever: a code may be added, and never changes its place. */
const PINNED: Record<number, string[]> = {
  1: [
    'ACTION_FAILED',
    'ATTEMPTS_EXHAUSTED',
    'CANCELLED',
    'COMPENSATION_FAILED',
    'RESULT_INVALID',
    'RESULT_TOO_LARGE',
  ],
  3: ['FORBIDDEN', 'UNAUTHENTICATED'],
  4: ['ACTION_RETIRED', 'ACTION_UNKNOWN', 'NOT_FOUND', 'POSITION_FOREIGN', 'RESULT_ERASED'],
  5: ['IDEMPOTENCY_KEY_REUSED', 'TOO_LATE'],
  6: ['INTERNAL', 'LEASE_LOST', 'OUTCOME_UNKNOWN', 'PENDING', 'TIMED_OUT'],
  7: ['NO_HANDLER', 'UNAVAILABLE'],
  9: [
    'BODY_INVALID',
    'CONTRACT_CONFLICT',
    'IDEMPOTENCY_KEY_INVALID',
    'IDEMPOTENCY_KEY_MISSING',
    'IN_PROGRESS',
    'NOT_POSSIBLE',
    'METHOD_NOT_ALLOWED',
    'PARAMS_INVALID',
    'PAYLOAD_TOO_LARGE',
    'RATE_LIMITED',
    'REQUEST_INVALID',
    'UNSUPPORTED_MEDIA_TYPE',
  ],
};

it('every error code has one exit code, and keeps it', () => {
  const rows = Object.entries(PINNED).flatMap(([exitCode, codes]) =>
    codes.map((code) => [code, Number(exitCode)]),
  );
  expect(EXIT_OF_ERROR).toEqual(Object.fromEntries(rows));
  expect(Object.keys(EXIT_OF_ERROR).sort()).toEqual([...ErrorCode.options].sort());
});

it.each([
  [401, 3],
  [403, 3],
  [404, 4],
  [410, 4],
  [503, 7],
  [422, 9],
  [undefined, 9],
])('a code of a newer platform has the exit code of its HTTP status: %s → %s', (status, exitCode) => {
  const unknown = { code: 'FROM_THE_FUTURE' as ErrorCode, ...(status !== undefined && { status }) };
  expect(exitCodeOf(unknown)).toBe(exitCode);
  expect(exitCodeOf({ ...unknown, code: 'toString' as ErrorCode })).toBe(exitCode);
});
