import type { Effects } from '@action-do/contracts';
import {
  attemptFailed,
  DEADLINE_MS,
  error,
  failed,
  given,
  NOW,
  parked,
  requested,
  started,
  succeeded,
  THEN,
  takeOver,
} from './execution-story.contract.js';
import { decideTakeover } from './takeover.decider.js';

/** Row 19: the executor died after ActionStarted. */

const lost = error('LEASE_LOST', 'the executor died or lost its lease during the attempt');
const cause = { code: lost.code, message: lost.message };
const running = (effects: Effects, over: { attemptsMax?: number; deadlineMs?: number } = {}) =>
  given(requested({ policy: { effects, ...over } }), started());
const DEADLINE = THEN + DEADLINE_MS;

describe('a running attempt whose executor is gone', () => {
  it.each(['none', 'idempotent', 'transactional'] as const)(
    'of %s work is counted as LEASE_LOST, and the next begins in the same append',
    (effects) => {
      const effect = effects === 'none' ? 'none' : 'unknown';
      running(effects)
        .when(takeOver())
        .thenAppends(
          attemptFailed(1, { error: lost, effect, atMs: NOW, nextAttemptAtMs: NOW }),
          started(2, { executor: 'exec-b', atMs: NOW }),
        );
    },
  );

  it('of verifiable work is probed, and the probe is asked of the lost attempt', () => {
    const { state, when } = running('verifiable');
    when(takeOver()).thenSays('probe');
    const decision = decideTakeover(state, { executor: 'exec-b', nowMs: NOW, random: 0.25 });
    expect(decision.kind === 'probe' && decision.settle).toStrictEqual({
      generation: 1,
      attempt: 1,
      nowMs: NOW,
      random: 0.25,
      outcome: { ok: false, error: lost, effect: 'unknown', retryable: true, atOnce: true },
    });
  });

  it('of unsafe work is parked as unknown and not begun again', () => {
    running('unsafe')
      .when(takeOver())
      .thenAppends(parked(1, { error: lost, atMs: NOW }));
  });

  it('counts: a handler that kills its process comes to an end as ATTEMPTS_EXHAUSTED', () => {
    const policy = { attemptsMax: 2 };
    given(requested({ policy }), started(), attemptFailed(1, { effect: 'unknown', error: lost }), started(2))
      .when(takeOver())
      .thenAppends(
        failed(2, {
          effect: 'unknown',
          atMs: NOW,
          error: { ...error('ATTEMPTS_EXHAUSTED', 'failed in all 2 attempts'), cause },
        }),
      );
  });

  it('is ATTEMPTS_EXHAUSTED too where it was the only one: no takeover comes any more', () => {
    running('idempotent', { attemptsMax: 1 })
      .when(takeOver())
      .thenAppends(
        failed(1, {
          effect: 'unknown',
          atMs: NOW,
          error: { ...error('ATTEMPTS_EXHAUSTED', 'failed in the only attempt'), cause },
        }),
      );
  });

  it('ends as TIMED_OUT where the deadline has passed', () => {
    running('idempotent')
      .when(takeOver({ nowMs: DEADLINE }))
      .thenAppends(
        failed(1, {
          effect: 'unknown',
          atMs: DEADLINE,
          error: { ...error('TIMED_OUT', 'no time is left for another attempt'), cause },
        }),
      );
  });

  it('of unsafe work is parked, not timed out, where the deadline has passed: nobody knows its end', () => {
    running('unsafe')
      .when(takeOver({ nowMs: DEADLINE }))
      .thenAppends(parked(1, { error: lost, atMs: DEADLINE }));
  });
});

describe('a generation that no attempt is running of', () => {
  it('is resumed where it waits for its attempt', () => {
    given(requested()).when(takeOver()).thenSays('resume');
    given(requested(), started(), attemptFailed()).when(takeOver()).thenSays('resume');
  });

  it.each([
    ['was never asked for', []],
    ['is parked as unknown', [requested(), started(), parked()]],
    ['succeeded', [requested(), started(), succeeded()]],
    ['failed', [requested(), started(), failed()]],
  ])('is left alone where it %s', (_name, history) => {
    given(...history)
      .when(takeOver())
      .thenSays('leave');
  });
});
