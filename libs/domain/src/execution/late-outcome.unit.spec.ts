import type { ActionEvent, EffectState, Effects } from '@action-do/contracts';
import {
  attemptFailed,
  error,
  failed,
  failure,
  given,
  late,
  NOW,
  parked,
  requested,
  settle,
  started,
  succeeded,
  success,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';

/** Row 20: an attempt that was given up comes to an end after all. */

const CLASSES: readonly Effects[] = ['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'];
const givenUp = (effects: Effects, how: ActionEvent, before: ActionEvent[] = []) =>
  given(requested({ policy: { effects, attemptsMax: 5 } }), ...before, started(before.length ? 2 : 1), how);
const lateFailure = (effect: EffectState) => late({ outcome: { error: error(), effect } });

describe('a late success', () => {
  it.each(CLASSES)('of %s work closes what is in backoff or parked', (effects) => {
    const effect = effects === 'none' ? 'none' : 'applied';
    for (const how of [attemptFailed(1, { effect: 'unknown' }), parked()])
      givenUp(effects, how)
        .when(settle(success()))
        .thenAppends(succeeded(1, { effect, atMs: NOW, settledBy: 'late-worker' }));
  });
});

describe('a late failure of what is parked as unknown', () => {
  it.each(['none', 'applied'] as const)(
    'closes it where the worker knows that the effect is %s',
    (effect) => {
      for (const retryable of [true, false])
        givenUp('unsafe', parked())
          .when(settle(failure({ effect, retryable })))
          .thenAppends(failed(1, { effect, atMs: NOW, settledBy: 'late-worker' }));
    },
  );

  it('adds only a note where the worker does not know either', () => {
    for (const retryable of [true, false])
      givenUp('unsafe', parked())
        .when(settle(failure({ retryable })))
        .thenAppends(lateFailure('unknown'));
  });

  it('does not take back what an earlier attempt left behind', () => {
    for (const effect of ['unknown', 'applied'] as const)
      givenUp('idempotent', parked(2), [started(), attemptFailed(1, { effect })])
        .when(settle(failure({ effect: 'none' }), { attempt: 2 }))
        .thenAppends(failed(2, { effect, atMs: NOW, settledBy: 'late-worker' }));
  });
});

describe('a late failure of what is in backoff', () => {
  const backoff = attemptFailed(1, { effect: 'unknown', error: error('TIMED_OUT') });

  it('adds only a note where another attempt is wanted anyway', () => {
    for (const effect of ['none', 'applied', 'unknown'] as const)
      givenUp('idempotent', backoff)
        .when(settle(failure({ effect, retryable: true })))
        .thenAppends(lateFailure(effect));
  });

  it('adds only a note where the worker does not know what it did', () => {
    givenUp('idempotent', backoff)
      .when(settle(failure({ retryable: false })))
      .thenAppends(lateFailure('unknown'));
  });

  it.each(['none', 'applied'] as const)(
    'ends it where it must not be tried again, with effect %s',
    (effect) => {
      givenUp('idempotent', backoff)
        .when(settle(failure({ effect, retryable: false })))
        .thenAppends(failed(1, { effect, atMs: NOW, settledBy: 'late-worker' }));
    },
  );

  it('ends work that only reads with effect none, whatever the worker says', () => {
    givenUp('none', attemptFailed())
      .when(settle(failure({ retryable: false })))
      .thenAppends(failed(1, { effect: 'none', atMs: NOW, settledBy: 'late-worker' }));
  });

  it('ends verifiable work whose effect landed after the probe had looked', () => {
    givenUp('verifiable', attemptFailed())
      .when(settle(failure({ effect: 'applied' })))
      .thenAppends(failed(1, { effect: 'applied', atMs: NOW, settledBy: 'late-worker' }));
  });

  it('does not take back what an earlier attempt left behind', () => {
    givenUp('idempotent', attemptFailed(2, { effect: 'none' }), [
      started(),
      attemptFailed(1, { effect: 'unknown' }),
    ])
      .when(settle(failure({ effect: 'none', retryable: false }), { attempt: 2 }))
      .thenAppends(failed(2, { effect: 'unknown', atMs: NOW, settledBy: 'late-worker' }));
  });
});

describe('an outcome that comes after its time', () => {
  const open = [requested(), started()];
  const newer = requested({ generation: 2, epoch: 2 });
  const tooLate: [string, ActionEvent[]][] = [
    ['another attempt runs', [...open, attemptFailed(), started(2)]],
    ['another attempt failed', [...open, attemptFailed(), started(2), attemptFailed(2)]],
    ['another attempt is parked', [...open, attemptFailed(), started(2), parked(2)]],
    ['the generation succeeded', [...open, succeeded()]],
    ['the generation failed', [...open, failed()]],
    ['the generation was cancelled', [...open, failed(1, { error: error('CANCELLED') })]],
    ['the generation was undone', [...open, succeeded(), undoRequested, undoStarted(), undone]],
    ['a newer generation is queued', [...open, failed(), newer]],
    ['a newer generation is at the same attempt', [...open, failed(), newer, started()]],
    ['a newer generation succeeded', [...open, failed(), newer, started(), succeeded()]],
  ];

  it.each(tooLate)('is a note that changes nothing where %s', (_name, history) => {
    const { state, when } = given(...history);
    for (const [outcome, told] of [
      [success(), late()],
      [failure({ effect: 'none', retryable: false }), lateFailure('none')],
      [failure({ effect: 'applied' }), lateFailure('applied')],
      [failure(), lateFailure('unknown')],
    ] as const) {
      when(settle(outcome)).thenAppends(told);
      expect(given(...history, told).state.generation).toStrictEqual(state.generation);
    }
  });
});
