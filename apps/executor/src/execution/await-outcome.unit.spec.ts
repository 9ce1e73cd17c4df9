import { SimWorld } from '@action-do/test-support';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';
import { SimExecutors } from '../testing/sim-executors.contract.js';
import { SettledWaiters } from './settled-waiters.js';

const long = { attemptTimeoutMs: 120_000 };

describe('a caller that waits', () => {
  it('is woken at once when its executor settles, and leaves no timer behind', async () => {
    const work = gate<string>();
    const { sim, world } = await oneExecutor([action('pay', () => work.opened, long)]);
    const callers = [await sim.ask('e1', { action: 'pay' }), await sim.ask('e1', { action: 'pay' })];
    await world.settle();
    const begin = world.nowMs;
    work.open('done');
    for (const caller of callers) await sim.replyTo(caller);
    expect([world.nowMs - begin, world.timerCount]).toEqual([0, 0]);
  });

  it('at another executor learns of the outcome within a second', async () => {
    const work = gate<string>();
    const sim = new SimExecutors(new SimWorld());
    const { world } = sim;
    for (const name of ['e1', 'e2'])
      await sim.start(name, { actions: [action('pay', () => work.opened, long)] });
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const caller = await sim.ask('e2', { action: 'pay' });
    await world.settle();
    const begin = world.nowMs;
    work.open('done');
    expect((await sim.replyTo(caller)).json.result).toBe('done');
    expect(world.nowMs - begin).toBeLessThanOrEqual(1_000);
    await world.settle();
    expect(world.timerCount).toBe(0);
  });

  it('is answered as things stand when its wait is over, whatever that was spent on', async () => {
    const { sim, world } = await oneExecutor([action('pay', () => gate().opened, long)]);
    const begin = world.nowMs;
    const caller = await sim.ask('e1', { action: 'pay', waitMs: 5_000 });
    // The claim itself takes three of the five seconds.
    world.nowMs += 3_000;
    expect((await sim.replyTo(caller)).how).toBe('pending');
    expect(world.nowMs - begin).toBe(5_000);
  });

  it('is not answered early where its executor loses the next attempt to another one', async () => {
    const sim = new SimExecutors(new SimWorld());
    const { world } = sim;
    const work = gate<string>();
    const policy = { ...long, retry: { initialDelayMs: 1_000 } };
    await sim.start('e1', { actions: [action('pay', () => Promise.reject(new Error('no')), policy)] });
    await sim.start('e2', { actions: [action('pay', () => work.opened, policy)] });
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.settle();
    await sim.recover('e2', [...(await sim.streams()).keys()]);
    // Both wait for the backoff to end, and then both begin: e2 writes first.
    const begins = (name: string) =>
      world.steps.find(({ owner, what }) => owner === name && /Started/.test(what));
    while (!begins('e1') || !begins('e2')) {
      const other = world.steps.find(({ kind }) => kind === 'read');
      if (other) await world.release(other);
      else await world.tick();
    }
    for (let step = begins('e2'); step; step = begins('e2')) await world.release(step);
    await world.settle();
    expect(sim.replies).toEqual([]);
    work.open('by e2');
    expect((await sim.replyTo(caller)).json.result).toBe('by e2');
  });
});

describe('waiters', () => {
  it('are called once, and forgotten', () => {
    const waiters = new SettledWaiters();
    const woken: string[] = [];
    const callOff = waiters.register('s', () => woken.push('a'));
    waiters.register('s', () => woken.push('b'));
    waiters.register('t', () => woken.push('c'));
    callOff();
    waiters.wake('s');
    waiters.wake('s');
    expect([woken, waiters.size]).toEqual([['b'], 1]);
    waiters.notifyAll();
    expect([woken, waiters.size]).toEqual([['b', 'c'], 0]);
  });

  it('that are called off leave nothing behind, even one that came after a wake-up', () => {
    const waiters = new SettledWaiters();
    const first = waiters.register('s', () => {});
    waiters.wake('s');
    const second = waiters.register('s', () => {});
    first();
    expect(waiters.size).toBe(1);
    second();
    expect(waiters.size).toBe(0);
  });
});
