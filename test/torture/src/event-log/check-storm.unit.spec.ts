import type { LedgerLine } from '@action-do/test-support';
import { checkStorm } from './check-storm.js';
import { recoveredAfterMs } from './recovery.js';
import type { Heard } from './storm-call.js';

const work = { action: 'note-unsafe', id: 'w1', holdMs: 0, key: undefined } as const;
const result = '{"id":"w1"}';
const call = (given: Partial<Heard> = {}): Heard => ({
  work,
  gateway: 0,
  waitSeconds: 1,
  begunAtMs: 0,
  endedAtMs: 100,
  status: 200,
  how: 'executed',
  shouldRetry: 'false',
  retryAfter: '',
  code: '',
  executionId: 'exe_1-1',
  result,
  ...given,
});
const refused = (given: Partial<Heard> = {}): Heard =>
  call({
    status: 503,
    how: 'rejected',
    shouldRetry: 'true',
    retryAfter: '1',
    code: 'UNAVAILABLE',
    executionId: '',
    result: undefined,
    ...given,
  });
const repeat = (given: Partial<Heard> = {}): Heard =>
  call({ begunAtMs: 1_000, endedAtMs: 1_100, how: 'replayed', ...given });
const line: LedgerLine = { action: 'note-unsafe', id: 'w1', effectKey: 'k-1', attempt: 1, pid: 1 };

const check = (first: Heard, again: Heard = repeat(), lines: readonly LedgerLine[] = [line]) =>
  checkStorm({ heard: [first, again], repeats: [again], ledger: new Map([['w1', lines]]) });

describe('a storm in which nothing was broken', () => {
  it.each<[string, Heard, Heard?]>([
    ['answered, then replayed', call()],
    ['told to come again, then executed', refused(), repeat({ how: 'executed' })],
    [
      'accepted, then attached',
      call({ status: 202, how: 'pending', result: undefined }),
      repeat({ how: 'attached' }),
    ],
    ['told to come again at the last moment', refused({ endedAtMs: 6_000 })],
  ])('%s', (_, first, again = repeat()) => {
    expect(check(first, again)).toEqual([]);
  });
});

describe('a storm in which a promise was broken', () => {
  it.each<[string, RegExp, Heard, Heard?, (readonly LedgerLine[])?]>([
    ['an answer that comes too late', /S1 .* waits 1 s took 5001 ms more/, call({ endedAtMs: 6_001 })],
    ['another error', /S1 answered with 500 INTERNAL/, refused({ status: 500, code: 'INTERNAL' })],
    ['no answer', /S1 answered with 0/, refused({ status: 0, code: 'socket hang up' })],
    ['503 without the word to come again', /S1 503/, refused({ shouldRetry: 'false' })],
    ['503 that does not say when', /S1 503/, refused({ retryAfter: '' })],
    ['two executions', /S2 several executions/, call(), repeat({ executionId: 'exe_2-1' })],
    ['two results', /S2 different results/, call(), repeat({ result: '{"id": "w1"}' })],
    ['a repeat that ran again', /S3 .* executed/, call(), repeat({ how: 'executed' })],
    [
      'a repeat without a result',
      /S4 .* 503 UNAVAILABLE/,
      call(),
      refused({ begunAtMs: 1_000, endedAtMs: 1_100 }),
    ],
    ['a second call of a handler', /S5 .* 2 times/, call(), repeat(), [line, { ...line, attempt: 2 }]],
    ['a result without a call of a handler', /S5 .* 0 times/, call(), repeat(), []],
  ])('%s', (_, words, first, again = repeat(), lines = [line]) => {
    expect(check(first, again, lines)).toEqual([expect.stringMatching(words)]);
  });

  it('an answer that comes later than whoever looks was kept from looking during that call', () => {
    const [first, again] = [call({ endedAtMs: 6_100 }), repeat()];
    const late = (ms: number, of = first) =>
      checkStorm({ heard: [first, again], repeats: [again], ledger: new Map([['w1', [line]]]) }, (each) =>
        each === of ? ms : 0,
      );
    expect(late(100, again)).toHaveLength(1);
    expect([late(100), late(99)]).toEqual([[], [expect.stringMatching(/^note-unsafe w1: S1 /)]]);
  });

  it('a work that nobody asked for again', () => {
    expect(checkStorm({ heard: [call()], repeats: [], ledger: new Map([['w1', [line]]]) })).toEqual([
      expect.stringMatching(/S4 was not repeated/),
    ]);
  });
});

describe('the time to the first success', () => {
  const away = { fromMs: 1_000, untilMs: 2_000 };
  const after = (given: Partial<Heard>) => recoveredAfterMs([call(given)], 1, away);

  it('is that of the first gateway answer of something begun since the log went', () => {
    const heard = [2_400, 2_300].map((endedAtMs) => call({ begunAtMs: 1_500, endedAtMs }));
    expect(recoveredAfterMs(heard, 2, away)).toEqual([300, null]);
  });

  it.each<[string, Partial<Heard>]>([
    ['replayed, which needs no log', { begunAtMs: 1_500, endedAtMs: 2_100, how: 'replayed' }],
    ['begun before', { begunAtMs: 900, endedAtMs: 2_100 }],
    ['answered before', { begunAtMs: 1_100, endedAtMs: 1_900 }],
    ['accepted only', { begunAtMs: 1_500, endedAtMs: 2_100, status: 202 }],
  ])('is not that of what was %s', (_, given) => {
    expect(after(given)).toEqual([null]);
  });
});
