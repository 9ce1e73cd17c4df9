import type { ActionEvent } from '@action-do/contracts';
import { CorruptHistory, foldExecution, worse } from './execution-fold.js';
import { ABSENT, isBeingUndone, isClosed, isOpen } from './execution-state.js';
import {
  attemptFailed,
  cancelRequested,
  error,
  failed,
  given,
  late,
  parked,
  requested,
  started,
  succeeded,
  THEN,
  undoFailed,
  undoGivenUp,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';

const histories: Record<string, ActionEvent[]> = {
  absent: [],
  pending: [requested()],
  running: [requested(), started()],
  retrying: [requested(), started(), attemptFailed()],
  unknown: [requested(), started(), parked()],
  succeeded: [requested(), started(), succeeded()],
  failed: [requested(), started(), failed()],
  cancelled: [requested(), failed(0, { error: error('CANCELLED') })],
  undone: [requested(), started(), succeeded(), undoRequested, undoStarted(), undone],
};

const undoing = [requested(), started(), succeeded(), undoRequested];

describe('the fold', () => {
  it.each(Object.entries(histories))('gives status %s', (status, history) => {
    const { revision, generation } = foldExecution(history);
    expect(generation?.status ?? 'absent').toBe(status);
    expect(revision).toBe(BigInt(history.length) - 1n);
  });

  it('says what is open, what is closed, and that unknown is neither', () => {
    const told = Object.values(histories).flatMap((history) => {
      const { generation } = foldExecution(history);
      return generation ? [[generation.status, isOpen(generation), isClosed(generation)]] : [];
    });
    expect(told).toStrictEqual([
      ['pending', true, false],
      ['running', true, false],
      ['retrying', true, false],
      ['unknown', false, false],
      ['succeeded', false, true],
      ['failed', false, true],
      ['cancelled', false, true],
      ['undone', false, true],
    ]);
  });

  it('goes on from a state as it would from the beginning', () => {
    const history = histories['undone'] ?? [];
    expect(foldExecution(history.slice(2), foldExecution(history.slice(0, 2)))).toStrictEqual(
      foldExecution(history),
    );
    expect(foldExecution([])).toBe(ABSENT);
  });

  it('remembers the first start over all attempts, and each attempt its own', () => {
    const { generation } = foldExecution([
      requested(),
      started(1, { atMs: THEN + 1 }),
      attemptFailed(1, { nextAttemptAtMs: THEN + 5, effect: 'unknown' }),
      started(2, { atMs: THEN + 5, executor: 'exec-b' }),
    ]);
    expect(generation).toMatchObject({
      attempt: 2,
      executor: 'exec-b',
      firstStartedAtMs: THEN + 1,
      attemptStartedAtMs: THEN + 5,
      nextAttemptAtMs: null,
      lastError: error(),
      effect: 'unknown',
      effectBefore: 'unknown',
    });
  });

  it('forgets no effect of an earlier attempt over a later one that had none', () => {
    const { generation } = foldExecution([
      requested(),
      started(),
      attemptFailed(1, { effect: 'unknown' }),
      started(2),
      attemptFailed(2, { effect: 'none' }),
    ]);
    expect(generation).toMatchObject({ effect: 'unknown', effectBefore: 'unknown' });
  });

  it('says when the next attempt is due only in backoff', () => {
    const due = [requested(), started(), attemptFailed(1, { nextAttemptAtMs: 77 })];
    expect(foldExecution(due).generation?.nextAttemptAtMs).toBe(77);
    for (const end of [parked(), failed(), succeeded(), started(2)])
      expect(foldExecution([...due, end]).generation?.nextAttemptAtMs).toBeNull();
  });

  it('keeps the outcome as it was recorded', () => {
    const at = { atMs: 5, windowEndsAtMs: 9, settledBy: 'probe' } as const;
    expect(given(requested(), started(), succeeded(1, at)).state.generation?.outcome).toStrictEqual({
      ...at,
      ok: true,
      evidence: undefined,
      effect: 'applied',
      result: { sent: true },
    });
    expect(given(requested(), started(), failed(1, at)).state.generation?.outcome).toStrictEqual({
      ...at,
      ok: false,
      evidence: undefined,
      effect: 'none',
      error: error(),
    });
  });

  it('notes that a cancel or an undo was asked for, and when', () => {
    expect(given(requested(), started(), cancelRequested).state.generation).toMatchObject({
      status: 'running',
      cancelRequestedAtMs: THEN,
    });
    expect(given(requested(), started(), succeeded(), undoRequested).state.generation).toMatchObject({
      status: 'succeeded',
      undo: {
        status: 'waiting',
        requestedAtMs: THEN,
        attempt: 0,
        neverBegun: 0,
        nextAttemptAtMs: THEN,
        executor: null,
        effect: 'none',
        lastError: null,
      },
    });
  });

  it('notes what became of each attempt to undo, until one is the last', () => {
    const after = (...events: ActionEvent[]) => foldExecution([...undoing, ...events]).generation;
    expect(after(undoStarted())).toMatchObject({
      status: 'succeeded',
      undo: {
        status: 'running',
        attempt: 1,
        executor: 'exec-a',
        attemptStartedAtMs: THEN,
        nextAttemptAtMs: null,
      },
    });
    expect(after(undoStarted(), undoFailed(1, { nextAttemptAtMs: 1_500 }))).toMatchObject({
      status: 'succeeded',
      undo: { status: 'waiting', attempt: 1, nextAttemptAtMs: 1_500, lastError: error() },
    });
    const givenUp = after(undoStarted(), undoGivenUp());
    expect(givenUp).toMatchObject({ status: 'succeeded', undo: { status: 'failed', nextAttemptAtMs: null } });
    expect(givenUp && isBeingUndone(givenUp)).toBe(false);
    expect(after(undoStarted(), undoGivenUp(), undone)).toMatchObject({
      status: 'undone',
      undo: { status: 'done' },
    });
  });

  it('counts the attempts of a second undo on, and keeps the doubt that the first has left', () => {
    const inDoubt = undoFailed(1, { effect: 'unknown', nextAttemptAtMs: null });
    const second = [...undoing, undoStarted(), inDoubt, undoRequested];
    expect(foldExecution(second).generation?.undo).toMatchObject({
      ...{
        status: 'waiting',
        attempt: 1,
        attemptBefore: 1,
        neverBegun: 0,
        effect: 'unknown',
        lastError: null,
      },
    });
    expect(foldExecution([...second, undoStarted(2), undoGivenUp(2)]).generation?.undo).toMatchObject({
      ...{ status: 'failed', effect: 'unknown' },
    });
  });

  it('begins every generation anew', () => {
    const { generation } = foldExecution([
      ...(histories['undone'] ?? []),
      requested({ generation: 2, epoch: 2 }),
    ]);
    expect(generation).toMatchObject({
      status: 'pending',
      attempt: 0,
      executor: null,
      firstStartedAtMs: null,
      outcome: null,
      lastError: null,
      undo: null,
    });
  });

  it('takes the worst of two effects', () => {
    expect(worse('none', 'none')).toBe('none');
    expect(worse('none', 'unknown')).toBe('unknown');
    expect(worse('applied', 'unknown')).toBe('applied');
    expect(worse('none', 'applied')).toBe('applied');
  });
});

describe('a history that no decider wrote', () => {
  const legal: Record<string, string[]> = {
    absent: ['ActionRequested'],
    pending: [
      'ActionStarted',
      'ActionOutcomeUnknown',
      'ActionFailed',
      'ActionLateOutcome',
      'ActionCancelRequested',
    ],
    running: [
      'ActionAttemptFailed',
      'ActionOutcomeUnknown',
      'ActionSucceeded',
      'ActionFailed',
      'ActionLateOutcome',
      'ActionCancelRequested',
    ],
    retrying: [
      'ActionStarted',
      'ActionOutcomeUnknown',
      'ActionSucceeded',
      'ActionFailed',
      'ActionLateOutcome',
      'ActionCancelRequested',
    ],
    unknown: ['ActionSucceeded', 'ActionFailed', 'ActionLateOutcome'],
    succeeded: ['ActionRequested', 'ActionLateOutcome', 'ActionUndoRequested'],
    failed: ['ActionRequested', 'ActionLateOutcome', 'ActionUndoRequested'],
    cancelled: ['ActionRequested', 'ActionLateOutcome', 'ActionUndoRequested'],
    undone: ['ActionRequested', 'ActionLateOutcome'],
  };

  it.each(Object.entries(histories))('is refused as CORRUPT_HISTORY after %s', (status, history) => {
    const { generation } = foldExecution(history);
    const attempt = generation?.attempt ?? 0;
    const every: ActionEvent[] = [
      requested({ generation: (generation?.request.generation ?? 0) + 1 }),
      started(attempt + 1),
      attemptFailed(attempt),
      parked(attempt),
      succeeded(attempt),
      failed(attempt),
      late(),
      cancelRequested,
      undoRequested,
      undoStarted(),
      undoFailed(),
      undone,
    ];
    const accepted = every.filter((event) => {
      try {
        foldExecution([...history, event]);
        return true;
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(CorruptHistory);
        expect(thrown).toMatchObject({ code: 'CORRUPT_HISTORY' });
        return false;
      }
    });
    expect(accepted.map(({ type }) => type)).toStrictEqual(legal[status]);
  });

  it.each([
    ['a first generation that is not 1', [requested({ generation: 2 })]],
    ['a generation left out', [requested(), started(), failed(), requested({ generation: 3 })]],
    ['a generation given twice', [requested(), started(), failed(), requested({ generation: 1 })]],
    ['a first attempt that is not 1', [requested(), started(2)]],
    ['an attempt left out', [requested(), started(), attemptFailed(), started(3)]],
    ['an attempt given twice', [requested(), started(), attemptFailed(), started(1)]],
    ['a failure of an attempt that is not the newest', [requested(), started(), attemptFailed(2)]],
    ['a doubt about an attempt that is not the newest', [requested(), started(), parked(0)]],
    ['a success of an attempt that is not the newest', [requested(), started(), succeeded(2)]],
    ['an end by an attempt that is not the newest', [requested(), started(), failed(0)]],
    ['an undo that nobody asked for', [requested(), started(), succeeded(), undone]],
    ['an undo asked for twice', [...undoing, undoRequested]],
    ['an undo that nobody was at', [...undoing, undone]],
    ['an attempt to undo left out', [...undoing, undoStarted(2)]],
    ['two attempts to undo at once', [...undoing, undoStarted(), undoStarted(2)]],
    ['an attempt to undo that did not begin', [...undoing, undoFailed()]],
    ['the end of another attempt to undo', [...undoing, undoStarted(), undoFailed(2)]],
    ['an attempt to undo behind the last one', [...undoing, undoStarted(), undoGivenUp(), undoStarted(2)]],
    ['an undo that goes on although nobody was at it', [...undoing, undoFailed(0)]],
    ['a generation begun during an undo', [...undoing, requested({ generation: 2, epoch: 2 })]],
  ])('is refused for %s', (_name, history) => {
    expect(() => foldExecution(history)).toThrow(CorruptHistory);
  });

  it('is named with its event, status and revision', () => {
    expect(() => foldExecution([requested(), succeeded()])).toThrow(
      'corrupt history: ActionSucceeded on pending at revision 1',
    );
  });
});
