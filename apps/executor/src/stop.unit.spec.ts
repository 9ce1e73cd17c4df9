import { action, gate, oneExecutor } from './testing/one-executor.contract.js';
import { silent } from './testing/sim-executors.contract.js';

const long = { attemptTimeoutMs: 120_000 };

describe('an executor that stops', () => {
  it('answers whoever waits at once, and lets attempts under way end and be recorded', async () => {
    const work = gate<string>();
    const { sim, world, executor } = await oneExecutor([action('pay', () => work.opened, long)]);
    const callers = [await sim.ask('e1', { action: 'pay' }), await sim.ask('e1', { action: 'pay' })];
    await world.settle();
    const begin = world.nowMs;
    let stopped = false;
    const stopping = executor.stop(10_000).then(() => {
      stopped = true;
    });
    await world.settle();
    for (const caller of callers) expect((await sim.replyTo(caller)).how).toBe('pending');
    expect([stopped, world.nowMs - begin]).toEqual([false, 0]);
    work.open('done');
    await world.settle();
    await stopping;
    expect([await sim.recorded(), world.timerCount]).toEqual([
      ['ActionRequested', 'ActionStarted', 'ActionSucceeded'],
      0,
    ]);
  });

  it('takes no new request: UNAVAILABLE, and nothing is recorded', async () => {
    const { sim, world, executor } = await oneExecutor([action('pay', () => 1)]);
    await executor.stop(10_000);
    const reply = await sim.answer('e1', { action: 'pay' });
    expect(reply).toMatchObject({
      code: 'UNAVAILABLE',
      how: 'rejected',
      json: { retryable: true, effect: 'none' },
    });
    expect([await sim.recorded(), world.history]).toEqual([[], []]);
  });

  it('begins no attempt of what waits, and keeps the names of what it leaves open', async () => {
    const work = gate<string>();
    const retry = { initialDelayMs: 30_000, delayMsMax: 30_000 };
    const actions = [
      action('fails', () => Promise.reject(new Error('no')), { retry }),
      action('pay', () => work.opened, long),
    ];
    const { sim, world, executor } = await oneExecutor(actions, { slots: 1, queue: 5 });
    await sim.ask('e1', { action: 'fails', waitMs: 0 });
    await world.run(() => world.history.some((step) => step.includes('answer ActionAttemptFailed')));
    for (const id of ['a', 'b']) await sim.ask('e1', { action: 'pay', params: { id }, waitMs: 0 });
    await world.settle();
    const stopping = executor.stop(10_000);
    await world.settle();
    work.open('done');
    await world.settle();
    await stopping;
    const open = [...(await sim.streams()).values()].map((events) => events.at(-1)?.type);
    expect(open).toEqual(['ActionAttemptFailed', 'ActionSucceeded', 'ActionRequested']);
    expect([executor.admissions.size, executor.admissions.streams().length, world.timerCount]).toEqual([
      0, 2, 0,
    ]);
  });

  it('waits for nobody beyond its time, and then leaves what it could not record', async () => {
    const work = gate<string>();
    const { sim, world, executor } = await oneExecutor([action('pay', () => work.opened, long)]);
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const begin = world.nowMs;
    let stopped = false;
    void executor.stop(10_000).then(() => {
      stopped = true;
    });
    await world.run(() => stopped);
    expect(world.nowMs - begin).toBe(10_000);
    work.open('too late');
    for (let i = 0; i < 5; i++) {
      await world.calm();
      for (const step of [...world.steps]) await world.release(step, 'unavailable');
    }
    expect([executor.admissions.streams().length, world.steps, await sim.recorded()]).toEqual([
      1,
      [],
      ['ActionRequested', 'ActionStarted'],
    ]);
  });

  it('makes the attempt of a claim that was on its way: it is recorded as begun', async () => {
    let calls = 0;
    const { sim, world, executor } = await oneExecutor([action('pay', () => ++calls)]);
    const caller = await sim.ask('e1', { action: 'pay' });
    const stopping = executor.stop(10_000);
    await world.settle();
    await stopping;
    expect([calls, (await sim.recorded()).at(-1)]).toEqual([1, 'ActionSucceeded']);
    expect((await sim.replyTo(caller)).code).toBeUndefined();
  });

  it.each([
    ['are left to other executors', true],
    ['are taken up by the next start', false],
  ])('tells of the attempts that it leaves, which %s', async (what, sharesLog) => {
    const told: [object, string][] = [];
    const logger = {
      ...silent,
      warn: (fields: object, message: string) => void told.push([fields, message]),
    };
    const work = gate<string>();
    const actions = [
      action('pay', () => work.opened, long),
      action('quick', () => 1),
      action('fails', () => Promise.reject(new Error('no')), { retry: { initialDelayMs: 30_000 } }),
    ];
    const { sim, world, executor } = await oneExecutor(actions, { logger, sharesLog, slots: 30, queue: 5 });
    for (let id = 0; id < 25; id++)
      await sim.ask('e1', { action: 'pay', params: { id: `${id}` }, waitMs: 0 });
    for (const name of ['quick', 'fails']) await sim.ask('e1', { action: name, waitMs: 0 });
    await world.settle();
    let left: readonly string[] | undefined;
    void executor.stop(1_000).then((ids) => {
      left = ids;
    });
    await world.run(() => left !== undefined);
    const running = [...(await sim.streams())].filter(
      ([, events]) => events.at(-1)?.type === 'ActionStarted',
    );
    expect([left?.length, running.length]).toEqual([25, 25]);
    expect(told).toEqual([[{ count: 25, executions: left?.slice(0, 20) }, expect.stringContaining(what)]]);
  });

  it('tells of nothing where all attempts have ended', async () => {
    const { sim, executor } = await oneExecutor([action('pay', () => 1)]);
    await sim.answer('e1', { action: 'pay' });
    expect(await executor.stop(1_000)).toEqual([]);
  });
});
