import type { ActionEvent } from '@action-do/contracts';
import {
  attemptFailed,
  cancelRequested,
  DEADLINE_MS,
  error,
  failed,
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
import { faultIn } from './legal-history.contract.js';

const second = (over: Parameters<typeof requested>[0] = {}) =>
  requested({ generation: 2, epoch: 2, requestId: 'call-2', ...over });
const done = [requested(), started(), succeeded()];
const givenUp = [undoRequested, undoStarted(), undoGivenUp()];
const unsafe = requested({ policy: { effects: 'unsafe' } });
const again = [started(), attemptFailed(), started(2)];
const windowed = { policy: { windowMs: 100 } } as const;

describe('the judge of histories', () => {
  it.each<[string, ActionEvent[]]>([
    ['nothing at all', []],
    ['a request', [requested()]],
    ['a success', [requested(), started(), succeeded()]],
    ['retries', [requested(), ...again, attemptFailed(2), started(3), failed(3)]],
    [
      'a doubt that was settled',
      [unsafe, started(), parked(), late(), succeeded(1, { settledBy: 'operator' })],
    ],
    ['a deadline in the queue', [requested(), failed(0)]],
    [
      'a late success in backoff',
      [requested(), started(), attemptFailed(), succeeded(1, { settledBy: 'late-worker' })],
    ],
    [
      'a late failure that takes back the doubt about its own attempt',
      [
        requested(),
        started(),
        attemptFailed(1, { effect: 'unknown' }),
        failed(1, { settledBy: 'late-worker' }),
        second(),
      ],
    ],
    ['a cancel that came too late', [requested(), started(), cancelRequested, succeeded()]],
    ['a cancel in time', [requested(), cancelRequested, failed(0, { error: error('CANCELLED') })]],
    ['a cancel that leaves doubt', [unsafe, started(), cancelRequested, parked()]],
    [
      'an undo that failed, was given up, and was asked for anew',
      [
        ...[requested(), started(), succeeded(), undoRequested, undoStarted(), undoFailed()],
        ...[undoStarted(2), undoGivenUp(2), undoRequested, undoStarted(3), undoFailed(3)],
        ...[undoStarted(4), undone, second()],
      ],
    ],
    [
      "unsafe work done again on an operator's word, in doubt as before",
      [
        ...[unsafe, started(), parked(), failed(1, { effect: 'unknown', settledBy: 'operator' })],
        ...[second({ epoch: 1, policy: { effects: 'unsafe' }, reason: 'why' }), started()],
        failed(1, { effect: 'unknown' }),
      ],
    ],
    ['an undo that ends before its first attempt', [...done, undoRequested, undoGivenUp(0)]],
    ['an undo that was given up and undid it after all', [...done, ...givenUp, undone, second()]],
    ['an undo that undid it between two attempts', [...done, ...givenUp, undoRequested, undone]],
    [
      'an undo and what follows',
      [requested(), started(), succeeded(), undoRequested, undoStarted(), undone, second()],
    ],
    ['a reopening', [requested(), started(), failed(), second(), started(), succeeded()]],
    [
      'a reopening in doubt, under the same effect key, that did nothing itself',
      [
        requested(),
        started(),
        failed(1, { effect: 'unknown' }),
        second({ epoch: 1 }),
        started(),
        failed(1, { effect: 'unknown' }),
        requested({ generation: 3, requestId: 'call-3' }),
      ],
    ],
    [
      'a window that is over',
      [
        requested(windowed),
        started(),
        succeeded(1, { windowEndsAtMs: THEN + 100 }),
        second({ atMs: THEN + 100 }),
      ],
    ],
  ])('accepts %s', (_name, history) => {
    expect(faultIn(history)).toBeNull();
  });

  it.each<[string, ActionEvent[]]>([
    ['an event before any request', [started()]],
    ['a note before any request', [late()]],
    ['a first generation that is not 1', [second()]],
    ['a first effect key that is not 1', [requested({ epoch: 2 })]],
    ['an effect key of another epoch', [requested({ effectKey: 'x-7' })]],
    ['a deadline of its own', [requested({ deadlineAtMs: 7 })]],
    ['two starts', [requested(), started(), started(2)]],
    ['a start with a number left out', [requested(), started(2)]],
    ['a start after the deadline', [requested(), started(1, { atMs: THEN + DEADLINE_MS })]],
    ['more attempts than allowed', [requested({ policy: { attemptsMax: 1 } }), ...again]],
    [
      'unsafe work begun again in doubt',
      [unsafe, started(), attemptFailed(1, { effect: 'unknown' }), started(2)],
    ],
    [
      'unsafe work begun again after it was applied',
      [unsafe, started(), attemptFailed(1, { effect: 'applied' }), started(2)],
    ],
    ['unsafe work ended in doubt instead of parked', [unsafe, started(), failed(1, { effect: 'unknown' })]],
    ['a start after the doubt', [unsafe, started(), parked(), started(2)]],
    ['two outcomes', [requested(), started(), succeeded(), failed()]],
    ['an outcome twice', [requested(), started(), succeeded(), succeeded()]],
    ['a success without a start', [requested(), succeeded(0)]],
    ['an outcome of another attempt', [requested(), ...again, succeeded(1)]],
    ['a late success that names nobody', [requested(), started(), attemptFailed(), succeeded()]],
    ['idempotent work that was parked', [requested(), started(), parked()]],
    ['a read that left something', [requested({ policy: { effects: 'none' } }), started(), succeeded()]],
    [
      'a read whose attempt left something',
      [requested({ policy: { effects: 'none' } }), started(), attemptFailed(1, { effect: 'unknown' })],
    ],
    ['a window that is not stored', [requested(windowed), started(), succeeded()]],
    ['a window that was not declared', [requested(), started(), succeeded(1, { windowEndsAtMs: 7 })]],
    [
      'a retry due after the deadline',
      [requested(), started(), attemptFailed(1, { nextAttemptAtMs: THEN + DEADLINE_MS })],
    ],
    ['a retry due before the failure', [requested(), started(), attemptFailed(1, { nextAttemptAtMs: 0 })]],
    ['a generation on an open one', [requested(), started(), second()]],
    ['a generation on a doubt', [unsafe, started(), parked(), second()]],
    ['a generation during an undo', [requested(), started(), succeeded(), undoRequested, second()]],
    ['a success done again', [requested(), started(), succeeded(), second()]],
    ['the same call done again', [requested(), started(), failed(), second({ requestId: 'call-1' })]],
    [
      'other params within the window',
      [requested(), started(), failed(), second({ paramsDigest: 'digest-b' })],
    ],
    [
      "a reopening against 'never'",
      [requested({ policy: { reopen: 'never' } }), started(), failed(), second()],
    ],
    [
      'a reopening of unsafe work in doubt',
      [unsafe, started(), failed(1, { effect: 'unknown' }), second({ epoch: 1 })],
    ],
    ['an effect key raised in doubt', [requested(), started(), failed(1, { effect: 'unknown' }), second()]],
    ['an effect key kept for nothing', [requested(), started(), failed(), second({ epoch: 1 })]],
    ['an effect key raised twice', [requested(), started(), failed(), second({ epoch: 3 })]],
    [
      'an effect key raised although an earlier generation under it is in doubt',
      [
        requested(),
        started(),
        failed(1, { effect: 'unknown' }),
        second({ epoch: 1 }),
        started(),
        failed(1, { effect: 'unknown' }),
        requested({ generation: 3, epoch: 2, requestId: 'call-3' }),
      ],
    ],
    [
      'a failure that hides what an earlier attempt may have left',
      [requested(), started(), attemptFailed(1, { effect: 'unknown' }), started(2), failed(2)],
    ],
    [
      'a failure that hides what an earlier generation may have left',
      [requested(), started(), failed(1, { effect: 'unknown' }), second({ epoch: 1 }), started(), failed()],
    ],
    ['an undo of something open', [requested(), started(), undoRequested]],
    ['an undo that nobody asked for', [requested(), started(), succeeded(), undone]],
    ['a cancel of what is over', [requested(), started(), succeeded(), cancelRequested]],
    ['a cancel asked for twice', [requested(), started(), cancelRequested, cancelRequested]],
    ['an attempt begun after a cancel', [requested(), cancelRequested, started()]],
    ['an attempt to be repeated after a cancel', [requested(), started(), cancelRequested, attemptFailed()]],
    ['a cancelled failure that does not say so', [requested(), started(), cancelRequested, failed()]],
    ['an undo of a failure', [requested(), started(), failed(1, { effect: 'applied' }), undoRequested]],
    ['an undo of nothing', [requested(), started(), succeeded(1, { effect: 'none' }), undoRequested]],
    ['an undo that nobody was at', [...done, undoRequested, undone]],
    ['an attempt to undo that nobody asked for', [...done, undoStarted()]],
    ['an attempt to undo left out', [...done, undoRequested, undoStarted(2)]],
    ['two attempts to undo at once', [...done, undoRequested, undoStarted(), undoStarted(2)]],
    ['an attempt to undo behind the last one', [...done, ...givenUp, undoStarted(2)]],
    ['a number given to two attempts to undo', [...done, ...givenUp, undoRequested, undoStarted()]],
    [
      'an attempt to undo that begins behind its deadline',
      [...done, undoRequested, undoStarted(1, { atMs: THEN + DEADLINE_MS })],
    ],
    [
      'the end of an attempt to undo before the newest',
      [...done, undoRequested, undoStarted(), undoFailed(0)],
    ],
    ['an undo that goes on where nobody was at it', [...done, undoRequested, undoFailed(0)]],
    [
      'an attempt to undo due behind its deadline',
      [...done, undoRequested, undoStarted(), undoFailed(1, { nextAttemptAtMs: THEN + DEADLINE_MS })],
    ],
    [
      'a generation between two attempts to undo',
      [...done, undoRequested, undoStarted(), undoFailed(), second()],
    ],
    ['a success done again by hand', [requested(), started(), succeeded(), second({ reason: 'why' })]],
    [
      'an effect key raised by hand in doubt',
      [requested(), started(), failed(1, { effect: 'unknown' }), second({ reason: 'why' })],
    ],
    ['a note of a generation to come', [requested(), late({ generation: 2 })]],
  ])('refuses %s', (_name, history) => {
    expect(faultIn(history)).toEqual(expect.any(String));
  });
});
