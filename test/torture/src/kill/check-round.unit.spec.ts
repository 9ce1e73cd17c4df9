import { checkRound, type Effects, type Round } from './check-round.js';
import type { KillAction, Testimony, Told } from './witness.js';

const KEY = 'abc-1';
const KILLED = 100;
const READY = 200;
const result = (key = KEY, replayed = false): Told => ({
  kind: 'result',
  result: `{"effectKey":"${key}"}`,
  executionId: 'exe_abc-1',
  replayed,
});
const unknown: Told = { kind: 'error', code: 'OUTCOME_UNKNOWN', final: true, executionId: 'exe_abc-1' };
const accepted: Told = { kind: 'accepted', executionId: 'exe_abc-1' };
const call = (action: KillAction, told: Told, begunAtMs: number, toldAtMs: number): Testimony => ({
  work: { action, id: 'w', holdMs: 0 },
  told,
  begunAtMs,
  toldAtMs,
});
const round = (calls: Testimony[], repeats: Testimony[]): Round => ({
  killedAtMs: KILLED,
  readyAtMs: READY,
  timeoutMs: 1_000,
  calls,
  repeats,
});
const ledger = (...lines: [key: string, attempt: number][]): Effects => ({
  ledger: new Map([
    ['w', lines.map(([effectKey, attempt]) => ({ action: 'x', id: 'w', effectKey, attempt, pid: 1 }))],
  ]),
  mails: new Set(),
});
const once = ledger([KEY, 1]);
/** Told before the kill, under way at it, and the repeat after it. */
const before = (action: KillAction, told = result()) => call(action, told, 10, 20);
const during = (action: KillAction, told: Told) => call(action, told, 90, 300);
const after = (action: KillAction, told = result(KEY, true)) => call(action, told, 310, 320);

describe('a round is in order', () => {
  it.each<[string, Round, Effects]>([
    ['settled before the kill', round([before('note-unsafe')], [after('note-unsafe')]), once],
    [
      'hit by it and called again with the same key',
      round([during('note-idempotent', result())], [after('note-idempotent')]),
      ledger([KEY, 1], [KEY, 2]),
    ],
    ['hit by it and unknown', round([during('note-unsafe', unknown)], [after('note-unsafe', unknown)]), once],
    [
      'accepted, and then hit',
      round([before('note-unsafe', accepted)], [after('note-unsafe', unknown)]),
      once,
    ],
  ])('when work is %s', (_what, given, effects) => {
    expect(checkRound(given, effects)).toEqual([]);
  });
});

describe('a round is broken', () => {
  const mail = before('send-welcome-email', {
    ...result(),
    kind: 'result',
    result: `{"messageId":"<${KEY}@x>"}`,
  } as Told);
  it.each<[string, string, Round, Effects]>([
    ['K1', 'a call hangs', round([call('note-unsafe', result(), 10, 9_000)], [after('note-unsafe')]), once],
    [
      'K1',
      'a call gets another error',
      round([during('note-unsafe', { ...unknown, code: 'UNAVAILABLE' } as Told)], [after('note-unsafe')]),
      once,
    ],
    [
      'K2',
      'the repeat has another result',
      round([before('note-unsafe')], [after('note-unsafe', result('abd-1', true))]),
      once,
    ],
    [
      'K2',
      'the repeat runs it again',
      round([before('note-unsafe')], [after('note-unsafe', result())]),
      once,
    ],
    [
      'K2',
      'the repeat is another execution',
      round(
        [before('note-unsafe')],
        [after('note-unsafe', { ...result(), executionId: 'exe_abc-2', replayed: true } as Told)],
      ),
      once,
    ],
    ['K2', 'nobody repeated it', round([before('note-unsafe')], []), once],
    [
      'K3',
      'idempotent work is unknown',
      round([during('note-idempotent', unknown)], [after('note-idempotent', unknown)]),
      once,
    ],
    ['K3', 'a result became unknown', round([before('note-unsafe')], [after('note-unsafe', unknown)]), once],
    ['K3', 'unknown is said of work begun after it', round([], [after('note-unsafe', unknown)]), once],
    [
      'K3',
      'unknown invites to retry',
      round([during('note-unsafe', unknown)], [after('note-unsafe', { ...unknown, final: false } as Told)]),
      once,
    ],
    [
      'K4',
      'unsafe work is called twice',
      round([during('note-unsafe', result())], [after('note-unsafe')]),
      ledger([KEY, 1], [KEY, 2]),
    ],
    [
      'K4',
      'settled work is called again',
      round([before('note-idempotent')], [after('note-idempotent')]),
      ledger([KEY, 1], [KEY, 2]),
    ],
    ['K4', 'a result has no effect', round([before('note-unsafe')], [after('note-unsafe')]), ledger()],
    [
      'K5',
      'the second attempt has another effect key',
      round([during('note-idempotent', result())], [after('note-idempotent')]),
      ledger([KEY, 1], ['abc-2', 2]),
    ],
    [
      'K5',
      'one attempt is two calls',
      round([during('note-idempotent', result())], [after('note-idempotent')]),
      ledger([KEY, 1], [KEY, 1]),
    ],
    ['K6', 'a mail is missing', round([mail], [{ ...mail, begunAtMs: 310, toldAtMs: 320 }]), once],
  ])('(%s) when %s', (rule, _what, given, effects) => {
    expect(checkRound(given, effects).join('\n')).toContain(rule);
  });
});
