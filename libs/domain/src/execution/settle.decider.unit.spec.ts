import type { EffectState, Effects } from '@action-do/contracts';
import { CorruptHistory } from './execution-fold.js';
import {
  attemptFailed,
  error,
  failed,
  failure,
  given,
  NOW,
  parked,
  requested,
  settle,
  started,
  succeeded,
  success,
  THEN,
} from './execution-story.contract.js';

const running = (effects: Effects, attemptsMax = 3) =>
  given(requested({ policy: { effects, attemptsMax } }), started());

/** Half of initialDelayMs, random being 0.5. */
const BACKOFF_MS = 50;
/** Three quarters of 100, random being 0.5. */
const NOT_TAKEN_MS = 75;
const again = (effect: EffectState) =>
  attemptFailed(1, { effect, atMs: NOW, nextAttemptAtMs: NOW + BACKOFF_MS });
const over = (effect: EffectState) => failed(1, { effect, atMs: NOW });
const park = () => parked(1, { atMs: NOW });

describe('an attempt that succeeded', () => {
  it.each<[Effects, EffectState]>([
    ['none', 'none'],
    ['idempotent', 'applied'],
    ['transactional', 'applied'],
    ['verifiable', 'applied'],
    ['unsafe', 'applied'],
  ])('of %s work closes the generation with effect %s', (effects, effect) => {
    running(effects)
      .when(settle(success()))
      .thenAppends(succeeded(1, { effect, atMs: NOW }));
  });

  it('counts even after the deadline: it happened', () => {
    given(requested({ policy: { deadlineMs: 1 } }), started())
      .when(settle(success()))
      .thenAppends(succeeded(1, { atMs: NOW }));
  });

  it('keeps a result of null, and is closed by it', () => {
    running('idempotent')
      .when(settle(success(null)))
      .thenAppends(succeeded(1, { atMs: NOW, result: null }));
  });
});

describe('an attempt that failed', () => {
  type Row = [effects: Effects, effect: EffectState, retryable: boolean, then: string, left: EffectState];
  const repeatable = (effects: Effects): Row[] => [
    [effects, 'none', true, 'is tried again', 'none'],
    [effects, 'applied', true, 'is tried again', 'applied'],
    [effects, 'unknown', true, 'is tried again', 'unknown'],
    [effects, 'none', false, 'fails for good', 'none'],
    [effects, 'applied', false, 'fails for good', 'applied'],
    [effects, 'unknown', false, 'fails for good', 'unknown'],
  ];
  const onceOnly = (effects: Effects, doubt: string): Row[] => [
    [effects, 'none', true, 'is tried again', 'none'],
    [effects, 'applied', true, 'fails for good', 'applied'],
    [effects, 'unknown', true, doubt, 'unknown'],
    [effects, 'none', false, 'fails for good', 'none'],
    [effects, 'applied', false, 'fails for good', 'applied'],
    [effects, 'unknown', false, doubt, 'unknown'],
  ];
  const rows: Row[] = [
    ...repeatable('none').map(([a, b, c, d]): Row => [a, b, c, d, 'none']),
    ...repeatable('idempotent'),
    ...repeatable('transactional'),
    ...onceOnly('verifiable', 'asks the probe'),
    ...onceOnly('unsafe', 'is parked as unknown'),
  ];

  it.each(rows)(
    '%s work, effect %s, retryable %s: %s, effect %s recorded',
    (effects, effect, retryable, then, left) => {
      const told = running(effects).when(settle(failure({ effect, retryable })));
      if (then === 'is tried again') told.thenAppends(again(left));
      else if (then === 'fails for good') told.thenAppends(over(left));
      else if (then === 'asks the probe') told.thenSays('probe');
      else told.thenAppends(park());
    },
  );

  it.each(['none', 'idempotent', 'transactional'] as const)(
    'by its timeout (TIMED_OUT, nobody knows) is tried again where the work is %s',
    (effects) => {
      const timedOut = error('TIMED_OUT', 'the attempt did not end within 5000 ms');
      const effect = effects === 'none' ? 'none' : 'unknown';
      running(effects)
        .when(settle(failure({ error: timedOut })))
        .thenAppends(
          attemptFailed(1, { error: timedOut, effect, atMs: NOW, nextAttemptAtMs: NOW + BACKOFF_MS }),
        );
    },
  );

  it.each(['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'] as const)(
    'for NO_HANDLER is tried again whatever its class: nothing happened (row 18b, %s)',
    (effects) => {
      const noHandler = error('NO_HANDLER', 'nobody is there');
      running(effects)
        .when(settle(failure({ error: noHandler, effect: 'none' })))
        .thenAppends(attemptFailed(1, { error: noHandler, atMs: NOW, nextAttemptAtMs: NOW + NOT_TAKEN_MS }));
    },
  );

  it.each(['NO_HANDLER', 'UNAVAILABLE', 'RATE_LIMITED'] as const)(
    'that nobody took (%s) costs none of the attempts that the policy grants',
    (code) => {
      const nobody = error(code, 'nobody took it');
      running('unsafe', 1)
        .when(settle(failure({ error: nobody, effect: 'none' })))
        .thenAppends(attemptFailed(1, { error: nobody, atMs: NOW, nextAttemptAtMs: NOW + NOT_TAKEN_MS }));
      const thrown = error('ACTION_FAILED', 'thrown');
      given(
        requested({ policy: { effects: 'idempotent', attemptsMax: 2 } }),
        started(),
        attemptFailed(1, { error: nobody }),
        started(2),
      )
        .when(settle(failure({ error: thrown }), { attempt: 2, random: 0 }))
        .thenAppends(attemptFailed(2, { error: thrown, effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW }));
    },
  );

  it('that nobody took for long is offered ever more seldom: its deadline alone would not keep its stream small', () => {
    const nobody = error('RATE_LIMITED', 'nobody took it');
    const before = [1, 2, 3, 4, 5, 6, 7].flatMap((attempt) => [
      started(attempt),
      attemptFailed(attempt, { error: nobody }),
    ]);
    given(requested(), ...before, started(8))
      .when(settle(failure({ error: nobody, effect: 'none' }), { attempt: 8, random: 0 }))
      .thenAppends(attemptFailed(8, { error: nobody, atMs: NOW, nextAttemptAtMs: NOW + 6_400 }));
  });

  it('with PARAMS_INVALID, RESULT_INVALID or RESULT_TOO_LARGE keeps code and issues', () => {
    for (const code of ['PARAMS_INVALID', 'RESULT_INVALID', 'RESULT_TOO_LARGE'] as const) {
      const told = {
        ...error(code),
        issues: [{ path: 'params.to', code: 'custom', message: 'no such person' }],
      };
      running('unsafe')
        .when(settle(failure({ error: told, effect: 'applied', retryable: false })))
        .thenAppends(failed(1, { error: told, effect: 'applied', atMs: NOW }));
    }
  });

  it('is tried again at once where its executor is to blame', () => {
    running('idempotent')
      .when(settle(failure({ atOnce: true }), { random: 0.9 }))
      .thenAppends(attemptFailed(1, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW }));
  });

  it('is tried again when whoever performs it asked for it, but not before its backoff is over', () => {
    for (const [retryAfterMs, afterMs] of [
      [700, 700],
      [1, BACKOFF_MS],
    ] as const)
      running('idempotent')
        .when(settle(failure({ retryAfterMs })))
        .thenAppends(attemptFailed(1, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW + afterMs }));
  });
});

