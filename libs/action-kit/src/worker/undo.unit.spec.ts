import { HEADERS, handlerSubjects } from '@action-do/contracts';
import { BusTimeout } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { z } from 'zod';
import { ActionError } from '../action-error.js';
import { defineAction } from '../define-action.js';
import { ManualClock } from './manual-clock.contract.js';
import {
  codeOf,
  executionNamed,
  jsonOf,
  PlatformDouble,
  SETTINGS,
  TENANT,
} from './served-worker.contract.js';
import { SideCalls } from './side-calls.js';
import { UNDO } from './undo.js';

interface Undoing {
  readonly given: unknown;
  readonly key: string;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
}

describe('the undos of a worker', () => {
  let platform: PlatformDouble;
  let undoings: Undoing[];
  const pay = defineAction({
    name: 'pay',
    effects: 'idempotent',
    params: z.object({ note: z.string().default('none') }),
    result: z.any(),
    run: () => 1,
    undo: (params, result, { idempotencyKey: key }) =>
      new Promise((end, fail) => undoings.push({ given: { params, result }, key, end, fail })),
  });
  const undo = (body: unknown, { leftMs = 5_000, timeoutMs = 5_000, n = 1 } = {}) => {
    const headers = {
      [HEADERS.executionId]: executionNamed(n),
      [HEADERS.idempotencyKey]: `undo:${executionNamed(n)}`,
      [HEADERS.attempt]: '1',
      [HEADERS.timeoutMs]: String(leftMs),
    };
    const payload = new TextEncoder().encode(JSON.stringify(body));
    return platform.bus.request(handlerSubjects.undo(TENANT, 'pay', 1), payload, { headers, timeoutMs });
  };
  const body = { params: {}, result: { paid: 7 } };
  beforeEach(async () => {
    platform = new PlatformDouble();
    undoings = [];
    platform.register();
    await platform.serve([pay], { concurrency: 1, queue: 0 });
  });
  afterEach(() => platform.end());

  it('get the params, the result and a key of their own, and answer null', async () => {
    const asked = undo(body);
    await until('it undoes', () => undoings.length === 1);
    expect(undoings[0]).toMatchObject({
      given: { params: { note: 'none' }, result: { paid: 7 } },
      key: `undo:${executionNamed(1)}`,
    });
    undoings[0]?.end();
    const reply = await asked;
    expect([jsonOf(reply), codeOf(reply)]).toEqual([null, undefined]);
  });

  it.each([
    ['an error', new Error('billing is down'), true],
    ['that it is of no use', new ActionError({ code: 'SHIPPED', message: 'gone' }), false],
  ])('say what the author said: %s', async (_, error, retryable) => {
    const asked = undo(body);
    await until('it undoes', () => undoings.length === 1);
    undoings[0]?.fail(error);
    const reply = await asked;
    expect(codeOf(reply)).toBe('ACTION_FAILED');
    expect(jsonOf(reply)).toMatchObject({ error: { message: error.message }, retryable });
  });

  it('without room say so: the executor asks again', async () => {
    const first = undo(body);
    await until('it undoes', () => undoings.length === 1);
    expect(codeOf(await undo(body, { n: 2 }))).toBe('RATE_LIMITED');
    undoings[0]?.end();
    await first;
  });

  it('that hang are not answered any more when their time is over', async () => {
    await expect(undo(body, { leftMs: 20, timeoutMs: 200 })).rejects.toBeInstanceOf(BusTimeout);
    expect(undoings).toHaveLength(1);
    undoings[0]?.end();
  });

  it('of a worker that goes say so at once', async () => {
    const asked = undo(body);
    await until('it undoes', () => undoings.length === 1);
    await platform.served?.worker.close();
    expect(jsonOf(await asked)).toMatchObject({ retryable: true, effect: 'unknown' });
  });

  it.each([
    ['another body', { params: {} }, 'PARAMS_INVALID'],
    ['params that it does not take', { params: { note: 7 }, result: 1 }, 'PARAMS_INVALID'],
  ])('with %s are refused', async (_, given, code) => {
    expect(codeOf(await undo(given))).toBe(code);
    expect(undoings).toHaveLength(0);
  });

  describe('that wait for their turn', () => {
    let clock: ManualClock;
    let answers: string[];
    let calls: SideCalls;
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const take = (n: number, timeoutMs: number): void =>
      calls.take(
        {
          subject: 'undo',
          payload: new TextEncoder().encode(JSON.stringify(body)),
          wantsReply: true,
          headers: {
            [HEADERS.executionId]: executionNamed(n),
            [HEADERS.idempotencyKey]: `undo:${executionNamed(n)}`,
            [HEADERS.attempt]: '1',
            [HEADERS.timeoutMs]: String(timeoutMs),
          },
          respond: (_, headers = {}) => answers.push(`${n} ${headers[HEADERS.errorCode] ?? 'undone'}`),
        },
        pay,
      );
    beforeEach(() => {
      clock = new ManualClock();
      answers = [];
      calls = new SideCalls({ kind: UNDO, clock, logger: SETTINGS.logger, concurrency: 1, queue: 5 });
    });

    it('say after half of their time that there is no room, which uses up no attempt', async () => {
      take(1, 60_000);
      take(2, 10_000);
      clock.advance(4_999);
      expect(answers).toEqual([]);
      clock.advance(1);
      expect(answers).toEqual(['2 RATE_LIMITED']);
      undoings[0]?.end();
      await settle();
      expect([answers, undoings.length, clock.armed]).toEqual([['2 RATE_LIMITED', '1 undone'], 1, 0]);
    });

    it('are not begun behind it, though no timer could tell: the next one is, and has the rest of its time', async () => {
      take(1, 60_000);
      take(2, 1_000);
      take(3, 10_000);
      clock.stall(501);
      undoings[0]?.end();
      await settle();
      expect(answers).toEqual(['1 undone', '2 RATE_LIMITED']);
      expect(undoings.map(({ key }) => key)).toEqual([1, 3].map((n) => `undo:${executionNamed(n)}`));
      clock.advance(9_498);
      undoings[1]?.end();
      await settle();
      expect([answers.at(-1), clock.armed]).toEqual(['3 undone', 0]);
    });
  });
});
