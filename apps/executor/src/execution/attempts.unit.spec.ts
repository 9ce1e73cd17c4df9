import { executionId, parseActionStream } from '@action-do/contracts';
import { ActionError } from '@do-sdk/actions';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';
import { silent } from '../testing/sim-executors.contract.js';

const retry = { attemptsMax: 3, initialDelayMs: 1_000, delayMsMax: 1_500, factor: 2 };
const slow = { attemptTimeoutMs: 5_000, retry };

describe('an attempt', () => {
  it('is given up after its timeout: an idempotent action is called again', async () => {
    let calls = 0;
    const signals: AbortSignal[] = [];
    const { sim } = await oneExecutor([
      action(
        'pay',
        (_, { signal }) => {
          signals.push(signal);
          return ++calls === 1 ? gate().opened : 'done';
        },
        slow,
      ),
    ]);
    expect((await sim.answer('e1', { action: 'pay' })).json).toMatchObject({
      result: 'done',
      execution: { attempts: 2 },
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(await sim.recorded()).toEqual([
      'ActionRequested',
      'ActionStarted',
      'ActionAttemptFailed',
      'ActionStarted',
      'ActionSucceeded',
    ]);
  });

  it('of an unsafe action that is given up is parked: OUTCOME_UNKNOWN, and it is not called again', async () => {
    let calls = 0;
    const { sim } = await oneExecutor([
      action(
        'pay',
        () => {
          calls++;
          return gate().opened;
        },
        { effects: 'unsafe', attemptTimeoutMs: 5_000 },
      ),
    ]);
    for (const how of ['executed', 'attached'])
      expect(await sim.answer('e1', { action: 'pay' })).toMatchObject({
        how,
        code: 'OUTCOME_UNKNOWN',
        json: { effect: 'unknown', newKeySafe: false, retryable: false },
      });
    expect(calls).toBe(1);
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionOutcomeUnknown']);
  });

  it('that ends late closes what was parked as unknown (row 20)', async () => {
    const work = gate<string>();
    const { sim, world } = await oneExecutor([
      action('pay', () => work.opened, { effects: 'unsafe', attemptTimeoutMs: 50 }),
    ]);
    await sim.answer('e1', { action: 'pay' });
    work.open('after all');
    await world.run();
    expect((await sim.answer('e1', { action: 'pay' })).json.result).toBe('after all');
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({ type: 'ActionSucceeded', data: { settledBy: 'late-worker' } });
  });

  it('that ends late during the backoff closes the execution, and no other attempt is made', async () => {
    const work = gate<string>();
    let calls = 0;
    const run = () => (++calls === 1 ? work.opened : 'again');
    const { sim, world, executor } = await oneExecutor([
      action('pay', run, { ...slow, retry: { ...retry, initialDelayMs: 60_000, delayMsMax: 60_000 } }),
    ]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.run(() => world.history.some((step) => step.includes('answer ActionAttemptFailed')));
    work.open('after all');
    expect((await sim.replyTo(caller)).json.result).toBe('after all');
    await world.run();
    expect([calls, executor.admissions.size, world.timerCount]).toEqual([1, 0, 0]);
  });

  it('that fails late during the backoff changes nothing, and the backoff is waited out', async () => {
    const work = gate<string>();
    const begunAt: number[] = [];
    const { sim, world } = await oneExecutor(
      [
        action(
          'pay',
          () => {
            begunAt.push(world.nowMs);
            return begunAt.length === 1 ? work.opened : 'again';
          },
          slow,
        ),
      ],
      { chance: { uuid: uuids(), random: () => 0.999 } },
    );
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.run(() => world.history.some((step) => step.includes('answer ActionAttemptFailed')));
    work.fail(new Error('too late'));
    await sim.replyTo(caller);
    expect((begunAt[1] ?? 0) - (begunAt[0] ?? 0)).toBe(5_000 + 999);
    expect(await sim.recorded()).toContain('ActionLateOutcome');
  });

  it('that ends late while the next one runs is kept as ActionLateOutcome', async () => {
    const [first, second] = [gate<string>(), gate<string>()];
    let calls = 0;
    const { sim, world } = await oneExecutor([
      action('pay', () => (++calls === 1 ? first.opened : second.opened), slow),
    ]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.run(() => calls === 2);
    first.open('one');
    await world.settle();
    second.open('two');
    expect((await sim.replyTo(caller)).json.result).toBe('two');
    expect((await sim.recorded()).slice(-2)).toEqual(['ActionLateOutcome', 'ActionSucceeded']);
  });

  it('that ends late in an older generation is recorded with that one', async () => {
    const work = gate<string>();
    const once = { ...slow, retry: { ...retry, attemptsMax: 1 } };
    let calls = 0;
    const { sim, world, executor } = await oneExecutor([
      action('pay', () => (++calls === 1 ? work.opened : 'second'), once),
    ]);
    const first = await sim.answer('e1', { action: 'pay' });
    expect((await sim.answer('e1', { action: 'pay' })).json.execution?.generation).toBe(2);
    work.open('first, after all');
    await world.run();
    const reading = executor.findExecution.events('default' as never, first.executionId ?? '');
    await world.settle();
    expect((await reading)?.items.at(-1)).toMatchObject({
      type: 'ActionLateOutcome',
      executionId: first.executionId,
    });
  });

  it('lasts as long as it sends heartbeats, within the deadline of the execution', async () => {
    const { sim, world } = await oneExecutor([
      action(
        'pay',
        async (_, { heartbeat, signal }) => {
          for (let i = 0; !signal.aborted && i < 100; i++) {
            await new Promise<void>((resolve) => void world.process('e1').clock.after(400, resolve));
            heartbeat();
          }
          return 'never';
        },
        { attemptTimeoutMs: 500, deadlineMs: 10_000, retry: { ...retry, attemptsMax: 1 } },
      ),
    ]);
    const begin = world.nowMs;
    const reply = await sim.answer('e1', { action: 'pay' });
    expect([reply.code, world.nowMs - begin]).toEqual(['TIMED_OUT', 10_000]);
  });

  it('is not begun after the deadline: TIMED_OUT, with the last failure as its cause', async () => {
    const { sim, world } = await oneExecutor([
      action(
        'pay',
        () => {
          world.nowMs += 4_500;
          throw new Error('not yet');
        },
        { retry: { ...retry, attemptsMax: 50 }, deadlineMs: 10_000 },
      ),
    ]);
    const reply = await sim.answer('e1', { action: 'pay' });
    expect(reply).toMatchObject({
      code: 'TIMED_OUT',
      json: { cause: { code: 'Error', message: 'not yet' } },
    });
  });

  it('that waits for a slot until the deadline is never made: TIMED_OUT, and nothing happened', async () => {
    const work = gate<string>();
    const actions = [
      action('long', () => work.opened, { attemptTimeoutMs: 90_000 }),
      action('pay', () => 1, { deadlineMs: 5_000 }),
    ];
    const { sim, world } = await oneExecutor(actions, { slots: 1, queue: 5 });
    await sim.ask('e1', { action: 'long' });
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.settle();
    world.nowMs += 5_000;
    work.open('done');
    expect(await sim.replyTo(caller)).toMatchObject({
      code: 'TIMED_OUT',
      json: { effect: 'none', newKeySafe: true },
    });
  });

  it.each([
    [0, [0, 0]],
    [0.999, [999, 1_498]],
  ])('after a failure waits a random part of the backoff (full jitter): %d', async (random, delays) => {
    const at: number[] = [];
    const { sim, world } = await oneExecutor(
      [
        action(
          'pay',
          () => {
            at.push(world.nowMs);
            throw new Error('no');
          },
          { retry },
        ),
      ],
      { chance: { uuid: uuids(), random: () => random } },
    );
    expect((await sim.answer('e1', { action: 'pay' })).code).toBe('ATTEMPTS_EXHAUSTED');
    expect(at.slice(1).map((ms, i) => ms - (at[i] ?? 0))).toEqual(delays);
  });

  it('of an action that is gone after the claim is NO_HANDLER with effect none, and tried again (row 18b)', async () => {
    const { sim, world, executor } = await oneExecutor([action('pay', () => 'back', { retry })]);
    const find = executor.registry.find.bind(executor.registry);
    const caller = await sim.ask('e1', { action: 'pay' });
    executor.registry.find = () => null;
    await world.run(() => world.history.some((step) => step.includes('answer ActionAttemptFailed')));
    executor.registry.find = find;
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'back', execution: { attempts: 2 } });
    const [events = []] = (await sim.streams()).values();
    expect(events[2]).toMatchObject({
      type: 'ActionAttemptFailed',
      data: { error: { code: 'NO_HANDLER' }, effect: 'none' },
    });
  });
});

describe('the log line of an execution', () => {
  it('says how it ended, once, and nothing of params, results or messages', async () => {
    const lines: object[] = [];
    const logger = {
      ...silent,
      info: (fields: object, message: string) => void lines.push({ ...fields, message }),
    };
    const run = ({ id }: { id: string }) => {
      if (id === 'secret-1') return 'secret result';
      throw new ActionError({
        code: 'NO',
        message: 'secret message',
        effect: id === 'secret-2' ? 'none' : 'unknown',
      });
    };
    const { sim, world } = await oneExecutor([action('pay', run, { effects: 'unsafe' })], { logger });
    for (const id of ['secret-1', 'secret-2', 'secret-3'])
      await sim.answer('e1', { action: 'pay', params: { id } });
    await world.run();
    const [stream = ''] = (await sim.streams()).keys();
    const { scope } = parseActionStream(stream) ?? {};
    const common = { action: 'pay', version: 1, attempts: 1, durationMs: 0 };
    expect(lines).toEqual([
      {
        ...common,
        executionId: executionId(scope as never, 1),
        status: 'succeeded',
        message: 'execution succeeded',
      },
      {
        ...common,
        executionId: expect.any(String),
        status: 'failed',
        errorCode: 'ACTION_FAILED',
        message: 'execution failed',
      },
      {
        ...common,
        executionId: expect.any(String),
        status: 'unknown',
        errorCode: 'ACTION_FAILED',
        message: 'execution unknown',
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/secret/);
  });
});

function uuids(): () => string {
  let last = 0;
  return () => `00000000-0000-7000-a000-${String(++last).padStart(12, '0')}`;
}
