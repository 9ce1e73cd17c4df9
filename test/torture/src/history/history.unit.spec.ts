import { checkFailed, checkHangs, orderlyStops, SETTLED_MS, untouched } from './check-answers.js';
import { checkDoubled, checkEffects } from './check-doubled.js';
import { checkLies } from './check-lies.js';
import { checkLost } from './check-lost.js';
import { checkStuck } from './check-stuck.js';
import type { History, Violation } from './history.js';
import {
  answer,
  call,
  DONE,
  effect,
  fault,
  generation,
  history,
  KEY,
  line,
  step,
  T0,
  work,
} from './made-up-history.contract.js';

const CHECKS = [checkLost, checkDoubled, checkStuck, checkLies, checkHangs, checkFailed];
const broken = (made: History): Violation[] => CHECKS.flatMap((check) => check(made));
const [requested = step('', 0), started = step('', 0), succeeded = step('', 0)] = DONE;
const unsafe = { action: 'local-unsafe', effects: 'unsafe' } as const;
const unknown = step('ActionOutcomeUnknown', 2_100, { code: 'LEASE_LOST' });
const taken = [
  step('ActionAttemptFailed', 2_100, { code: 'LEASE_LOST', effect: 'unknown' }),
  step('ActionStarted', 2_100, { attempt: 2, executor: 'b' }),
];
const refused = step('ActionFailed', 9, { code: 'ACTION_FAILED', effect: 'none' });
const told = (status: number, over: Parameters<typeof answer>[0] = {}) =>
  call({ answers: [answer({ status, how: '', ...over })], end: 'failure' });

describe('histories in which every promise was kept', () => {
  it.each<[string, History]>([
    ['asked, done, answered', history()],
    [
      'taken over from a dead executor and called again with the same key',
      history({
        generations: [generation({ steps: [requested, started, ...taken, succeeded] })],
        handlerCalls: [line(), line({ attempt: 2, pid: 2 })],
      }),
    ],
    [
      'unsafe work that is parked, and told as unknown',
      history({
        generations: [generation({ ...unsafe, steps: [requested, started, unknown] })],
        calls: [told(500, { code: 'OUTCOME_UNKNOWN', answeredAtMs: T0 + 2_200 })],
      }),
    ],
    [
      'refused by its handler without an effect, so that a new key is safe',
      history({
        generations: [generation({ steps: [requested, started, refused] })],
        calls: [told(422, { code: 'ACTION_FAILED', newKeySafe: true, sentAtMs: T0 + 500 })],
        effects: [],
      }),
    ],
    [
      'come again, then the result',
      history({
        calls: [
          call({
            answers: [answer({ status: 503, how: '', executionId: '', code: 'UNAVAILABLE' }), answer()],
          }),
        ],
      }),
    ],
  ])('%s', (_, made) => {
    expect(broken(made)).toEqual([]);
  });
});

