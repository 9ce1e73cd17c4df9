import type { ActionEvent, ErrorCode } from '@action-do/contracts';
import { calmCalls, checkBites } from './check-end.js';
import { checkEvidence } from './check-evidence.js';
import type { Evidence } from './evidence.js';
import {
  asked,
  attemptFailed,
  BY,
  failed,
  GOOD_RESULT,
  goodRun,
  handled,
  idOf,
  logOf,
  requested,
  started,
  succeeded,
  told,
  toldFailed,
  undetermined,
} from './made-up-run.contract.js';

const broken = (evidence: Evidence): string[] => [
  ...new Set(checkEvidence(evidence).violations.map(({ invariant }) => invariant)),
];

/** A run that tells nothing but what is given. */
const run = (given: Partial<Evidence>): Evidence => ({ calls: [], log: [], ...given });

it('finds nothing wrong with a run that went well', () => {
  expect(checkEvidence(goodRun())).toEqual({ violations: [], undecided: [] });
});

describe('finds', () => {
  it('a second outcome of one doing (I1)', () => {
    expect(
      broken(run({ log: logOf(requested('idempotent'), started(1), succeeded(1), failed(1, 'none')) })),
    ).toEqual(['I1']);
  });

  it('an event that stands in the log twice (I1)', () => {
    const log = logOf(requested('idempotent'), started(1));
    const twice = log.map((event) => ({ ...event, id: 'the same' }));
    expect(broken(run({ log: twice }))).toEqual(['I1']);
  });

  it('a gap in a stream (I1)', () => {
    const [request, start] = logOf(requested('idempotent'), started(1));
    expect(broken(run({ log: [request!, { ...start!, revision: 2 }] }))).toEqual(['I1']);
  });

  it('a handler that was called before its ActionStarted was durable (I2)', () => {
    const log = logOf(requested('idempotent'), started(1), succeeded(1));
    expect(broken(run({ log, ledger: [handled(1, { logEnd: 1 })] }))).toEqual(['I2']);
    expect(broken(run({ log, ledger: [handled(1, { logEnd: 2 })] }))).toEqual([]);
  });

  it('a handler that was called for an attempt that the log does not know (I2)', () => {
    expect(broken(run({ log: logOf(requested('idempotent'), started(1)), ledger: [handled(2)] }))).toEqual([
      'I2',
    ]);
  });

  it('an attempt that was made twice (I2)', () => {
    const log = logOf(requested('idempotent'), started(1), succeeded(1));
    expect(broken(run({ log, ledger: [handled(1), handled(1, { by: 'e2' })] }))).toEqual(['I2']);
  });

  it('an answer about what is not in the log (I3)', () => {
    expect(broken(run({ calls: [asked({ kind: 'accepted', id: idOf(1) })] }))).toEqual(['I3']);
  });

  it('an execution that stays open, and a caller that waits for ever (I4)', () => {
    const afterwards = { waiting: [], held: [] };
    expect(broken(run({ log: logOf(requested('idempotent'), started(1)), afterwards }))).toEqual(['I4']);
    expect(broken(run({ afterwards: { waiting: ['r7'], held: [] } }))).toEqual(['I4']);
  });

  it('an outcome that stays unknown although a living executor has it (I4)', () => {
    const parked = (living: string[]) =>
      run({
        log: logOf(requested('unsafe'), started(1), undetermined(1)),
        ledger: [handled(1)],
        afterwards: { waiting: [], held: [], living },
      });
    expect(broken(parked(['e1']))).toEqual(['I4']);
    expect(broken(parked(['e2']))).toEqual([]);
  });

  it('what a worker gave to an executor, both of which live, and nobody recorded (I4), unless it was lost on the way', () => {
    const parked = (living: string[], unheard: string[] = []) =>
      run({
        log: logOf(requested('unsafe'), started(1), undetermined(1)),
        ledger: [handled(1, { by: 'w1' })],
        afterwards: { waiting: [], held: [], living, unheard },
      });
    expect(broken(parked(['e1', 'w1']))).toEqual(['I4']);
    expect(broken(parked(['e1', 'w1'], ['w1 e1']))).toEqual([]);
    expect(broken(parked(['e1', 'w2']))).toEqual([]);
    expect(broken(parked(['e2', 'w1']))).toEqual([]);
  });

  it('work that is parked although it may be done again (I4)', () => {
    const parked = (effects: 'none' | 'idempotent' | 'transactional' | 'unsafe') =>
      run({
        log: logOf(requested(effects), started(1), undetermined(1)),
        afterwards: { waiting: [], held: [] },
      });
    expect(broken(parked('none'))).toEqual(['I4']);
    expect(broken(parked('idempotent'))).toEqual(['I4']);
    expect(broken(parked('transactional'))).toEqual(['I4']);
    expect(broken(parked('unsafe'))).toEqual([]);
  });

  it('work that is parked although no probe of it was silent, or none was asked (I4)', () => {
    const parked = (probes?: Evidence['probes']) =>
      run({
        log: logOf(requested('verifiable'), started(1), undetermined(1)),
        afterwards: { waiting: [], held: [], probesAreHeard: probes !== undefined },
        ...(probes && { probes }),
      });
    const asked = { executionId: idOf(1), attempt: 1 };
    expect(broken(parked())).toEqual([]);
    expect(broken(parked([]))).toEqual(['I4']);
    expect(broken(parked([{ ...asked, spoke: true }]))).toEqual(['I4']);
    expect(
      broken(
        parked([
          { ...asked, spoke: true },
          { ...asked, spoke: false },
        ]),
      ),
    ).toEqual([]);
    expect(broken(parked([{ ...asked, attempt: 2, spoke: false }]))).toEqual(['I4']);
  });

  it('an unsafe handler that was called again, unless the call before said that nothing happened (I5)', () => {
    const again = (effect: 'none' | 'unknown') =>
      run({
        log: logOf(requested('unsafe'), started(1), attemptFailed(1, effect), started(2), succeeded(2)),
        ledger: [handled(1, { effect: false }), handled(2)],
      });
    expect(broken(again('unknown'))).toEqual(['I5']);
    expect(broken(again('none'))).toEqual([]);
  });

  it('a second effect of a transactional action, and a success without any (I5)', () => {
    const log = logOf(
      requested('transactional'),
      started(1),
      attemptFailed(1, 'unknown'),
      started(2),
      succeeded(2),
    );
    expect(broken(run({ log, ledger: [handled(1), handled(2)] }))).toEqual(['I5']);
    expect(broken(run({ log, ledger: [handled(1), handled(2, { effect: false })] }))).toEqual([]);
    expect(broken(run({ log, ledger: [] }))).toContain('I5');
  });

  it('an effect key that changes within one doing (I5)', () => {
    const log = logOf(
      requested('idempotent'),
      started(1),
      attemptFailed(1, 'unknown'),
      started(2),
      succeeded(2),
    );
    expect(broken(run({ log, ledger: [handled(1), handled(2, { effectKey: 'other' })] }))).toEqual(['I5']);
  });

  it('work done again under another effect key, although it may have had its effect (I5)', () => {
    const again = (effect: 'none' | 'unknown', epoch: number) =>
      run({
        log: logOf(requested('idempotent'), started(1), failed(1, effect), requested('idempotent', 2, epoch)),
      });
    expect(broken(again('unknown', 2))).toEqual(['I5']);
    expect(broken(again('unknown', 1))).toEqual([]);
    expect(broken(again('none', 2))).toEqual([]);
    expect(broken(again('none', 1))).toEqual(['I5']);
  });

  it('unsafe work done again in doubt, and work done again that had succeeded (I5)', () => {
    const unsafe = logOf(requested('unsafe'), started(1), failed(1, 'unknown'), requested('unsafe', 2, 1));
    expect(broken(run({ log: unsafe }))).toEqual(['I5']);
    const done = logOf(requested('idempotent'), started(1), succeeded(1), requested('idempotent', 2, 2));
    expect(broken(run({ log: done }))).toEqual(['I5']);
  });

  it('an answer that the log contradicts (I6)', () => {
    const log = logOf(requested('idempotent'), started(1), failed(1, 'none'));
    expect(broken(run({ log, calls: [asked(told('executed'), BY)] }))).toEqual(['I6']);
    expect(
      broken(run({ log, calls: [asked({ kind: 'unknown', id: idOf(1), how: 'attached' }, BY)] })),
    ).toContain('I6');
    const parked = logOf(requested('unsafe'), started(1), undetermined(1));
    expect(broken(run({ log: parked, calls: [asked(toldFailed('executed'), BY)] }))).toEqual(['I6']);
  });

  it('two callers who got different bytes (I6)', () => {
    const { calls, ...rest } = goodRun();
    const other = asked({ kind: 'succeeded', id: idOf(1), how: 'replayed', result: '{"paid": true}' });
    expect(broken({ ...rest, calls: [...calls, other] })).toContain('I6');
  });

  it('a request that nobody sent, and one call that began two doings (I6, I5)', () => {
    const log = logOf(requested('idempotent'), started(1), succeeded(1));
    expect(broken(run({ log, calls: [asked(told('executed'))] }))).toEqual(['I6']);
    const again = {
      ...requested('idempotent', 2, 2),
      data: { ...requested('idempotent', 2, 2).data, requestId: 'r1' },
    };
    expect(
      broken(run({ log: logOf(requested('idempotent'), started(1), failed(1, 'none'), again as never) })),
    ).toEqual(['I5']);
  });

  it('a result that its attempt did not give (I6)', () => {
    const log = logOf(
      requested('idempotent'),
      started(1),
      attemptFailed(1, 'unknown'),
      started(2),
      succeeded(2),
    );
    expect(broken(run({ log, ledger: [handled(1), handled(2, { result: '{}' })] }))).toEqual(['I6']);
    expect(broken(run({ log, ledger: [handled(1, { result: '{}' }), handled(2)] }))).toEqual([]);
    expect(broken(run({ log, ledger: [] }))).toEqual(['I6']);
  });

  it('a result that is said to be of a probe, and no probe said it (I6)', () => {
    const end = succeeded(1);
    const log = logOf(requested('verifiable'), started(1), {
      ...end,
      data: { ...end.data, settledBy: 'probe' },
    } as ActionEvent);
    const ledger = [handled(1, { result: '{}' })];
    const probe = { executionId: idOf(1), attempt: 1, spoke: true };
    expect(broken(run({ log, ledger, probes: [{ ...probe, result: GOOD_RESULT }] }))).toEqual([]);
    expect(broken(run({ log, ledger, probes: [{ ...probe, result: '{}' }] }))).toEqual(['I6']);
    expect(broken(run({ log, ledger, probes: [probe] }))).toEqual(['I6']);
    expect(broken(run({ log, ledger: [], probes: [] }))).toEqual(['I6']);
  });

  it('word that nothing happened where something did (I6), unless only a probe could have known, and came too early', () => {
    const ended = (effects: 'idempotent' | 'verifiable', afterProbe: boolean) =>
      run({
        log: logOf(requested(effects), started(1), attemptFailed(1, 'none'), started(2), failed(2, 'none')),
        ledger: [handled(1, { afterProbe }), handled(2, { effect: false, threw: true })],
      });
    expect(broken(ended('idempotent', true))).toEqual(['I6']);
    expect(broken(ended('verifiable', false))).toEqual(['I6']);
    expect(broken(ended('verifiable', true))).toEqual([]);
  });

  it('an effect that was had again although a probe could tell of it (I5)', () => {
    const again = (afterProbe: boolean) =>
      run({
        log: logOf(requested('verifiable'), started(1), attemptFailed(1, 'none'), started(2), succeeded(2)),
        ledger: [handled(1, { afterProbe }), handled(2, { afterProbe: true })],
      });
    expect(broken(again(false))).toEqual(['I5']);
    expect(broken(again(true))).toEqual([]);
  });

  it('more calls than the action allows (I5)', () => {
    const one = [1, 2, 3, 4, 5].map((attempt) => handled(attempt, { effect: false }));
    const log = logOf(
      requested('idempotent'),
      ...[1, 2, 3, 4].flatMap((attempt) => [started(attempt), attemptFailed(attempt, 'none')]),
      started(5),
      succeeded(5),
    );
    expect(broken(run({ log, ledger: one.slice(1) }))).toEqual([]);
    expect(broken(run({ log, ledger: one }))).toEqual(['I5']);
  });

  it('an undo that nobody wanted, that the log does not know, or under another key; and one that is only said', () => {
    const log = logOf(requested('idempotent'), started(1), succeeded(1));
    const orders = [{ requestId: 'r1', verb: 'undo' as const, id: idOf(1), at: 1 }];
    const undo = { executionId: idOf(1), effectKey: `undo:${idOf(1)}`, by: 'e1', done: true };
    const asked: ActionEvent = {
      type: 'ActionUndoRequested',
      data: { reason: 'r', executor: 'e1', atMs: 3 },
    };
    const undone: ActionEvent = { type: 'ActionUndone', data: { atMs: 4 } };
    const whole = logOf(requested('idempotent'), started(1), succeeded(1), asked, undone);
    expect(broken(run({ log: whole, orders, undos: [undo] }))).toEqual([]);
    expect(broken(run({ log: whole, undos: [undo] }))).toEqual(['undo']);
    expect(broken(run({ log, orders, undos: [undo] }))).toEqual(['undo']);
    expect(broken(run({ log: whole, orders, undos: [{ ...undo, effectKey: 'other' }] }))).toEqual(['undo']);
    expect(broken(run({ log: whole, orders, undos: [{ ...undo, done: false }] }))).toEqual(['undo']);
  });

  it('work that was undone, told to a call that is newer than that', () => {
    const log = logOf(
      requested('idempotent'),
      started(1),
      succeeded(1),
      { type: 'ActionUndoRequested', data: { reason: 'r', executor: 'e1', atMs: 3 } },
      { type: 'ActionUndone', data: { atMs: 4 } },
    );
    const beganIt = asked(told('executed'), { ...BY, logEnd: 0 });
    const replayed = (logEnd: number, requestId = 'new'): string[] =>
      broken(run({ log, calls: [beganIt, asked(told('replayed'), { requestId, logEnd })] }));
    expect(replayed(4)).toEqual([]);
    expect(replayed(5)).toEqual(['undo']);
    expect(replayed(5, BY.requestId)).toEqual([]);
  });

  it('work whose window was over, told to a call that is newer than that', () => {
    const end = succeeded(1);
    const windowed = { ...end, data: { ...end.data, windowEndsAtMs: 9 } } as ActionEvent;
    const log = logOf(requested('idempotent'), started(1), windowed);
    const told1 = asked(told('executed'), { ...BY, windowed: true, sentAtMs: 1 });
    const replayed = (sentAtMs: number, requestId = 'new'): string[] =>
      broken(run({ log, calls: [told1, asked(told('replayed'), { windowed: true, requestId, sentAtMs })] }));
    expect(replayed(8)).toEqual([]);
    expect(replayed(9)).toEqual(['window']);
    expect(replayed(9, BY.requestId)).toEqual([]);
  });

  it('an outcome said to be of an operator who said nothing (I6)', () => {
    const said = succeeded(1);
    const log = logOf(requested('unsafe'), started(1), undetermined(1), {
      ...said,
      data: { ...said.data, settledBy: 'operator' },
    } as ActionEvent);
    const order = { requestId: 'r1', verb: 'resolve' as const, id: idOf(1), at: 1 };
    expect(broken(run({ log, orders: [] }))).toEqual(['I6']);
    expect(broken(run({ log, orders: [order] }))).toEqual([]);
    expect(broken(run({ log, orders: [{ ...order, verb: 'cancel' }] }))).toEqual(['I6']);
    expect(broken(run({ log, orders: [{ ...order, id: idOf(2) }] }))).toEqual(['I6']);
  });

  it('a failure that is called cancelled, and nobody cancelled it (I6)', () => {
    const wish: ActionEvent = { type: 'ActionCancelRequested', data: { reason: 'r', atMs: 2 } };
    const end = failed(1, 'unknown', 'CANCELLED');
    const wanted = logOf(requested('idempotent'), started(1), wish, end);
    const order = { requestId: 'r1', verb: 'cancel' as const, id: idOf(1), at: 1 };
    expect(broken(run({ log: wanted, orders: [order] }))).toEqual([]);
    expect(broken(run({ log: wanted }))).toEqual(['I6']);
    expect(broken(run({ log: wanted, orders: [{ ...order, verb: 'undo' }] }))).toEqual(['I6']);
    expect(broken(run({ log: logOf(requested('idempotent'), started(1), end), orders: [order] }))).toEqual([
      'I6',
    ]);
  });

  it('a failure whose code nothing explains (I6)', () => {
    const ended = (code: ErrorCode, atMs = 2, ledger = [handled(1, { threw: true })]) =>
      broken(
        run({ log: logOf(requested('idempotent'), started(1), failed(1, 'unknown', code, atMs)), ledger }),
      );
    expect(ended('ACTION_FAILED')).toEqual([]);
    expect(ended('ACTION_FAILED', 2, [handled(1, { threw: false })])).toEqual(['I6']);
    expect(ended('ACTION_FAILED', 2, [handled(1)])).toEqual(['I6']);
    expect(ended('ACTION_FAILED', 2, [handled(2, { threw: true })])).toContain('I6');
    expect(ended('ATTEMPTS_EXHAUSTED')).toEqual(['I6']);
    expect(ended('TIMED_OUT', 59_998)).toEqual(['I6']);
    expect(ended('TIMED_OUT', 59_999)).toEqual([]);
    expect(ended('OUTCOME_UNKNOWN')).toEqual(['I6']);
    expect(ended('LEASE_LOST')).toEqual(['I6']);
    const neverBegan = failed(1, 'none', 'RATE_LIMITED');
    const late = { ...neverBegan, data: { ...neverBegan.data, settledBy: 'late-worker' } } as ActionEvent;
    const log = logOf(requested('unsafe'), started(1), undetermined(1), late);
    expect(broken(run({ log }))).toEqual([]);
    expect(broken(run({ log, ledger: [handled(1, { effect: false })] }))).toEqual(['I6']);
  });

  it('views that do not say what the log says (I8)', () => {
    const row = { executionId: idOf(1), status: 'running', attempts: 1, effect: 'none' };
    expect(broken({ ...goodRun(), views: [row] })).toEqual(['I8']);
    expect(broken({ ...goodRun(), views: [] })).toEqual(['I8']);
    expect(broken(run({ views: [row] }))).toEqual(['I8']);
  });

  it('a caller who was told of an error of ours (I12)', () => {
    expect(broken(run({ calls: [asked({ kind: 'refused', code: 'INTERNAL' })] }))).toEqual(['I12']);
  });

  it('what is still held when all is over (I13)', () => {
    expect(broken({ ...goodRun(), afterwards: { waiting: [], held: ['e1 holds something'] } })).toEqual([
      'I13',
    ]);
  });

  it('checks that could not have found anything (I16)', () => {
    expect(checkBites({ good: 9, all: 10 }, { kill: 1 })).toEqual([]);
    expect(checkBites({ good: 8, all: 10 }, { kill: 1 })).toHaveLength(1);
    expect(checkBites({ good: 0, all: 0 }, { kill: 1 })).toHaveLength(1);
    expect(checkBites({ good: 9, all: 10 }, { kill: 0 })).toHaveLength(1);
  });
});

it('counts a call as one in calm weather only if nothing was done to the platform meanwhile', () => {
  const good = asked(told('executed'), { beganAt: 1, endedAt: 5 });
  const lost = asked({ kind: 'nothing' }, { beganAt: 6, endedAt: 9 });
  expect(calmCalls({ calls: [good, lost], troubles: [] })).toEqual({ good: 1, all: 2 });
  expect(calmCalls({ calls: [good, lost], troubles: [[7, 7]] })).toEqual({ good: 1, all: 1 });
  expect(calmCalls({ calls: [good, lost], troubles: [[2, 8]] })).toEqual({ good: 0, all: 0 });
});
