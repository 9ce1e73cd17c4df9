import { EffectState, Failure, HEADERS } from '@action-do/contracts';
import { RESULT_BYTES_MAX } from '@do-sdk/actions';
import fc from 'fast-check';
import { resultCheck } from '../registry/schema-checks.js';
import { encode } from '../testing/sim-worker.contract.js';
import { keptOutcome } from './kept-failure.js';
import { readOutcome, readProbe, readReport } from './read-reply.js';

const anything = () => [];
const check = resultCheck(
  {
    type: 'object',
    properties: { id: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
  },
  'other',
);
const reply = (value: unknown, headers: Record<string, string> = {}) => ({ payload: encode(value), headers });
const failing = (value: unknown, code = '500') => reply(value, { [HEADERS.errorCode]: code });

describe('the answer of a worker', () => {
  it('without the header of an error is the result', () => {
    expect(readOutcome(reply({ id: 'a' }), check)).toEqual({ ok: true, result: { id: 'a' } });
    expect(readOutcome(reply(null), anything)).toEqual({ ok: true, result: null });
  });

  it.each<[string, Uint8Array, string]>([
    ['is no JSON', new TextEncoder().encode('{"id":'), 'RESULT_INVALID'],
    ['is empty', new Uint8Array(), 'RESULT_INVALID'],
    ['is no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'RESULT_INVALID'],
    ['does not fit the schema', encode({ id: 7 }), 'RESULT_INVALID'],
    ['has what the schema does not know', encode({ id: 'a', more: 1 }), 'RESULT_INVALID'],
    ['is too large', encode('x'.repeat(RESULT_BYTES_MAX)), 'RESULT_TOO_LARGE'],
  ])('that %s: the work is done all the same, and never done again', (_, payload, code) => {
    expect(readOutcome({ payload, headers: {} }, check)).toMatchObject({
      ok: false,
      error: { code },
      effect: 'applied',
      retryable: false,
    });
  });

  it('that is deeper than can be written is RESULT_INVALID, whatever its schema allows', () => {
    const nested = (depth: number) => new TextEncoder().encode('['.repeat(depth) + ']'.repeat(depth));
    const code = (depth: number) => {
      const outcome = readOutcome({ payload: nested(depth), headers: {} }, anything);
      return outcome.ok ? 'ok' : outcome.error.code;
    };
    expect([code(200), code(202), code(90_000)]).toEqual(['ok', 'RESULT_INVALID', 'RESULT_INVALID']);
  });

  it('that failed is kept as the worker said it', () => {
    const error = {
      code: 'ACTION_FAILED',
      message: 'no money',
      cause: { code: 'NO_MONEY', message: 'no money', details: { limit: 1 } },
    };
    expect(readOutcome(failing({ error, effect: 'none', retryable: false }), check)).toEqual({
      ok: false,
      error,
      effect: 'none',
      retryable: false,
    });
  });

  it('of a service that is not ours is told by the two headers, effect unknown', () => {
    const headers = { [HEADERS.errorCode]: '503', [HEADERS.errorTitle]: 'Overloaded' };
    expect(readOutcome(reply('whatever', headers), check)).toEqual({
      ok: false,
      error: {
        code: 'ACTION_FAILED',
        message: 'Overloaded',
        cause: { code: '503', message: 'Overloaded' },
      },
      effect: 'unknown',
      retryable: true,
    });
  });

  it('may fail with a code of its own: what it says of the effect counts, and the code is the cause', () => {
    const error = { code: 'CARD_DECLINED', message: 'the card was declined', details: { limitCents: 5 } };
    expect(readOutcome(failing({ error, effect: 'none', retryable: false }), check)).toEqual({
      ok: false,
      error: { code: 'ACTION_FAILED', message: 'the card was declined', cause: error },
      effect: 'none',
      retryable: false,
    });
  });

  it.each(['LEASE_LOST', 'UNAUTHENTICATED', 'OUTCOME_UNKNOWN', 'CANCELLED', 'INTERNAL'])(
    'cannot fail as %s, which is not for a worker to say: it is the cause of ACTION_FAILED',
    (code) => {
      expect(readOutcome(failing({ error: { code, message: 'm' } }), check)).toMatchObject({
        error: { code: 'ACTION_FAILED', cause: { code, message: 'm' } },
      });
    },
  );

  it('says no more than the record takes', () => {
    const long = 'x'.repeat(100_000);
    const issue = { path: long, code: long, message: long };
    const outcome = readOutcome(
      failing({
        error: {
          code: 'PARAMS_INVALID',
          message: long,
          cause: { code: long, message: long, details: long },
          issues: Array.from({ length: 100 }, () => issue),
        },
      }),
      check,
    );
    expect(JSON.stringify(keptOutcome(outcome, null)).length).toBeLessThan(16_000);
  });

  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc
      .record(
        {
          state: fc.constantFrom('here', 'running', 'succeeded', 'failed', 'applied', 'not-applied', 'x'),
          result: fc.jsonValue(),
          effect: fc.constantFrom('none', 'applied', 'unknown', 'x'),
          retryable: fc.oneof(fc.boolean(), fc.string()),
          error: fc.oneof(
            fc.jsonValue(),
            fc.record({ code: fc.constantFrom('ACTION_FAILED', 'LEASE_LOST', 'x'), message: fc.string() }),
          ),
        },
        { requiredKeys: [] },
      )
      .map((value) => encode({ ...value, failure: value })),
  );
  const headers = fc.dictionary(
    fc.constantFrom(HEADERS.errorCode, HEADERS.errorTitle, 'nats-service-error-code', 'x', '__proto__'),
    fc.string(),
  );

  it('comes to something that can be recorded, whatever it is', () => {
    fc.assert(
      fc.property(bytes, headers, (payload, given) => {
        const answer = { payload, headers: given };
        for (const checking of [check, anything]) {
          const outcome = keptOutcome(readOutcome(answer, checking), (error) => error);
          if (outcome.ok) expect(JSON.stringify(outcome.result)).toBeDefined();
          else {
            Failure.parse(outcome.error);
            EffectState.parse(outcome.effect);
          }
          const report = readReport(answer, checking);
          expect(report === null || ['here', 'running', 'ended'].includes(report.kind)).toBe(true);
          expect(['applied', 'not-applied', 'unknown']).toContain(readProbe(answer, checking).state);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
