import { ERRORS, ErrorCode } from '@action-do/contracts';
import { executorProblem, GatewayOverStub } from '../testing/gateway-over-stub.contract.js';
import { HTTP_STATUS } from './http-status.js';

/** Written down a second time on purpose: a status once given to a code is given for ever. */
const PERMANENT: Record<ErrorCode, number> = {
  ACTION_FAILED: 422,
  ACTION_RETIRED: 410,
  ACTION_UNKNOWN: 404,
  ATTEMPTS_EXHAUSTED: 502,
  BODY_INVALID: 400,
  CANCELLED: 409,
  COMPENSATION_FAILED: 409,
  CONTRACT_CONFLICT: 409,
  POSITION_FOREIGN: 410,
  FORBIDDEN: 403,
  IDEMPOTENCY_KEY_INVALID: 400,
  IDEMPOTENCY_KEY_MISSING: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  INTERNAL: 500,
  IN_PROGRESS: 409,
  LEASE_LOST: 503,
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  NOT_POSSIBLE: 409,
  NO_HANDLER: 503,
  OUTCOME_UNKNOWN: 500,
  PARAMS_INVALID: 400,
  PAYLOAD_TOO_LARGE: 413,
  PENDING: 202,
  RATE_LIMITED: 429,
  REQUEST_INVALID: 400,
  RESULT_ERASED: 410,
  RESULT_INVALID: 502,
  RESULT_TOO_LARGE: 502,
  TIMED_OUT: 504,
  TOO_LATE: 412,
  UNAUTHENTICATED: 401,
  UNAVAILABLE: 503,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

describe('the status of an error code', () => {
  let gateway: GatewayOverStub;
  beforeAll(async () => {
    gateway = await GatewayOverStub.start();
  });
  afterAll(() => gateway.close());

  it('never changes', () => {
    expect(HTTP_STATUS).toEqual(PERMANENT);
  });

  it.each(ErrorCode.options)('is what callers get: %s', async (code) => {
    gateway.executor.answer = () => executorProblem(code);
    const { status, json, headers } = await gateway.send();
    expect(status).toBe(PERMANENT[code]);
    expect(json).toMatchObject({
      code,
      status,
      title: ERRORS[code].title,
      hint: ERRORS[code].hint,
      source: 'executor',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(headers['do-should-retry']).toBe(String(ERRORS[code].retryable));
  });
});