describe('a history is', () => {
  const late = { sentAtMs: T0 + 500, answeredAtMs: T0 + 600 };
  it.each<[Violation['kind'], string, History, RegExp]>([
    ['lost', 'told of, and not in the log', history({ generations: [], handlerCalls: [] }), /not in the log/],
    [
      'lost',
      'told of before it was recorded',
      history({ calls: [told(202, { answeredAtMs: T0 - 500 })] }),
      /before it was recorded/,
    ],
    ['lost', 'a success without an effect', history({ effects: [] }), /without an effect/],
    [
      'doubled',
      'two outcomes',
      history({ generations: [generation({ steps: [...DONE, { ...succeeded, type: 'ActionFailed' }] })] }),
      /2 outcomes/,
    ],
    [
      'doubled',
      'unsafe work that was called twice',
      history({
        generations: [generation(unsafe)],
        handlerCalls: [line(), line({ attempt: 2 })],
      }),
      /unsafe work was called 2 times/,
    ],
    [
      'doubled',
      'one attempt that was called twice',
      history({ handlerCalls: [line(), line({ pid: 2 })] }),
      /one was called twice/,
    ],
    [
      'doubled',
      'a call with another effect key',
      history({ handlerCalls: [line({ effectKey: 'abc-2' }), line({ attempt: 2 })] }),
      /called with effect key abc-2/,
    ],
    [
      'doubled',
      'an effect under each of two keys',
      history({
        handlerCalls: [line(), line({ executionId: 'exe_abc-2', effectKey: 'abc-2' })],
        effects: [effect(), effect({ effectKey: 'abc-2' })],
        generations: [generation(), generation({ executionId: 'exe_abc-2', effectKey: 'abc-2' })],
      }),
      /has 2 effects/,
    ],
    [
      'doubled',
      'verifiable work whose probe lied',
      history({
        handlerCalls: [line({ action: 'local-verifiable' })],
        effects: [effect(), effect({ nonce: 'm' })],
      }),
      /local-verifiable has 2 effects/,
    ],
    ['doubled', 'performed without a record', history({ generations: [], calls: [] }), /not in the log/],
    [
      'stuck',
      'running for ever',
      history({ generations: [generation({ steps: [requested, started] })], calls: [] }),
      /stands at ActionStarted/,
    ],
    [
      'stuck',
      'parked, though it may be called again',
      history({ generations: [generation({ steps: [requested, started, unknown] })], calls: [] }),
      /stands at ActionOutcomeUnknown/,
    ],
    [
      'lie',
      'a result that the log does not have',
      history({ calls: [call({ answers: [answer({ result: '{}' })] })] }),
      /answered with \{\}/,
    ],
    [
      'lie',
      'a failure that the log does not have',
      history({ calls: [told(422, { code: 'ACTION_FAILED' })] }),
      /answered with 422 ACTION_FAILED/,
    ],
    [
      'lie',
      'unknown, though it was not recorded so',
      history({ calls: [told(500, { code: 'OUTCOME_UNKNOWN' })] }),
      /answered with 500/,
    ],
    [
      'lie',
      'a new key called safe after the work was recorded',
      history({ calls: [told(503, { executionId: '', newKeySafe: true, ...late })] }),
      /new key safe/,
    ],
    [
      'lie',
      'told as running after its result was told',
      history({ calls: [call(), told(202, late)] }),
      /202 .* after the result/,
    ],
    [
      'lie',
      'recorded as without effect, though it had one',
      history({ generations: [generation({ steps: [requested, started, refused] })], calls: [] }),
      /recorded as without effect/,
    ],
    [
      'hang',
      'an answer that is long overdue',
      history({ calls: [call({ answers: [answer({ answeredAtMs: T0 + 28_001 })] })] }),
      /8001 ms more/,
    ],
    ['hang', 'a call that ends with nothing', history({ calls: [call({ end: 'none' })] }), /knew nothing/],
    [
      'failed',
      'told to come again during a stop in order',
      history({
        calls: [told(503, { executionId: '', code: 'UNAVAILABLE' })],
        faults: [fault({ kind: 'term' })],
      }),
      /503/,
    ],
    [
      'failed',
      'cut off during a stop in order',
      history({
        calls: [call({ answers: [answer({ status: 0, lost: 'cut', executionId: '' }), answer()] })],
        faults: [fault({ kind: 'term' })],
      }),
      /cut/,
    ],
    [
      'failed',
      'an answer that nobody should get',
      history({ calls: [told(500, { code: 'INTERNAL', executionId: '' })] }),
      /500 INTERNAL/,
    ],
  ])('%s: %s', (kind, _, made, words) => {
    expect(broken(made)).toContainEqual(
      expect.objectContaining({ kind, what: expect.stringMatching(words) }),
    );
  });
});

describe('what is no violation', () => {
  it('is verifiable work whose probe had truly said that nothing had happened: what was paused came to it later', () => {
    const made = history({
      handlerCalls: [line({ action: 'local-verifiable', work: 'v' })],
      effects: [effect({ pid: 2, nonce: 'm', atMs: T0 + 2_100 }), effect({ atMs: T0 + 3_000 })],
      probes: [{ effectKey: KEY, wasFound: false, atMs: T0 + 2_000 }],
    });
    expect(checkEffects(made)).toEqual({ doubled: [], landedLate: 1 });
  });

  it('is a connection that a gateway refuses while it stops: there is another gateway', () => {
    const lost = { status: 0, how: '', executionId: '' } as const;
    const answers = [answer({ ...lost, lost: 'refused' }), answer({ ...lost, lost: 'stale' }), answer()];
    expect(broken(history({ calls: [call({ answers })], faults: [fault({ kind: 'term' })] }))).toEqual([]);
  });

  it('is a request that waits through a stop in order, and is cut off by what breaks afterwards', () => {
    const cut = answer({ status: 0, lost: 'cut', executionId: '', answeredAtMs: T0 + 3_600 });
    const stop = fault({ kind: 'term' });
    const later = fault({ kind: 'everything', fromMs: T0 + 3_500, healedAtMs: T0 + 9_000 });
    const made = history({ calls: [call({ answers: [cut, answer()] })], faults: [stop, later] });
    expect(broken(made)).toEqual([]);
    expect(broken({ ...made, faults: [stop] })).toContainEqual(expect.objectContaining({ kind: 'failed' }));
  });

  it('is to be told to come again while something else is broken', () => {
    const made = history({
      calls: [told(503, { executionId: '', code: 'UNAVAILABLE' }), call()],
      faults: [fault({ kind: 'bus' })],
    });
    expect(broken(made)).toEqual([]);
  });
});

it('calls that met no fault are counted apart', () => {
  const later = { begunAtMs: T0 + 9_000, endedAtMs: T0 + 9_100 };
  const calls = [call(), call(later), call({ ...later, end: 'none', work: work({ id: 'x' }) })];
  expect(untouched({ calls, faults: [fault()] })).toEqual({ calls: 2, answered: 1 });
});

it('a stop in order is judged when all else has been whole for long enough', () => {
  const stopped = (afterMs: number) => fault({ kind: 'term', fromMs: fault().healedAtMs + afterMs });
  const judged = (afterMs: number): number => orderlyStops([fault(), stopped(afterMs)]).length;
  expect([SETTLED_MS - 1, SETTLED_MS].map(judged)).toEqual([0, 1]);
});
