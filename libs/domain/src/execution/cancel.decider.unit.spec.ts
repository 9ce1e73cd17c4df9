import type { ActionEvent, EffectState, Effects } from '@action-do/contracts';
import {
  attemptFailed,
  cancel,
  cancelRequested,
  error,
  failed,
  failure,
  given,
  NOW,
  parked,
  probed,
  requested,
  settle,
  start,
  started,
  succeeded,
  success,
  takeOver,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';

const wish: ActionEvent = { type: 'ActionCancelRequested', data: { reason: 'because', atMs: NOW } };
const end = (attempt: number, effect: EffectState, message: string, more: object = {}) =>
  failed(attempt, {
    effect,
    atMs: NOW,
    error: { code: 'CANCELLED', message, ...more },
    reason: 'because',
  });
const unknownOnceCancelled = [
  requested({ policy: { effects: 'unsafe' } }),
  ...[started(), cancelRequested, parked()],
];
const cause = { code: 'ACTION_FAILED', message: 'it broke' };

describe('a cancel (row 22)', () => {
  it('of what waits for its first attempt ends it at once: nothing was done', () => {
    given(requested())
      .when(cancel())
      .thenAppends(wish, end(0, 'none', 'cancelled before a first attempt'));
  });

  it('between two attempts ends it with what is known of the attempts so far', () => {
    given(requested(), started(), attemptFailed(1, { effect: 'unknown' }))
      .when(cancel())
      .thenAppends(wish, end(1, 'unknown', 'cancelled between attempts 1 and 2', { cause }));
  });

  it('of an attempt under way is noted, and nothing more', () => {
    given(requested(), started()).when(cancel()).thenAppends(wish);
  });

  it.each([
    ['under way', [requested(), started(), cancelRequested]],
    ['taken effect', [requested(), failed(0, { error: error('CANCELLED') })]],
  ])('that has %s adds nothing when it is asked for again', (_, history) => {
    given(...history)
      .when(cancel())
      .thenSays('already');
  });

  it.each([
    ['succeeded', [requested(), started(), cancelRequested, succeeded()]],
    ['failed as an operator found out', [...unknownOnceCancelled, failed(1, { settledBy: 'operator' })]],
    ['is parked as unknown', unknownOnceCancelled],
  ])('that came in time is answered with what came of it: it %s', (_, history) => {
    given(...history)
      .when(cancel())
      .thenSays('already');
  });

  it.each([
    ['a success', [requested(), started(), succeeded()]],
    ['a failure', [requested(), started(), failed()]],
    ['what nobody knows the outcome of', [requested({ policy: { effects: 'unsafe' } }), started(), parked()]],
    [
      'what was undone',
      [requested(), started(), cancelRequested, succeeded(), undoRequested, undoStarted(), undone],
    ],
  ])('of %s is not possible', (_, history) => {
    given(...history)
      .when(cancel())
      .thenSays('not-possible');
  });

  it.each([
    ['a generation that another followed', 1],
    ['a generation to come', 3],
  ])('of %s is not possible', (_, generation) => {
    given(requested(), started(), failed(), requested({ generation: 2, epoch: 2, requestId: 'call-2' }))
      .when(cancel({ generation }))
      .thenSays('not-possible');
  });
});

describe('an attempt that a cancel was asked for', () => {
  const cancelled = (effects: Effects) =>
    given(requested({ policy: { effects } }), started(), cancelRequested);
  const ended = (effect: EffectState, more: object = {}) =>
    failed(1, {
      effect,
      atMs: NOW,
      error: { code: 'CANCELLED', message: 'cancelled in attempt 1', cause },
      ...more,
    });

  it.each<Effects>(['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'])(
    'and that succeeds has succeeded: %s',
    (effects) => {
      cancelled(effects)
        .when(settle(success()))
        .thenAppends(succeeded(1, { effect: effects === 'none' ? 'none' : 'applied', atMs: NOW }));
    },
  );

  it.each<[Effects, EffectState]>([
    ['idempotent', 'none'],
    ['idempotent', 'unknown'],
    ['transactional', 'applied'],
    ['verifiable', 'none'],
    ['unsafe', 'none'],
  ])('and that fails is not tried again, but ends as CANCELLED: %s, effect %s', (effects, effect) => {
    cancelled(effects)
      .when(settle(failure({ effect })))
      .thenAppends(ended(effect));
  });

  it('is parked where it was unsafe and nobody knows what it did', () => {
    cancelled('unsafe')
      .when(settle(failure()))
      .thenAppends(parked(1, { atMs: NOW }));
  });

  it('asks the probe where there is one: what it did not do was cancelled', () => {
    cancelled('verifiable').when(settle(failure())).thenSays('probe');
    cancelled('verifiable')
      .when(probed({ state: 'not-applied' }))
      .thenAppends(ended('none'));
  });

  it('is not begun anew by whoever takes over from a dead executor', () => {
    const lost = { code: 'LEASE_LOST', message: 'the executor died or lost its lease during the attempt' };
    const why = { code: 'CANCELLED', message: 'cancelled in attempt 1', cause: lost } as const;
    cancelled('idempotent')
      .when(takeOver())
      .thenAppends(failed(1, { effect: 'unknown', atMs: NOW, error: why }));
  });

  it('and that was parked is ended as CANCELLED by a late word that it did nothing', () => {
    given(requested({ policy: { effects: 'unsafe' } }), started(), cancelRequested, parked())
      .when(settle(failure({ effect: 'none' })))
      .thenAppends(ended('none', { settledBy: 'late-worker' }));
  });

  it('has none after it, whoever noted the wish alone', () => {
    given(requested(), cancelRequested)
      .when(start())
      .thenAppends(
        failed(0, { atMs: NOW, error: { code: 'CANCELLED', message: 'cancelled before a first attempt' } }),
      );
  });
});
