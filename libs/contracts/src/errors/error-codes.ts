import { z } from 'zod';

/**
 * The one registry of error codes: what each means for the caller. A code once public never changes its meaning;
 * sentences may improve, and nobody parses them. HTTP statuses are the gateway's business (`http-status.ts` there).
 */
interface ErrorEntry {
  /** One short sentence, the same for every occurrence. */
  readonly title: string;
  /** What to do next. */
  readonly hint: string;
  /** Whether repeating the same call with the same key may help. */
  readonly retryable: boolean;
}

const entry = (title: string, hint: string, retryable = false): ErrorEntry => ({ title, hint, retryable });

export const ERRORS = {
  PARAMS_INVALID: entry('The params do not fit the action', 'Correct the params named in issues.'),
  RESULT_INVALID: entry(
    'The action gave a result that its own schema refuses',
    'The effect may have been applied: mend the action, then look at the execution.',
  ),
  RESULT_TOO_LARGE: entry(
    'The action gave a result over the limit',
    'Return a reference instead of the content.',
  ),
  UNAUTHENTICATED: entry(
    'No valid API key was given',
    'Send the header Authorization: Bearer <key>; npm start prints the key at its first start and keeps it in <data>/api-key.',
  ),
  FORBIDDEN: entry('The key may not do this', 'Ask an administrator for a key with this scope.'),
  NOT_FOUND: entry('There is nothing here', 'Check the path and the id.'),
  METHOD_NOT_ALLOWED: entry(
    'The path exists, but not with this method',
    'See /v1/openapi.json for the methods of each path.',
  ),
  ACTION_UNKNOWN: entry('No action has this name', 'Check the name; the nearest ones are in detail.'),
  ACTION_RETIRED: entry('This version of the action was retired', 'Call the successor.'),
  NO_HANDLER: entry(
    'Nothing is running that could perform the action',
    'Start its worker, or mend what detail says of its service; then repeat the call.',
    true,
  ),
  CONTRACT_CONFLICT: entry(
    'This version of the action is registered with another contract',
    'Register what changed as a new version.',
  ),
  IDEMPOTENCY_KEY_MISSING: entry('The action wants an idempotency key', 'Send the header Idempotency-Key.'),
  IDEMPOTENCY_KEY_INVALID: entry(
    'The idempotency key is malformed',
    'Send one key of 1 to 255 visible ASCII characters.',
  ),
  IDEMPOTENCY_KEY_REUSED: entry(
    'The key was used with other params',
    'Use a new key for a new piece of work.',
  ),
  NOT_POSSIBLE: entry(
    'The execution is in a state in which this cannot be done',
    'See detail for the state it is in and for what can be done.',
  ),
  IN_PROGRESS: entry(
    'An operation that this one must not meet is under way',
    'Wait for it to end, then repeat the call.',
    true,
  ),
  PENDING: entry(
    'The execution goes on',
    'Repeat the call with the same key, or attach to the execution, to get the outcome.',
    true,
  ),
  POSITION_FOREIGN: entry(
    'The position belongs to another log',
    'Positions do not outlive a migration: leave it out, or take one from a new answer.',
  ),
  TOO_LATE: entry(
    'The call is a late repeat from before the idempotency window ended',
    'Look up what became of the first call before doing it again.',
  ),
  ACTION_FAILED: entry('The action failed', 'See cause for what the action said.'),
  ATTEMPTS_EXHAUSTED: entry('The action failed in every attempt', 'See cause for the last failure.'),
  OUTCOME_UNKNOWN: entry(
    'Nobody can say whether the effect happened',
    'Look at the outside system, then tell what you found (resolve), or have the work done again (retry).',
  ),
  CANCELLED: entry('The execution was cancelled', 'Nothing more will happen.'),
  TIMED_OUT: entry('The action did not end in time', 'See effect for whether something happened.'),
  LEASE_LOST: entry(
    'The executor died or lost its lease during the attempt',
    'The platform takes over by itself.',
    true,
  ),
  RATE_LIMITED: entry(
    'There is more work than the platform may take on now',
    'Repeat the same call after retryAfterMs.',
    true,
  ),
  RESULT_ERASED: entry('The result was erased', 'The action is not run again; its record stays.'),
  PAYLOAD_TOO_LARGE: entry(
    'What was sent, or what it adds to, is over the limit',
    'Send less, or a reference to the content; detail says what is too large.',
  ),
  BODY_INVALID: entry('The body is not acceptable JSON', 'Send one JSON object: { "params": { … } }.'),
  UNSUPPORTED_MEDIA_TYPE: entry('The body is not JSON', 'Send Content-Type: application/json.'),
  REQUEST_INVALID: entry('The request is malformed', 'Correct the part of the request named in detail.'),
  COMPENSATION_FAILED: entry(
    'Undoing what was done failed',
    'A person has to look at what is undone and what is not.',
  ),
  UNAVAILABLE: entry(
    'The platform cannot answer now',
    'Repeat the same call with the same key: a repeat is safe.',
    true,
  ),
  INTERNAL: entry(
    'Something went wrong inside the platform',
    'Repeat the same call with the same key; report it if it stays.',
    true,
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
export const ErrorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);
