import type { CallRecord } from './evidence.js';
import { checkKeys } from './linearize.js';
import { asked, idOf, told, toldFailed } from './made-up-run.contract.js';

const isLinear = (...calls: CallRecord[]): boolean => checkKeys(calls).violations.length === 0;
const nothing = { kind: 'nothing' } as const;
const reused = { kind: 'refused', code: 'IDEMPOTENCY_KEY_REUSED' } as const;
const noHandler = { kind: 'refused', code: 'NO_HANDLER' } as const;
const other = { params: '{"id":"y"}' };

describe('what callers see of one key can be seen of one that answers one request after the other:', () => {
  it('done once, joined, replayed (rows 1, 3, 4)', () => {
    const first = asked(told('executed'), { beganAt: 1, endedAt: 9 });
    const second = asked(told('attached'), { beganAt: 2, endedAt: 9 });
    expect(isLinear(first, second, asked(told('replayed')))).toBe(true);
  });

  it('not where two at once were both the first (row 15)', () => {
    const first = asked(told('executed'), { beganAt: 1, endedAt: 9 });
    expect(isLinear(first, asked(told('executed'), { beganAt: 2, endedAt: 8 }))).toBe(false);
  });

  it('not where something is replayed that was asked for later', () => {
    const early = asked(told('replayed'), { beganAt: 1, endedAt: 2 });
    expect(isLinear(early, asked(told('executed'), { beganAt: 3, endedAt: 4 }))).toBe(false);
  });

  it('not where a success is joined after it was replayed', () => {
    const past = asked(told('attached'), { beganAt: 50, endedAt: 60 });
    const calls = [
      asked(told('executed'), { beganAt: 1, endedAt: 9 }),
      asked(told('replayed'), { beganAt: 10, endedAt: 20 }),
    ];
    expect(isLinear(...calls, past)).toBe(false);
  });

  it('not where a success is done again', () => {
    expect(isLinear(asked(told('executed')), asked(told('executed', 2)))).toBe(false);
  });

  it('a failure that may be done again is done again by a new call, and by no repeat of its own (rows 5, 6)', () => {
    const first = asked(toldFailed('executed'), { requestId: 'a' });
    const again = asked(told('executed', 2), { requestId: 'b' });
    expect(isLinear(first, again)).toBe(true);
    expect(isLinear(first, { ...again, requestId: 'a' })).toBe(false);
    expect(isLinear(first, asked(toldFailed('replayed'), { requestId: 'a' }))).toBe(true);
    expect(isLinear(first, asked(toldFailed('replayed'), { requestId: 'b' }))).toBe(false);
  });

  it('a failure that may not is replayed for everybody (row 5)', () => {
    const unsafe = { effects: 'unsafe' as const };
    const first = asked(toldFailed('executed', 1, 'unknown'), unsafe);
    expect(isLinear(first, asked(toldFailed('replayed', 1, 'unknown'), unsafe))).toBe(true);
    expect(isLinear(first, asked(told('executed', 2), unsafe))).toBe(false);
  });

  it('other params are refused, and only where the key was used (row 8)', () => {
    const first = asked(told('executed'));
    expect(isLinear(first, asked(reused, other))).toBe(true);
    expect(isLinear(first, asked(told('replayed'), other))).toBe(false);
    expect(isLinear(asked(reused, other))).toBe(false);
    expect(isLinear(first, asked(reused))).toBe(false);
  });

  it('no handler is a reason only for what would be new work (row 12)', () => {
    expect(isLinear(asked(noHandler), asked(told('executed')))).toBe(true);
    expect(isLinear(asked(told('executed')), asked(noHandler))).toBe(false);
  });

  it('what was accepted is joined and replayed by its outcome', () => {
    const accepted = asked({ kind: 'accepted', id: idOf(1) });
    expect(isLinear(accepted, asked(told('replayed')))).toBe(true);
    expect(
      isLinear(asked(told('executed')), asked({ kind: 'accepted', id: idOf(1) }), asked(told('replayed'))),
    ).toBe(true);
    const past = [asked(told('executed')), asked(told('replayed'))];
    expect(isLinear(...past, asked({ kind: 'accepted', id: idOf(1) }))).toBe(false);
  });

  it('a request without an answer may have been done, but not before it was sent', () => {
    const refused = asked(reused, { beganAt: 3, endedAt: 4 });
    expect(isLinear(asked(nothing, { ...other, beganAt: 1, endedAt: 2 }), refused)).toBe(true);
    expect(isLinear(asked(nothing, { ...other, beganAt: 5, endedAt: null }), refused)).toBe(false);
    expect(isLinear(asked(nothing, { beganAt: 1, endedAt: 2 }), refused)).toBe(false);
  });

  it('who asked first may be told of a repeat: its gateway repeats what it got no answer to (row 17)', () => {
    expect(isLinear(asked(told('replayed')))).toBe(true);
  });

  it('work whose window is over is new work (row 13)', () => {
    const windowed = { windowed: true };
    expect(isLinear(asked(told('executed'), windowed), asked(told('executed', 2), windowed))).toBe(true);
  });
});

it('keys do not explain each other', () => {
  expect(isLinear(asked(told('executed')), asked(told('executed'), { key: 'pay k2' }))).toBe(true);
});

it('a key with too many answers is said to be undecided, and is no violation', () => {
  const calls = Array.from({ length: 49 }, () => asked(told('executed')));
  expect(checkKeys(calls)).toEqual({ violations: [], undecided: ['pay k1'] });
});
