import type { ActionEvent } from '@action-do/contracts';
import {
  DEADLINE_MS,
  endUndo,
  error,
  failed,
  given,
  NOW,
  parked,
  request,
  requested,
  started,
  startUndo,
  succeeded,
  THEN,
  takeOverUndo,
  undo,
  undoFailed,
  undoGivenUp,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';

const done = [requested(), started(), succeeded()];
const waiting = [...done, undoRequested];
const running = [...waiting, undoStarted()];
const givenUp = [...running, undoGivenUp()];
const asked: ActionEvent = {
  type: 'ActionUndoRequested',
  data: { reason: 'because', requestId: 'undo-1', atMs: NOW },
};
const broke = { ok: false, error: error(), effect: 'unknown', retryable: true } as const;
/** Half of initialDelayMs, random being 0.5. */
const BACKOFF_MS = 50;

describe('an undo (row 25)', () => {
  it('of a success is noted, with why', () => {
    given(...done)
      .when(undo())
      .thenAppends(asked);
  });

  it.each([
    ['asked for', waiting],
    ['under way', running],
    ['done', [...running, undone]],
  ])('that is %s is joined', (_, history) => {
    given(...history)
      .when(undo())
      .thenSays('already');
  });

  it('that was given up is not begun again by the very call that asked for it, sent once more', () => {
    given(...done, asked, undoStarted(), undoGivenUp())
      .when(undo())
      .thenSays('already');
  });

  it('that was given up may be asked for anew', () => {
    given(...givenUp)
      .when(undo())
      .thenAppends(asked);
  });

  it.each([
    ['a failure', [requested(), started(), failed(1, { effect: 'applied' })]],
    ['what still runs', [requested(), started()]],
    ['what nobody knows the outcome of', [requested({ policy: { effects: 'unsafe' } }), started(), parked()]],
    ['a read', [requested({ policy: { effects: 'none' } }), started(), succeeded(1, { effect: 'none' })]],
  ])('of %s is not possible', (_, history) => {
    given(...history)
      .when(undo())
      .thenSays('not-possible');
  });

  it('refuses a call with IN_PROGRESS until it has come to its end, and not once it was given up', () => {
    const call = request({ requestId: 'call-9' });
    for (const history of [waiting, running, [...running, undoFailed()]])
      given(...history)
        .when(call)
        .thenSays('IN_PROGRESS');
    given(...givenUp)
      .when(call)
      .thenSays('replay');
  });
});

describe('the next attempt to undo', () => {
  it('is begun by whoever comes first, once', () => {
    const begun = undoStarted(1, { executor: 'exec-b', atMs: NOW });
    given(...waiting)
      .when(startUndo())
      .thenAppends(begun);
    given(...waiting, begun)
      .when(startUndo({ executor: 'exec-c' }))
      .thenAppends();
  });

  it('of an undo asked for anew has a number of its own', () => {
    given(...givenUp, undoRequested)
      .when(startUndo({ attempt: 2 }))
      .thenAppends(undoStarted(2, { executor: 'exec-b', atMs: NOW }));
  });

  it.each([
    ['was made meanwhile', [...running, undoFailed()], {}],
    ['is not wanted any more, it being undone', [...running, undone], { attempt: 2 }],
    ['is not wanted any more, it being given up', givenUp, { attempt: 2 }],
    ['was never asked for', done, {}],
    ['is of another generation', waiting, { generation: 2 }],
  ])('is not begun where it %s', (_, history, over) => {
    given(...history)
      .when(startUndo(over))
      .thenAppends();
  });

  it('is not begun behind the deadline, counted from when the undo was asked for: that gives it up', () => {
    const message = 'the deadline passed before the next attempt to undo it';
    const nowMs = THEN + DEADLINE_MS;
    const end = { nextAttemptAtMs: null, atMs: nowMs };
    given(...waiting)
      .when(startUndo({ nowMs }))
      .thenAppends(undoFailed(0, { error: error('TIMED_OUT', message), ...end }));
    const cause = { code: 'ACTION_FAILED', message: 'it broke' };
    given(...running, undoFailed())
      .when(startUndo({ attempt: 2, nowMs }))
      .thenAppends(undoFailed(1, { error: { ...error('TIMED_OUT', message), cause }, ...end }));
  });
});

describe('an attempt to undo', () => {
  it.each([
    ['the newest', running],
    ['one that another followed', [...running, undoFailed(), undoStarted(2)]],
    ['one that is waited for no more', [...running, undoFailed()]],
    ['one with which the undo was given up', givenUp],
    ['one of an earlier undo', [...givenUp, undoRequested]],
  ])('that succeeds has undone it, be it %s', (_, history) => {
    given(...history)
      .when(endUndo({ ok: true }))
      .thenAppends({ type: 'ActionUndone', data: { atMs: NOW } });
  });

  it.each([
    ['it is undone', [...running, undone], 1],
    ['the next generation was begun', [...running, undone, requested({ generation: 2, epoch: 2 })], 1],
  ])('that succeeds adds nothing where %s', (_, history, generation) => {
    given(...history)
      .when(endUndo({ ok: true }, { generation }))
      .thenAppends();
  });

  it('that fails is made again after the backoff of the action, and says what it may have taken back', () => {
    given(...running)
      .when(endUndo(broke))
      .thenAppends(undoFailed(1, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW + BACKOFF_MS }));
    given(...running)
      .when(endUndo({ ...broke, retryAfterMs: 700 }))
      .thenAppends(undoFailed(1, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW + 700 }));
  });

  const threeFailed = [undoFailed(1), undoStarted(2), undoFailed(2), undoStarted(3)];
  it.each([
    ['the attempts of the action are used up', threeFailed, { attempt: 3 }, broke],
    ['the action says that it is of no use', [], {}, { ...broke, retryable: false }],
    ['its time is over', [], { nowMs: THEN + 60_000 }, broke],
  ])('is the last where %s', (_, before, over, outcome) => {
    const { attempt, nowMs } = { attempt: 1, nowMs: NOW, ...over };
    given(...running, ...before)
      .when(endUndo(outcome, over))
      .thenAppends(undoFailed(attempt, { effect: 'unknown', atMs: nowMs, nextAttemptAtMs: null }));
  });

  it('is not the last for an action that has only one: an undo bears being repeated', () => {
    const unsafe = requested({ policy: { effects: 'unsafe', attemptsMax: 1 } });
    given(unsafe, started(), succeeded(), undoRequested, undoStarted())
      .when(endUndo(broke))
      .thenAppends(undoFailed(1, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW + BACKOFF_MS }));
  });

  it('is not the last for what an earlier undo had: each has its own', () => {
    given(...running, ...threeFailed, undoGivenUp(3), undoRequested, undoStarted(4))
      .when(endUndo(broke, { attempt: 4 }))
      .thenAppends(undoFailed(4, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW + BACKOFF_MS }));
  });

  it('that nobody took does not count, and is made again ever more seldom', () => {
    const untaken = { ...broke, error: error('RATE_LIMITED'), effect: 'none' } as const;
    for (const [times, waitMs] of [
      [1, 50],
      [6, 1_600],
    ] as const) {
      const before = Array.from({ length: times - 1 }, (_, at) => [
        undoFailed(at + 1, { error: untaken.error }),
        undoStarted(at + 2),
      ]);
      given(...running, ...before.flat())
        .when(endUndo(untaken, { attempt: times, random: 0 }))
        .thenAppends(undoFailed(times, { error: untaken.error, atMs: NOW, nextAttemptAtMs: NOW + waitMs }));
    }
    const nobody = undoFailed(1, { error: error('NO_HANDLER') });
    const twice = [nobody, undoStarted(2), undoFailed(2), undoStarted(3)];
    given(...running, ...twice)
      .when(endUndo(broke, { attempt: 3, random: 0 }))
      .thenAppends(undoFailed(3, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: NOW }));
    given(...running, ...twice, undoFailed(3), undoStarted(4))
      .when(endUndo(broke, { attempt: 4 }))
      .thenAppends(undoFailed(4, { effect: 'unknown', atMs: NOW, nextAttemptAtMs: null }));
  });

  it.each([
    ['of an attempt before the newest', [...running, undoFailed(), undoStarted(2)], {}],
    ['of an attempt that has failed already', [...running, undoFailed()], {}],
    ['when it was undone', [...running, undone], {}],
    ['when it was given up', givenUp, {}],
    ['of another generation', running, { generation: 2 }],
  ])('that failed adds nothing %s', (_, history, over) => {
    given(...history)
      .when(endUndo(broke, over))
      .thenAppends();
  });
});

describe('an attempt to undo whose executor is gone', () => {
  const lost = (attempt: number, nextAttemptAtMs: number | null) =>
    undoFailed(attempt, {
      error: error('LEASE_LOST', 'the executor died or lost its lease while it undid this'),
      effect: 'unknown',
      nextAttemptAtMs,
      atMs: NOW,
    });

  it('is taken over at once: it is lost, and the next begins in the same append', () => {
    given(...running)
      .when(takeOverUndo())
      .thenAppends(lost(1, NOW), undoStarted(2, { executor: 'exec-b', atMs: NOW }));
  });

  it('is the last where it has killed its process each time', () => {
    given(...running, undoFailed(1), undoStarted(2), undoFailed(2), undoStarted(3))
      .when(takeOverUndo())
      .thenAppends(lost(3, null));
  });

  it.each([
    ['waits for its first attempt', waiting],
    ['waits for its next attempt', [...running, undoFailed()]],
    ['is done', [...running, undone]],
    ['was given up', givenUp],
    ['was never asked for', done],
  ])('does not exist where the undo %s', (_, history) => {
    given(...history)
      .when(takeOverUndo())
      .thenAppends();
  });
});
