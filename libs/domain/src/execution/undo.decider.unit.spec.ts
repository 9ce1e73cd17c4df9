import type { ActionEvent } from '@action-do/contracts';
import {
  endUndo,
  error,
  failed,
  given,
  NOW,
  parked,
  request,
  requested,
  started,
  succeeded,
  THEN,
  takeOverUndo,
  undo,
  undoFailed,
  undoGivenUp,
  undone,
  undoRequested,
} from './execution-story.contract.js';

const done = [requested(), started(), succeeded()];
const undoing = [...done, undoRequested];
const asked: ActionEvent = {
  type: 'ActionUndoRequested',
  data: { reason: 'because', executor: 'exec-b', requestId: 'undo-1', atMs: NOW },
};
const broke = { ok: false, error: error(), retryable: true } as const;
/** Half of initialDelayMs, random being 0.5. */
const BACKOFF_MS = 50;

describe('an undo (row 25)', () => {
  it('of a success is noted, with why and who makes it', () => {
    given(...done)
      .when(undo())
      .thenAppends(asked);
  });

  it.each([
    ['under way', undoing],
    ['done', [...undoing, undone]],
  ])('that is %s is joined', (_, history) => {
    given(...history)
      .when(undo())
      .thenSays('already');
  });

  it('that was given up is not begun again by the very call that asked for it, sent once more', () => {
    given(...done, asked, undoFailed(1, { nextAttemptAtMs: null }))
      .when(undo())
      .thenSays('already');
  });

  it('that was given up may be asked for anew', () => {
    given(...undoing, undoGivenUp())
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

  it('refuses a call with IN_PROGRESS while it runs, and not once it was given up', () => {
    const call = request({ requestId: 'call-9' });
    given(...undoing, undoFailed())
      .when(call)
      .thenSays('IN_PROGRESS');
    given(...undoing, undoGivenUp())
      .when(call)
      .thenSays('replay');
  });
});

describe('an attempt to undo', () => {
  it('that succeeds has undone it, be it one that had been given up', () => {
    const end: ActionEvent = { type: 'ActionUndone', data: { atMs: NOW } };
    for (const history of [undoing, [...undoing, undoFailed()]])
      given(...history)
        .when(endUndo({ ok: true }))
        .thenAppends(end);
  });

  it('that fails is made again after the backoff of the action', () => {
    given(...undoing)
      .when(endUndo(broke))
      .thenAppends(undoFailed(1, { atMs: NOW, nextAttemptAtMs: NOW + BACKOFF_MS }));
  });

  it.each([
    ['the attempts of the action are used up', undefined, broke],
    ['the action says that it is of no use', undefined, { ...broke, retryable: false }],
    ['its time is over', { nowMs: THEN + 60_000 }, broke],
  ])('is the last where %s: what was done stands', (_, over, outcome) => {
    const failures = outcome.retryable && over === undefined ? 2 : 0;
    const before = Array.from({ length: failures }, (__, at) => undoFailed(at + 1));
    const attempt = failures + 1;
    given(...undoing, ...before)
      .when(endUndo(outcome, { attempt, ...over }))
      .thenAppends(undoFailed(attempt, { atMs: over?.nowMs ?? NOW, nextAttemptAtMs: null }));
  });

  it('is not the last for an action that has only one: an undo bears being repeated', () => {
    given(requested({ policy: { effects: 'unsafe', attemptsMax: 1 } }), started(), succeeded(), undoRequested)
      .when(endUndo(broke))
      .thenAppends(undoFailed(1, { atMs: NOW, nextAttemptAtMs: NOW + BACKOFF_MS }));
  });

  it('that nobody took does not count', () => {
    const nobody = undoFailed(1, { error: error('NO_HANDLER') });
    const twice = [nobody, undoFailed(2), undoFailed(3)];
    given(...undoing, ...twice.slice(0, 2))
      .when(endUndo(broke, { attempt: 3, random: 0 }))
      .thenAppends(undoFailed(3, { atMs: NOW, nextAttemptAtMs: NOW }));
    given(...undoing, ...twice)
      .when(endUndo(broke, { attempt: 4 }))
      .thenAppends(undoFailed(4, { atMs: NOW, nextAttemptAtMs: null }));
  });

  it.each([
    ['of an attempt before the newest', [...undoing, undoFailed()], {}],
    ['of an undo before the newest', undoing, { requestedAtMs: 1 }],
    ['when it was undone', [...undoing, undone], {}],
    ['when it was given up', [...undoing, undoGivenUp()], {}],
    ['of another generation', undoing, { generation: 2 }],
  ])('that failed adds nothing %s', (_, history, over) => {
    given(...history)
      .when(endUndo(broke, over))
      .thenAppends();
  });
});

describe('an undo whose executor is gone', () => {
  const lost = (attempt: number, nextAttemptAtMs: number | null) =>
    undoFailed(attempt, {
      error: error('LEASE_LOST', 'the executor died or lost its lease while it undid this'),
      nextAttemptAtMs,
      executor: 'exec-b',
      atMs: NOW,
    });

  it('is taken up at once, its attempt being lost', () => {
    given(...undoing)
      .when(takeOverUndo())
      .thenAppends(lost(1, NOW));
  });

  it('waits for its next attempt where that is not due', () => {
    given(...undoing, undoFailed(1, { nextAttemptAtMs: NOW + 1 }))
      .when(takeOverUndo())
      .thenSays('resume');
  });

  it('comes to an end where it kills its process each time', () => {
    given(...undoing, undoFailed(1), undoFailed(2))
      .when(takeOverUndo())
      .thenAppends(lost(3, null));
  });

  it.each([
    ['done', [...undoing, undone]],
    ['given up', [...undoing, undoGivenUp()]],
    ['never asked for', done],
  ])('is left alone where it was %s', (_, history) => {
    given(...history)
      .when(takeOverUndo())
      .thenSays('leave');
  });
});
