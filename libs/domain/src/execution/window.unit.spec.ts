import {
  error,
  failed,
  failure,
  given,
  NOW,
  request,
  requested,
  settle,
  start,
  started,
  succeeded,
  success,
} from './execution-story.contract.js';
import { FIRST_SENT_SKEW_MS } from './request.decider.js';

const WINDOW_MS = 10_000;
const END = NOW + WINDOW_MS;
const history = [requested(), started(), succeeded(1, { windowEndsAtMs: END })];
const nextGeneration = (nowMs: number) => [
  requested({ generation: 2, epoch: 2, requestId: 'call-2', atMs: nowMs }),
  started(1, { atMs: nowMs }),
];

describe('the window in which an outcome answers its repeats', () => {
  it('begins when the outcome is settled, and its end is stored with it', () => {
    const open = given(requested({ policy: { windowMs: WINDOW_MS, attemptsMax: 1 } }), started());
    open.when(settle(success())).thenAppends(succeeded(1, { atMs: NOW, windowEndsAtMs: END }));
    open
      .when(settle(failure({ effect: 'none', retryable: false })))
      .thenAppends(failed(1, { atMs: NOW, windowEndsAtMs: END }));
  });

  it('begins too where the deadline passed before a first attempt', () => {
    given(requested({ policy: { windowMs: WINDOW_MS, deadlineMs: 1 } }))
      .when(start())
      .thenAppends(
        failed(0, {
          atMs: NOW,
          windowEndsAtMs: END,
          error: error('TIMED_OUT', 'the deadline passed before a first attempt'),
        }),
      );
  });

  it('never ends where the policy says forever', () => {
    given(requested(), started())
      .when(settle(success()))
      .thenAppends(succeeded(1, { atMs: NOW, windowEndsAtMs: null }));
    given(requested(), started(), succeeded())
      .when(request({ nowMs: Number.MAX_SAFE_INTEGER }))
      .thenSays('replay');
  });

  it('is the stored one: a later policy does not move it', () => {
    given(...history)
      .when(request({ nowMs: END - 1, policy: { windowMs: 1 } }))
      .thenSays('replay');
    given(...history)
      .when(request({ nowMs: END, policy: { windowMs: 'forever' } }))
      .thenAppends(...nextGeneration(END));
  });

  it('answers up to its last millisecond', () => {
    given(...history)
      .when(request({ nowMs: END - 1 }))
      .thenSays('replay');
  });

  it('is over exactly at its end: a next generation under a new effect key (row 13)', () => {
    given(...history)
      .when(request({ nowMs: END }))
      .thenAppends(...nextGeneration(END));
  });

  it('frees the key for other params when it is over', () => {
    given(...history)
      .when(request({ nowMs: END, paramsDigest: 'digest-b', executor: null }))
      .thenAppends(
        requested({ generation: 2, epoch: 2, requestId: 'call-2', atMs: END, paramsDigest: 'digest-b' }),
      );
  });

  it('raises the effect key even after a failure in doubt, since its answer is no longer kept', () => {
    given(requested(), started(), failed(1, { effect: 'unknown', windowEndsAtMs: END }))
      .when(request({ nowMs: END }))
      .thenAppends(...nextGeneration(END));
  });
});

describe('a late repeat (row 14)', () => {
  it.each([
    ['within the window', END - 1],
    ['at its very end', END],
    ['after it by less than clocks may disagree', END + FIRST_SENT_SKEW_MS - 1],
  ])('first sent %s is refused as TOO_LATE', (_name, firstSentAtMs) => {
    given(...history)
      .when(request({ nowMs: END + FIRST_SENT_SKEW_MS, firstSentAtMs }))
      .thenSays('TOO_LATE');
  });

  it('is new work where it was first sent after the window by all that clocks may disagree', () => {
    const nowMs = END + FIRST_SENT_SKEW_MS;
    given(...history)
      .when(request({ nowMs, firstSentAtMs: nowMs }))
      .thenAppends(...nextGeneration(nowMs));
  });

  it('is told by its request id alone: the call that was answered once is never run again', () => {
    given(...history)
      .when(request({ nowMs: END, requestId: 'call-1' }))
      .thenSays('TOO_LATE');
  });

  it('is answered as usual while the window is open', () => {
    given(...history)
      .when(request({ nowMs: END - 1, firstSentAtMs: 1 }))
      .thenSays('replay');
  });

  it('forgives five minutes', () => {
    expect(FIRST_SENT_SKEW_MS).toBe(300_000);
  });
});
