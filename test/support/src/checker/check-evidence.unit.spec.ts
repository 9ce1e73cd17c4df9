import type { ActionEvent } from '@action-do/contracts';
import { calmCalls, checkBites } from './check-end.js';
import { checkEvidence } from './check-evidence.js';
import type { UndoCall } from './evidence.js';
import {
  asked,
  attemptFailed,
  BY,
  broken,
  failed,
  goodRun,
  handled,
  idOf,
  logOf,
  requested,
  run,
  started,
  succeeded,
  told,
  toldFailed,
  undetermined,
  undoing,
  undone,
  undoStarted,
} from './made-up-run.contract.js';

it('finds nothing wrong with a run that went well', () => {
  expect(checkEvidence(goodRun())).toEqual({ violations: [], undecided: [] });
});

const undoFailed = (
  attempt: number,
  nextAttemptAtMs: number | null,
  effect: 'none' | 'unknown' = 'unknown',
): ActionEvent => ({
  type: 'ActionUndoFailed',
  data: { attempt, error: { code: 'ACTION_FAILED', message: 'm' }, effect, nextAttemptAtMs, atMs: 4 },
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

  it('work done again by an operator under a key that does not guard it (I5); that its window is over changes nothing', () => {
    const again = (effect: 'none' | 'unknown', epoch: number) => {
      const end = failed(1, effect);
      const windowed = { ...end, data: { ...end.data, windowEndsAtMs: 3 } } as ActionEvent;
      const next = requested('unsafe', 2, epoch, 9);
      return run({
        log: logOf(requested('unsafe'), started(1), windowed, next),
        orders: [
          { requestId: 'r1', verb: 'cancel', id: idOf(1), at: 1 },
          { requestId: 'r2', verb: 'retry', id: idOf(1), at: 2 },
        ],
      });
    };
    expect(broken(again('unknown', 1))).toEqual([]);
    expect(broken(again('unknown', 2))).toEqual(['I5']);
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
    const undo = { executionId: idOf(1), effectKey: `undo:${idOf(1)}`, attempt: 1, by: 'e1', done: true };
    const whole = logOf(requested('idempotent'), started(1), succeeded(1), ...undoing, undone);
    expect(broken(run({ log: whole, orders, undos: [undo] }))).toEqual([]);
    expect(broken(run({ log: whole, undos: [undo] }))).toEqual(['undo']);
    expect(broken(run({ log, orders, undos: [undo] }))).toEqual(['undo']);
    expect(broken(run({ log: whole, orders, undos: [{ ...undo, effectKey: 'other' }] }))).toEqual(['undo']);
    expect(broken(run({ log: whole, orders, undos: [{ ...undo, done: false }] }))).toEqual(['undo']);
  });

  it('an attempt to undo that is made before it began, by another, twice, or when it was undone', () => {
    const orders = [{ requestId: 'r1', verb: 'undo' as const, id: idOf(1), at: 1 }];
    const undo = { executionId: idOf(1), effectKey: `undo:${idOf(1)}`, attempt: 1, by: 'e1', done: true };
    // Positions 1 to 3 are the execution's, 4 is asked for, 5 and 7 are attempts of e1 and e2, 8 is undone.
    const again = [undoFailed(1, 9), undoStarted(2, 'e2')];
    const log = logOf(requested('idempotent'), started(1), succeeded(1), ...undoing, ...again, undone);
    const of = (...undos: UndoCall[]) => broken(run({ log, orders, undos }));
    const second = { ...undo, attempt: 2, by: 'e2', logEnd: 7 };
    expect(of({ ...undo, logEnd: 5 }, second)).toEqual([]);
    expect(of({ ...undo, logEnd: 4 }, second)).toEqual(['undo']);
    expect(of(undo, { ...second, attempt: 3 })).toEqual(['undo']);
    expect(of(undo, second, { ...second, by: 'e1' })).toEqual(['undo']);
    expect(of(undo, second, { ...second, by: 'w1' })).toEqual(['undo']);
    expect(of(undo, { ...second, by: 'w1' })).toEqual([]);
    expect(of(undo, { ...second, logEnd: 8 })).toEqual(['undo']);
  });

  it('an undo that was done, and is told as if it were not', () => {
    const orders = [{ requestId: 'r1', verb: 'undo' as const, id: idOf(1), at: 1 }];
    const undo = { executionId: idOf(1), effectKey: `undo:${idOf(1)}`, attempt: 1, by: 'e1', done: true };
    const of = (last: ActionEvent, living: string[], done = true) => {
      const log = logOf(requested('idempotent'), started(1), succeeded(1), ...undoing, last);
      const afterwards = { waiting: [], held: [], living };
      return broken(run({ log, orders, undos: [{ ...undo, done }], afterwards }));
    };
    expect(of(undoFailed(1, null, 'none'), [])).toEqual(['undo']);
    expect(of(undoFailed(1, null, 'none'), [], false)).toEqual([]);
    expect(of(undoFailed(1, null, 'unknown'), [])).toEqual([]);
    expect(of(undoFailed(1, null, 'unknown'), ['e1'])).toEqual(['undo']);
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
