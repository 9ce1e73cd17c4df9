import type { SimWorld, WriteFault } from '@action-do/test-support';
import { action, oneExecutor } from '../testing/one-executor.contract.js';

/** Releases steps in their order, each write with the next of `faults`, until these are used up. */
async function meet(world: SimWorld, faults: readonly (WriteFault | undefined)[]): Promise<void> {
  const left = [...faults];
  while (left.length > 0) {
    const [step] = world.steps;
    if (step) await world.release(step, step.kind === 'write' ? left.shift() : undefined);
    else if (!(await world.tick())) return;
  }
}

const lost = Array.from({ length: 9 }, (): WriteFault => 'lost-unknown');

describe('a claim whose append is in doubt (row 16)', () => {
  it.each<[string, WriteFault[]]>([
    ['written', ['written-unknown']],
    ['not written', ['lost-unknown']],
    ['written, and the store is away at the repeat', ['written-unknown', 'unavailable']],
    ['not written, over and over', lost.slice(1)],
  ])('is repeated with the same ids until it is definite, and then called once: %s', async (_, faults) => {
    let calls = 0;
    const { sim, world } = await oneExecutor([action('pay', () => ++calls, { effects: 'unsafe' })]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await meet(world, faults);
    expect(calls).toBe(0);
    expect(await sim.replyTo(caller)).toMatchObject({ how: 'executed', json: { result: 1 } });
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
  });

  it.each<[string, WriteFault]>([
    ['written', 'written-unknown'],
    ['not written', 'lost-unknown'],
  ])("is not the caller's to wait for for ever; the work is done all the same: %s", async (_, first) => {
    let calls = 0;
    const { sim, world, executor } = await oneExecutor([action('pay', () => ++calls, { effects: 'unsafe' })]);
    const caller = await sim.ask('e1', { action: 'pay' });
    // The last fault meets the search that goes on without the caller: it tells nothing of the tries before.
    await meet(world, [first, ...lost.slice(1), 'unavailable']);
    expect(await sim.replyTo(caller)).toMatchObject({ code: 'AppendInDoubt' });
    // Held as long as it is open: the recovery mark has to name it.
    expect(executor.admissions.streams()).toHaveLength(1);
    await world.run();
    expect((await sim.answer('e1', { action: 'pay' })).json.result).toBe(1);
    expect([calls, executor.admissions.size, executor.admissions.streams()]).toEqual([1, 0, []]);
  });

  it('is not repeated once the executor has ended: others may be told that nothing more comes', async () => {
    const { sim, world, executor } = await oneExecutor([action('pay', () => 'done')]);
    await sim.ask('e1', { action: 'pay' });
    await meet(world, ['lost-unknown']);
    await executor.stop(0);
    await world.run();
    expect(world.history.filter((step) => step.startsWith('e1 write'))).toHaveLength(1);
  });

  it("that turns out to be somebody else's is let go", async () => {
    const { sim, world, executor } = await oneExecutor([action('pay', () => 'mine')]);
    await sim.start('e2', { actions: [action('pay', () => 'theirs')] });
    const ofE2 = () => world.steps.filter(({ owner }) => owner === 'e2');
    const caller = await sim.ask('e1', { action: 'pay' });
    await meet(world, lost);
    expect((await sim.replyTo(caller)).code).toBe('AppendInDoubt');
    const theirs = await sim.ask('e2', { action: 'pay' });
    for (let [step] = ofE2(); step; [step] = ofE2()) await world.release(step);
    expect((await sim.replyTo(theirs)).json.result).toBe('theirs');
    await world.run();
    expect([executor.admissions.size, executor.admissions.streams()]).toEqual([0, []]);
  });

  it('keeps its place in the recovery mark where the executor stops before it is known', async () => {
    const { sim, world, executor } = await oneExecutor([action('pay', () => 1)]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await meet(world, lost);
    await sim.replyTo(caller);
    const stopped = executor.stop(0);
    await meet(world, lost);
    await stopped;
    expect(executor.admissions.streams()).toHaveLength(1);
    expect([executor.admissions.size, world.timerCount]).toEqual([0, 0]);
  });
});

describe('a store that is away', () => {
  it('refuses a claim at once, and nothing was recorded', async () => {
    const { sim, world, executor } = await oneExecutor([action('pay', () => 1)]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await meet(world, ['unavailable']);
    expect((await sim.replyTo(caller)).code).toBe('StoreUnavailable');
    expect([executor.admissions.size, await sim.recorded()]).toEqual([0, []]);
  });

  it.each<WriteFault>(['unavailable', 'lost-unknown', 'written-unknown'])(
    'does not lose an outcome: it is recorded when the store is back (%s)',
    async (fault) => {
      let calls = 0;
      const { sim, world } = await oneExecutor([action('pay', () => ++calls, { effects: 'unsafe' })]);
      const caller = await sim.ask('e1', { action: 'pay', waitMs: 60_000 });
      await meet(world, [undefined, ...Array.from({ length: 30 }, () => fault)]);
      // Meanwhile whoever waited was told that it goes on, and not that nothing was recorded.
      expect(await sim.replyTo(caller)).toMatchObject(
        fault === 'written-unknown' ? { how: 'executed' } : { code: undefined },
      );
      await world.run();
      expect((await sim.answer('e1', { action: 'pay' })).json.result).toBe(1);
      expect(calls).toBe(1);
    },
  );

  it('while somebody waits is not told to the waiter as a refusal: the execution is recorded', async () => {
    const { sim, world } = await oneExecutor([
      action('pay', () => new Promise(() => {}), { attemptTimeoutMs: 90_000 }),
    ]);
    const caller = await sim.ask('e1', { action: 'pay', waitMs: 5_000 });
    while (sim.waiting.has(caller)) {
      const [step] = world.steps;
      if (step) await world.release(step, step.kind === 'read' ? 'unavailable' : undefined);
      else await world.tick();
    }
    expect(await sim.replyTo(caller)).toMatchObject({ how: 'pending', code: undefined });
  });

  it('before the next attempt begins: the ActionStarted in doubt is ours, and its handler is called', async () => {
    let calls = 0;
    const fail = () => {
      calls++;
      if (calls === 1) throw new Error('once');
      return 'done';
    };
    const { sim, world } = await oneExecutor([action('pay', fail)]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await meet(world, [undefined, undefined, 'written-unknown', 'unavailable', 'unavailable']);
    expect((await sim.replyTo(caller)).json.result).toBe('done');
    expect(calls).toBe(2);
  });
});
