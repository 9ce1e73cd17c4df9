import type { ActionEvent, ErrorCode } from '@action-do/contracts';
import type { Evidence } from './evidence.js';
import {
  asked,
  attemptFailed,
  BY,
  broken,
  failed,
  GOOD_RESULT,
  handled,
  idOf,
  logOf,
  requested,
  run,
  started,
  succeeded,
  told,
  undetermined,
  undoing,
  undone,
} from './made-up-run.contract.js';

describe('finds', () => {
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

  it('work that was undone, told to a call that is newer than that', () => {
    const log = logOf(requested('idempotent'), started(1), succeeded(1), ...undoing, undone);
    const beganIt = asked(told('executed'), { ...BY, logEnd: 0 });
    const replayed = (logEnd: number, requestId = 'new'): string[] =>
      broken(run({ log, calls: [beganIt, asked(told('replayed'), { requestId, logEnd })] }));
    expect(replayed(5)).toEqual([]);
    expect(replayed(6)).toEqual(['undo']);
    expect(replayed(6, BY.requestId)).toEqual([]);
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
});
