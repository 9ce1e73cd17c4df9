import { ERRORS, ErrorCode } from './error-codes.js';
import { Problem, problem } from './problem.js';

/** Public for ever: a code may be added to these lists, and never leaves or changes its list. */
const RETRYABLE = [
  'NO_HANDLER',
  'IN_PROGRESS',
  'PENDING',
  'LEASE_LOST',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'INTERNAL',
];
const FINAL = [
  'PARAMS_INVALID',
  'RESULT_INVALID',
  'RESULT_TOO_LARGE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'ACTION_UNKNOWN',
  'ACTION_RETIRED',
  'IDEMPOTENCY_KEY_MISSING',
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_KEY_REUSED',
  'TOO_LATE',
  'ACTION_FAILED',
  'ATTEMPTS_EXHAUSTED',
  'OUTCOME_UNKNOWN',
  'CANCELLED',
  'TIMED_OUT',
  'RESULT_ERASED',
  'PAYLOAD_TOO_LARGE',
  'BODY_INVALID',
  'UNSUPPORTED_MEDIA_TYPE',
  'REQUEST_INVALID',
  'COMPENSATION_FAILED',
  'CONTRACT_CONFLICT',
  'POSITION_FOREIGN',
  'NOT_POSSIBLE',
];
const entries = Object.entries(ERRORS);

describe('the registry of error codes', () => {
  it('holds exactly the known codes, and each is retryable as it has always been', () => {
    const codesOf = (retryable: boolean) =>
      entries.filter(([, e]) => e.retryable === retryable).map(([code]) => code);
    expect(codesOf(true).sort()).toStrictEqual([...RETRYABLE].sort());
    expect(codesOf(false).sort()).toStrictEqual([...FINAL].sort());
  });

  it.each(entries)('says of %s what happened and what to do next', (code, { title, hint }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(hint).toMatch(/^[A-Z].*\.$/);
  });

  it('gives no two codes the same sentence', () => {
    expect(new Set(entries.map(([, { title }]) => title)).size).toBe(entries.length);
  });

  it('is the list that the schema accepts', () => {
    expect([...ErrorCode.options].sort()).toStrictEqual(entries.map(([code]) => code).sort());
    expect(ErrorCode.safeParse('SOMETHING_ELSE').success).toBe(false);
    expect(ErrorCode.safeParse('toString').success).toBe(false);
  });
});

describe('the error object', () => {
  it.each(ErrorCode.options)('of %s takes from the registry what it is not told', (code) => {
    const built = problem(code);
    const { title, hint, retryable } = ERRORS[code];
    expect(built).toStrictEqual({
      type: `https://action.do/errors/${code}`,
      docUrl: `https://action.do/errors/${code}`,
      title,
      code,
      detail: `${title}.`,
      hint,
      source: 'executor',
      retryable,
    });
    expect(Problem.parse(built)).toStrictEqual(built);
  });

  it('says what it is told instead', () => {
    const told = {
      detail: 'It broke.',
      source: 'action',
      retryable: false,
      retryAfterMs: 5,
      newKeySafe: false,
      effect: 'unknown',
      executionId: 'exe_1',
      attempts: 2,
      issues: [{ path: 'params.to', code: 'custom', message: 'no such person' }],
      cause: { code: 'SMTP', message: 'no route', details: { host: 'mx' } },
      requestId: 'r1',
      status: 503,
    } as const;
    const built = problem('UNAVAILABLE', { ...told, issues: [...told.issues] });
    expect(built).toMatchObject(told);
    expect(Problem.parse(built)).toStrictEqual(built);
  });
});