describe('the last attempt', () => {
  const second = (effect: EffectState, effects: Effects = 'idempotent') =>
    given(
      requested({ policy: { effects, attemptsMax: 2 } }),
      started(),
      attemptFailed(1, { effect }),
      started(2),
    );

  it('ends as ATTEMPTS_EXHAUSTED with its failure as the cause', () => {
    second('none')
      .when(settle(failure({ effect: 'none' }), { attempt: 2 }))
      .thenAppends(
        failed(2, {
          atMs: NOW,
          error: {
            ...error('ATTEMPTS_EXHAUSTED', 'failed in all 2 attempts'),
            cause: { code: 'ACTION_FAILED', message: 'it broke' },
          },
        }),
      );
  });

  it("hands on the author's own words as the cause", () => {
    const cause = { code: 'SMTP_DOWN', message: 'no route', details: { host: 'mx' } };
    second('none')
      .when(settle(failure({ effect: 'none', error: { ...error(), cause } }), { attempt: 2 }))
      .thenAppends(
        failed(2, {
          atMs: NOW,
          error: { ...error('ATTEMPTS_EXHAUSTED', 'failed in all 2 attempts'), cause },
        }),
      );
  });

  it('speaks for itself where it was the only one', () => {
    running('idempotent', 1).when(settle(failure())).thenAppends(over('unknown'));
  });

  it('speaks for itself where it may not be tried again', () => {
    second('none')
      .when(settle(failure({ effect: 'none', retryable: false }), { attempt: 2 }))
      .thenAppends(failed(2, { atMs: NOW }));
  });

  it('records the worst that any attempt may have left behind', () => {
    for (const [before, own, left] of [
      ['unknown', 'none', 'unknown'],
      ['applied', 'none', 'applied'],
      ['applied', 'unknown', 'applied'],
      ['unknown', 'applied', 'applied'],
      ['none', 'unknown', 'unknown'],
    ] as const)
      second(before)
        .when(settle(failure({ effect: own, retryable: false }), { attempt: 2 }))
        .thenAppends(failed(2, { effect: left, atMs: NOW }));
  });

  it('of unsafe work is parked all the same where nobody knows its end', () => {
    second('none', 'unsafe')
      .when(settle(failure(), { attempt: 2 }))
      .thenAppends(parked(2, { atMs: NOW }));
  });
});

describe('a deadline that leaves no time for another attempt', () => {
  const timedOut = {
    ...error('TIMED_OUT', 'no time is left for another attempt'),
    cause: { code: 'ACTION_FAILED', message: 'it broke' },
  };
  const withDeadlineAt = (deadlineAtMs: number) =>
    given(requested({ policy: { deadlineMs: deadlineAtMs - THEN } }), started());

  it('ends the generation as TIMED_OUT where the next attempt would begin exactly then', () => {
    withDeadlineAt(NOW + BACKOFF_MS)
      .when(settle(failure()))
      .thenAppends(failed(1, { atMs: NOW, effect: 'unknown', error: timedOut }));
  });

  it('does not end it where the next attempt begins a millisecond before', () => {
    withDeadlineAt(NOW + BACKOFF_MS + 1)
      .when(settle(failure()))
      .thenAppends(again('unknown'));
  });
});

describe('an end of an attempt of which the log knows nothing', () => {
  it('is our bug: it is thrown, and nothing is written', () => {
    expect(() => given().when(settle(success()))).toThrow(CorruptHistory);
  });
});
