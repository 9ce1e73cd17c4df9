import type { EffectState } from '@action-do/contracts';
import {
  attemptFailed,
  DEADLINE_MS,
  error,
  failed,
  given,
  NOW,
  parked,
  requested,
  resolve,
  retry,
  settle,
  started,
  succeeded,
  success,
  THEN,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';

/** An attempt timeout of 5,000 and a lease of 500 after THEN. */
const QUIET = THEN + 5_500;
const unsafe = requested({ policy: { effects: 'unsafe' } });
const unknown = [unsafe, started(), parked()];
const byOperator = { settledBy: 'operator', reason: 'because' } as const;

describe("a retry on an operator's word (row 19)", () => {
  const again = (epoch: number, over: object = {}) =>
    requested({
      ...{ generation: 2, epoch, requestId: 'retry-1', reason: 'because', atMs: NOW },
      policy: { effects: 'unsafe' },
      ...over,
    });
  const begun = started(1, { executor: 'exec-b', atMs: NOW });

  it('closes what nobody knows and begins it again in the same append, under the same effect key', () => {
    const message = 'nobody could say how it ended: an operator has it done again';
    const cause = { code: 'ACTION_FAILED', message: 'it broke' };
    given(...unknown)
      .when(retry())
      .thenAppends(
        failed(1, {
          ...byOperator,
          effect: 'unknown',
          atMs: NOW,
          error: { code: 'OUTCOME_UNKNOWN', message, cause },
        }),
        again(1),
        begun,
      );
  });

  it('waits until an attempt that was given up can be at work no more', () => {
    for (const code of ['LEASE_LOST', 'TIMED_OUT'] as const) {
      const gone = given(unsafe, started(), parked(1, { error: error(code) }));
      gone.when(retry({ nowMs: QUIET - 1 })).thenSays('in-progress');
      expect(gone.when(retry({ nowMs: QUIET })).verdict).toHaveProperty('events.length', 3);
    }
  });

  it('reckons with heartbeats: what timed out had none left, what was lost may have had one just then', () => {
    const atMs = THEN + 30_000;
    const until = (code: 'LEASE_LOST' | 'TIMED_OUT', untilMs: number) => {
      const gone = given(unsafe, started(), parked(1, { atMs, error: error(code) }));
      gone.when(retry({ nowMs: untilMs - 1 })).thenSays('in-progress');
      gone.when(resolve({ result: 7 }, { nowMs: untilMs - 1 })).thenSays('in-progress');
      expect(gone.when(retry({ nowMs: untilMs })).verdict).toHaveProperty('events.length', 3);
    };
    until('TIMED_OUT', atMs + 500);
    until('LEASE_LOST', atMs + 5_500);
  });

  it('and with the deadline, which no heartbeat moves', () => {
    const lost = { atMs: THEN + DEADLINE_MS - 1, error: error('LEASE_LOST') };
    given(unsafe, started(), parked(1, lost))
      .when(retry({ nowMs: THEN + DEADLINE_MS + 499 }))
      .thenSays('in-progress');
    const { verdict } = given(unsafe, started(), parked(1, lost)).when(
      retry({ nowMs: THEN + DEADLINE_MS + 500 }),
    );
    expect(verdict).toHaveProperty('events.length', 3);
  });

  it.each<[EffectState, number]>([
    ['none', 2],
    ['unknown', 1],
    ['applied', 1],
  ])('does a failure again that the table would not: effect %s, effect key %i', (effect, epoch) => {
    given(unsafe, started(), failed(1, { effect })).when(retry()).thenAppends(again(epoch), begun);
  });

  it('does so against the policy, after the window, and where it was cancelled', () => {
    const never = { effects: 'unsafe', reopen: 'never', windowMs: 1 } as const;
    const over = { effect: 'unknown', windowEndsAtMs: THEN + 1, error: error('CANCELLED') } as const;
    given(requested({ policy: never }), started(), failed(1, over))
      .when(retry())
      .thenAppends(again(1, { policy: never }), begun);
  });

  it('waits for a slot where none is free', () => {
    given(unsafe, started(), failed())
      .when(retry({ executor: null }))
      .thenAppends(again(2));
  });

  it('that comes again adds nothing', () => {
    given(unsafe, started(), failed(), again(2), begun).when(retry()).thenSays('already');
  });

  it.each([
    ['a success', [requested(), started(), succeeded()]],
    ['what runs', [requested(), started()]],
    ['what is tried again by itself', [requested(), started(), attemptFailed()]],
    ['what was undone', [requested(), started(), succeeded(), undoRequested, undoStarted(), undone]],
  ])('of %s is not possible', (_, history) => {
    given(...history)
      .when(retry())
      .thenSays('not-possible');
  });

  it('leaves the late word of the attempt before to the record', () => {
    const { generation } = given(
      ...unknown,
      failed(1, { effect: 'unknown', ...byOperator }),
      again(1),
      begun,
    ).state;
    expect(generation?.effect).toBe('unknown');
    given(...unknown, failed(1, { effect: 'unknown', ...byOperator }), again(1), begun)
      .when(settle(success(), { generation: 1 }))
      .thenAppends({
        type: 'ActionLateOutcome',
        data: { generation: 1, attempt: 1, outcome: { result: { sent: true } }, atMs: NOW },
      });
  });
});

describe('a resolve by an operator (row 19)', () => {
  const nowMs = QUIET;
  const result = { result: { sent: true } };
  const notSent = { error: { message: 'not sent', effect: 'none' as const } };

  it('settles what nobody knew with the result that was found, and how that is known', () => {
    given(...unknown)
      .when(resolve(result, { nowMs, evidence: 'invoice 17' }))
      .thenAppends(succeeded(1, { ...byOperator, evidence: 'invoice 17', atMs: QUIET }));
  });

  it('settles it as failed, with what that left behind', () => {
    const saying = { code: 'ACTION_FAILED', message: 'not sent' } as const;
    given(...unknown)
      .when(resolve(notSent, { nowMs }))
      .thenAppends(failed(1, { ...byOperator, effect: 'none', atMs: QUIET, error: saying }));
    given(requested({ policy: { effects: 'unsafe' }, generation: 1 }), parked(0))
      .when(resolve(notSent))
      .thenAppends(failed(0, { ...byOperator, effect: 'none', atMs: NOW, error: saying }));
  });

  it('is refused while the attempt may still be at work', () => {
    given(...unknown)
      .when(resolve(result, { nowMs: QUIET - 1 }))
      .thenSays('in-progress');
  });

  it('that comes again adds nothing; another one is not possible', () => {
    const resolved = given(...unknown, succeeded(1, byOperator));
    resolved.when(resolve(result, { nowMs })).thenSays('already');
    resolved.when(resolve({ result: 7 }, { nowMs })).thenSays('not-possible');
    resolved.when(resolve(notSent, { nowMs })).thenSays('not-possible');
    resolved.when(resolve(result, { nowMs, evidence: 'invoice 18' })).thenSays('not-possible');
  });

  it('that comes again with its members in another order is the same word', () => {
    given(...unknown, succeeded(1, { ...byOperator, result: { a: 1, b: [{ c: 2, d: 3 }] } }))
      .when(resolve({ result: { b: [{ d: 3, c: 2 }], a: 1 } }, { nowMs }))
      .thenSays('already');
  });

  it('that comes again with another effect or other evidence is another word', () => {
    const saying = { code: 'ACTION_FAILED', message: 'not sent' } as const;
    const seen = { ...byOperator, error: saying, evidence: 'invoice 17' };
    const resolved = given(...unknown, failed(1, { ...seen, effect: 'none' }));
    resolved.when(resolve(notSent, { nowMs, evidence: 'invoice 17' })).thenSays('already');
    resolved.when(resolve(notSent, { nowMs, evidence: 'invoice 18' })).thenSays('not-possible');
    const applied = { error: { message: 'not sent', effect: 'applied' as const } };
    resolved.when(resolve(applied, { nowMs, evidence: 'invoice 17' })).thenSays('not-possible');
  });

  it.each([
    ['settled itself', [unsafe, started(), succeeded()]],
    ['runs', [unsafe, started()]],
    ['waits', [unsafe]],
  ])('of what %s is not possible', (_, history) => {
    given(...history)
      .when(resolve(result, { nowMs }))
      .thenSays('not-possible');
  });
});
