import { CorruptHistory } from './execution-fold.js';
import {
  attemptFailed,
  error,
  failed,
  failure,
  given,
  late,
  NOW,
  parked,
  probed,
  requested,
  settle,
  started,
  succeeded,
  success,
} from './execution-story.contract.js';

const verifiable = { effects: 'verifiable' } as const;
const running = given(requested({ policy: verifiable }), started());

describe('the probe of verifiable work', () => {
  it('that found the effect closes the generation with the result it found', () => {
    running
      .when(probed({ state: 'applied', result: 17 }))
      .thenAppends(succeeded(1, { atMs: NOW, result: 17, settledBy: 'probe' }));
  });

  it('that found no effect lets a retryable failure be tried again', () => {
    running
      .when(probed({ state: 'not-applied' }))
      .thenAppends(attemptFailed(1, { effect: 'none', atMs: NOW, nextAttemptAtMs: NOW + 50 }));
  });

  it('that found no effect lets any other failure stand, with effect none', () => {
    running
      .when(probed({ state: 'not-applied' }, { outcome: failure({ retryable: false }) }))
      .thenAppends(failed(1, { effect: 'none', atMs: NOW }));
  });

  it('that found no effect of the last attempt ends it as ATTEMPTS_EXHAUSTED', () => {
    const policy = { ...verifiable, attemptsMax: 2 };
    given(requested({ policy }), started(), attemptFailed(), started(2))
      .when(probed({ state: 'not-applied' }, { attempt: 2 }))
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

  it('that cannot tell parks the generation with the failure that raised the question', () => {
    for (const retryable of [true, false])
      running
        .when(probed({ state: 'unknown' }, { outcome: failure({ retryable }) }))
        .thenAppends(parked(1, { atMs: NOW }));
  });

  it('is asked only where the failure itself does not say what happened', () => {
    running.when(settle(failure())).thenSays('probe');
    running.when(settle(failure({ effect: 'none', retryable: false }))).thenAppends(failed(1, { atMs: NOW }));
    running.when(settle(success())).thenAppends(succeeded(1, { atMs: NOW }));
  });
});

describe('a probe that answers late', () => {
  it('closes what was parked meanwhile where it found the effect', () => {
    given(requested({ policy: verifiable }), started(), parked())
      .when(probed({ state: 'applied', result: 17 }))
      .thenAppends(succeeded(1, { atMs: NOW, result: 17, settledBy: 'probe' }));
  });

  it('adds only a note where another attempt has begun or the generation is closed', () => {
    const note = late({ outcome: { error: error(), effect: 'unknown' } });
    const history = [requested({ policy: verifiable }), started()];
    for (const more of [[attemptFailed(), started(2)], [succeeded()], [failed()]])
      given(...history, ...more)
        .when(probed({ state: 'applied', result: 17 }))
        .thenAppends(note);
  });

  it('adds only a note where the generation is parked or in backoff and it found no effect', () => {
    const note = late({ outcome: { error: error(), effect: 'unknown' } });
    for (const more of [parked(), attemptFailed()])
      for (const state of ['not-applied', 'unknown'] as const)
        given(requested({ policy: verifiable }), started(), more)
          .when(probed({ state }))
          .thenAppends(note);
  });

  it('of a stream that holds nothing is our bug', () => {
    expect(() => given().when(probed({ state: 'unknown' }))).toThrow(CorruptHistory);
  });
});
