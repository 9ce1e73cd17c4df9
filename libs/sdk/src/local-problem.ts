import type { ErrorCode, Problem } from './wire.js';

/** The codes that this package gives by itself, in the platform's own words (a spec compares them). */
export const LOCAL = {
  PARAMS_INVALID: ['The params do not fit the action', 'Correct the params named in issues.', false],
  UNAUTHENTICATED: [
    'No valid API key was given',
    'Pass the key: new Do(process.env.DO_API_KEY); npm start prints it at its first start and keeps it in <data>/api-key.',
    false,
  ],
  IDEMPOTENCY_KEY_INVALID: [
    'The idempotency key is malformed',
    'Send one key of 1 to 255 visible ASCII characters.',
    false,
  ],
  REQUEST_INVALID: ['The request is malformed', 'Correct the part of the request named in detail.', false],
  PENDING: [
    'The execution goes on',
    'Repeat the call with the same key, or attach to the execution, to get the outcome.',
    true,
  ],
  CANCELLED: ['The execution was cancelled', 'Nothing more will happen.', false],
  OUTCOME_UNKNOWN: [
    'Nobody can say whether the effect happened',
    'Look at the outside system, then tell what you found (resolve), or have the work done again (retry).',
    false,
  ],
  ACTION_FAILED: ['The action failed', 'See cause for what the action said.', false],
  RATE_LIMITED: [
    'There is more work than the platform may take on now',
    'Repeat the same call after retryAfterMs.',
    true,
  ],
  UNAVAILABLE: [
    'The platform cannot answer now',
    'Repeat the same call with the same key: a repeat is safe.',
    true,
  ],
} as const satisfies Partial<Record<ErrorCode, readonly [title: string, hint: string, retryable: boolean]>>;

type Given = Partial<Omit<Problem, 'code' | 'type' | 'title' | 'docUrl' | 'source'>> & { detail: string };

/** An error object of this package's own. */
export function localProblem(code: keyof typeof LOCAL, given: Given): Problem {
  const [title, hint, retryable] = LOCAL[code];
  const docUrl = `https://action.do/errors/${code}`;
  return { type: docUrl, title, code, hint, retryable, ...given, source: 'sdk', docUrl };
}
