import { BusTimeout, NoResponder } from '@action-do/messaging';
import fc from 'fast-check';
import { z } from 'zod';
import { ActionError } from '../action-error.js';
import { defineAction } from '../define-action.js';
import { API_KEY, codeOf, executionNamed, jsonOf, PlatformDouble } from './served-worker.contract.js';

const params = z.object({ n: z.number() });
const result = z.any();
const define = (name: string, run: (n: number, signal: AbortSignal) => unknown) =>
  defineAction({
    name,
    effects: 'idempotent',
    params,
    result,
    run: ({ n }, { signal }) => run(n, signal),
  });

/** A promise to open by hand. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

async function until(condition: () => boolean): Promise<void> {
  const endsAtMs = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > endsAtMs) throw new Error(`waited in vain: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a worker', () => {
  let platform: PlatformDouble;
  beforeEach(() => {
    platform = new PlatformDouble();
  });
  afterEach(() => platform.end());

  describe('at its start', () => {
    it('registers every contract with its key before it takes work', async () => {
      platform.register();
      await platform.serve([define('one', (n) => n), define('two', (n) => n)]);
      expect(platform.registered.slice(0, 2)).toEqual([
        { authorization: `Bearer ${API_KEY}`, name: 'one@1' },
        { authorization: `Bearer ${API_KEY}`, name: 'two@1' },
      ]);
    });

    it.each([
      ['CONTRACT_CONFLICT', 'CONTRACT_REFUSED'],
      ['UNAUTHENTICATED', 'KEY_REFUSED'],
    ] as const)('that is refused with %s ends with %s, and serves nothing', async (refusal, code) => {
      platform.register(refusal);
      await expect(platform.serve([define('one', (n) => n)])).rejects.toMatchObject({ code });
      await expect(platform.run('one', { n: 1 })).rejects.toBeInstanceOf(NoResponder);
    });

    it('that nobody answers ends with PLATFORM_UNREACHABLE after its time', async () => {
      const started = platform.serve([define('one', (n) => n)], { startTimeoutMs: 50 });
      await expect(started).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
    });

    it.each<[string, unknown[]]>([
      ['no action', []],
      ['one twice', [define('one', (n) => n), define('one', (n) => n)]],
      ['something else', [{ name: 'one', version: 1 }]],
    ])('with %s is refused: OPTION_INVALID', async (_what, definitions) => {
      const given = definitions as Parameters<PlatformDouble['serve']>[0];
      await expect(platform.serve(given)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    });

    it('with a malformed key is refused without repeating it', async () => {
      const started = platform.serve([define('one', (n) => n)], { apiKey: 'do_live_canary' });
      await expect(started).rejects.toMatchObject({ code: 'API_KEY_MALFORMED' });
      await expect(started).rejects.not.toThrow(/canary/);
    });
  });

  describe('asked to perform', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    beforeEach(async () => {
      platform.register();
      const fail = (error: unknown) => () => {
        throw error;
      };
      await platform.serve([
        define('doubles', (n) => ({ twice: n * 2 })),
        define('throws-text', fail('out of order')),
        define('declines', fail(new ActionError({ code: 'CARD_DECLINED', message: 'no', effect: 'none' }))),
        define('cycles', () => cycle),
      ]);
    });

    it('answers with the result and nothing around it', async () => {
      const reply = await platform.run('doubles', { n: 21 });
      expect([codeOf(reply), jsonOf(reply)]).toEqual([undefined, { twice: 42 }]);
    });

    it.each([
      ['throws-text', { n: 1 }, 'ACTION_FAILED', 'unknown'],
      ['declines', { n: 1 }, 'ACTION_FAILED', 'none'],
      ['cycles', { n: 1 }, 'RESULT_INVALID', 'applied'],
      ['doubles', { n: 'x' }, 'PARAMS_INVALID', 'none'],
    ])('%s with %j is %s, effect %s', async (action, given, code, effect) => {
      const reply = await platform.run(action, given);
      expect(codeOf(reply)).toBe(code);
      expect(jsonOf(reply)).toMatchObject({ error: { code }, effect });
    });

    it('any bytes under any headers get a typed answer', async () => {
      const value = fc.oneof(fc.constant(''), fc.string({ maxLength: 20 }), fc.integer().map(String));
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), value, value, value, async (payload, a, b, c) => {
          const clean = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
          const headers = { 'Do-Execution-Id': clean(a), 'Do-Attempt': clean(b), 'Do-Timeout-Ms': clean(c) };
          const reply = await platform.run('doubles', payload, { headers });
          expect(codeOf(reply)).toMatch(/^[A-Z_]+$/);
          expect(jsonOf(reply)).toMatchObject({ effect: 'none' });
        }),
        { numRuns: 200 },
      );
    });
  });

  describe('with work that takes its time', () => {
    let calls: number[];
    let held: ReturnType<typeof gate>;
    let aborted: number[];
    const slow = define('slow', async (n, signal) => {
      calls.push(n);
      signal.addEventListener('abort', () => aborted.push(n));
      await held.opened;
      return n;
    });
    beforeEach(() => {
      calls = [];
      aborted = [];
      held = gate();
      platform.register();
    });
    afterEach(() => held.open());

    it('an attempt that is sent twice is performed once, while it runs and after its end', async () => {
      await platform.serve([slow]);
      const both = [platform.run('slow', { n: 1 }), platform.run('slow', { n: 1 })];
      await until(() => calls.length === 1);
      held.open();
      expect((await Promise.all(both)).map(jsonOf)).toEqual([1, 1]);
      expect(jsonOf(await platform.run('slow', { n: 1 }))).toBe(1);
      expect(calls).toEqual([1]);
      expect(jsonOf(await platform.run('slow', { n: 2 }, { attempt: 2 }))).toBe(2);
    });

    it('what is beyond its limit waits, and beyond that is told to come again, nothing done', async () => {
      const { worker } = await platform.serve([slow], { concurrency: 1, queue: 1 });
      const first = platform.run('slow', { n: 1 }, { execution: executionNamed(1) });
      await until(() => calls.length === 1);
      const second = platform.run('slow', { n: 2 }, { execution: executionNamed(2) });
      const third = await platform.run('slow', { n: 3 }, { execution: executionNamed(3) });
      expect([codeOf(third), jsonOf(third)]).toMatchObject([
        'RATE_LIMITED',
        { effect: 'none', retryable: true },
      ]);
      expect(worker.running).toBe(1);
      held.open();
      expect([jsonOf(await first), jsonOf(await second)]).toEqual([1, 2]);
      expect(calls).toEqual([1, 2]);
    });

    it('what waited longer than its time is not begun', async () => {
      await platform.serve([slow], { concurrency: 1 });
      const first = platform.run('slow', { n: 1 }, { execution: executionNamed(1) });
      await until(() => calls.length === 1);
      const late = platform.run(
        'slow',
        { n: 2 },
        { execution: executionNamed(2), headers: { 'Do-Timeout-Ms': '20' } },
      );
      expect(jsonOf(await late)).toMatchObject({ effect: 'none' });
      held.open();
      await first;
      expect(calls).toEqual([1]);
    });

    it('tells what became of an attempt: running, then its end; of one it never had it says nothing', async () => {
      await platform.serve([slow]);
      const attempt = { executionId: executionNamed(1), attempt: 1 };
      expect(await platform.ask('slow', {})).toEqual({ state: 'here' });
      await expect(platform.ask('slow', attempt)).rejects.toBeInstanceOf(BusTimeout);
      const run = platform.run('slow', { n: 7 }, { execution: attempt.executionId });
      await until(() => calls.length === 1);
      expect(await platform.ask('slow', attempt)).toEqual({ state: 'running' });
      held.open();
      await run;
      expect(await platform.ask('slow', attempt)).toEqual({ state: 'succeeded', result: 7 });
    });

    it('an abort reaches the signal of its attempt', async () => {
      await platform.serve([slow]);
      const run = platform.run('slow', { n: 1 }, { execution: executionNamed(1) });
      await until(() => calls.length === 1);
      platform.bus.publish(
        `do.v1.ctl.default.${executionNamed(1)}.abort`,
        new TextEncoder().encode('{"attempt":1}'),
      );
      await until(() => aborted.length === 1);
      held.open();
      await run;
    });

    it('drained, it takes nothing new, lets what runs end, answers it, and is closed', async () => {
      const { worker } = await platform.serve([slow]);
      const run = platform.run('slow', { n: 1 });
      await until(() => calls.length === 1);
      const drained = worker.drain();
      await expect(platform.run('slow', { n: 2 }, { attempt: 2 })).rejects.toBeInstanceOf(NoResponder);
      held.open();
      expect(jsonOf(await run)).toBe(1);
      await drained;
      await worker.closed;
      expect(calls).toEqual([1]);
    });

    it('closed, it aborts what runs and tells that its end is unknown', async () => {
      const { worker } = await platform.serve([slow], { drainMs: 0 });
      const run = platform.run('slow', { n: 1 });
      await until(() => calls.length === 1);
      await worker.close();
      expect(jsonOf(await run)).toMatchObject({ effect: 'unknown' });
      expect(aborted).toEqual([1]);
    });
  });
});
