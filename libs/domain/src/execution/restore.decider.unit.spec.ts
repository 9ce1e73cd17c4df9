import {
  attemptFailed,
  cancelRequested,
  failed,
  given,
  NOW,
  parked,
  requested,
  started,
  succeeded,
  undoFailed,
  undoGivenUp,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';
import { decideRestored } from './restore.decider.js';

const restored =
  (nowMs = NOW) =>
  (state: Parameters<typeof decideRestored>[0]) => ({ events: decideRestored(state, nowMs) });
const error = {
  code: 'INTERNAL' as const,
  message: 'restored: the log was put back from a backup, and may have forgotten how this ended',
};

describe('an execution in a log that was put back from a backup', () => {
  it.each([
    ['before its first attempt', 0, [requested()]],
    ['while an attempt runs', 1, [requested(), started()]],
    ['between two attempts', 1, [requested(), started(), attemptFailed()]],
    ['in its second attempt', 2, [requested(), started(), attemptFailed(), started(2)]],
    ['that is to be cancelled', 1, [requested(), started(), cancelRequested]],
    ['that only reads', 1, [requested({ policy: { effects: 'none' } }), started()]],
  ])('is parked as unknown %s', (_when, attempt, events) => {
    given(...events)
      .when(restored())
      .thenAppends(parked(attempt, { error, atMs: NOW }));
  });

  it.each([
    ['waits for its first attempt', 0, []],
    ['is at work', 1, [undoStarted()]],
    ['waits for its second attempt', 1, [undoStarted(), undoFailed()]],
  ])('has an undo that %s given up, in doubt', (_when, attempt, events) => {
    given(requested(), started(), succeeded(), undoRequested, ...events)
      .when(restored())
      .thenAppends(undoFailed(attempt, { error, effect: 'unknown', nextAttemptAtMs: null, atMs: NOW }));
  });

  it.each([
    ['succeeded', [requested(), started(), succeeded()]],
    ['failed', [requested(), started(), failed()]],
    ['is parked already', [requested(), started(), parked()]],
    ['was undone', [requested(), started(), succeeded(), undoRequested, undoStarted(), undone]],
    ['was not undone', [requested(), started(), succeeded(), undoRequested, undoStarted(), undoGivenUp()]],
    ['is not there', []],
  ])('is left as it is where it %s', (_how, events) => {
    given(...events)
      .when(restored())
      .thenAppends();
  });
});
