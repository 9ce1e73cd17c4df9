import {
  attemptFailed,
  DEADLINE_MS,
  error,
  failed,
  given,
  NOW,
  parked,
  requested,
  start,
  started,
  succeeded,
  THEN,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';

const DEADLINE = THEN + DEADLINE_MS;

describe('the next attempt', () => {
  it('is begun by whoever comes for a queued generation', () => {
    given(requested())
      .when(start())
      .thenAppends(started(1, { executor: 'exec-b', atMs: NOW }));
  });

  it('is counted on after a failed one', () => {
    given(requested(), started(), attemptFailed())
      .when(start())
      .thenAppends(started(2, { executor: 'exec-b', atMs: NOW }));
  });

  it('is counted from 1 in each generation', () => {
    given(requested(), started(), failed(), requested({ generation: 2, epoch: 2 }))
      .when(start({ generation: 2 }))
      .thenAppends(started(1, { executor: 'exec-b', atMs: NOW }));
  });

  it.each([
    ['runs already', [requested(), started()]],
    ['is parked as unknown', [requested(), started(), parked()]],
    ['succeeded', [requested(), started(), succeeded()]],
    ['failed', [requested(), started(), failed()]],
    ['was cancelled', [requested(), failed(0, { error: error('CANCELLED') })]],
    ['was undone', [requested(), started(), succeeded(), undoRequested, undoStarted(), undone]],
    ['was never asked for', []],
  ])('is not begun where the generation %s, deadline or not', (_name, history) => {
    given(...history)
      .when(start())
      .thenAppends();
    given(...history)
      .when(start({ nowMs: DEADLINE }))
      .thenAppends();
  });

  it('is not begun for a generation that another one has followed', () => {
    given(requested(), started(), failed(), requested({ generation: 2, epoch: 2 }))
      .when(start({ generation: 1 }))
      .thenAppends();
  });
});

describe('the deadline of an execution', () => {
  const inQueue = error('TIMED_OUT', 'the deadline passed before a first attempt');

  it('ends it as TIMED_OUT in the queue, with no attempt and effect none', () => {
    given(requested())
      .when(start({ nowMs: DEADLINE }))
      .thenAppends(failed(0, { atMs: DEADLINE, error: inQueue }));
  });

  it('is exact: a millisecond before it the attempt begins', () => {
    given(requested())
      .when(start({ nowMs: DEADLINE - 1 }))
      .thenAppends(started(1, { executor: 'exec-b', atMs: DEADLINE - 1 }));
  });

  it('ends it as TIMED_OUT in backoff, with the last failure as cause and what the attempts may have left', () => {
    given(requested(), started(), attemptFailed(1, { effect: 'unknown' }))
      .when(start({ nowMs: DEADLINE + 1 }))
      .thenAppends(
        failed(1, {
          atMs: DEADLINE + 1,
          effect: 'unknown',
          error: {
            ...error('TIMED_OUT', 'the deadline passed before the next attempt'),
            cause: { code: 'ACTION_FAILED', message: 'it broke' },
          },
        }),
      );
  });

  it('in the queue keeps the doubt of an earlier generation under the same effect key', () => {
    given(requested(), started(), failed(1, { effect: 'unknown' }), requested({ generation: 2 }))
      .when(start({ generation: 2, nowMs: DEADLINE }))
      .thenAppends(failed(0, { atMs: DEADLINE, effect: 'unknown', error: inQueue }));
  });
});
