import { SimWorld } from '@action-do/test-support';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

async function started() {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const sim = new SimExecutors(world);
  const executor = await sim.start('e1', { actions: [], bus });
  executor.registry.learn(TENANT, onTheBus());
  const asks = () => bus.sent.filter((subject) => subject.endsWith('.ask')).length;
  return { world, bus, sim, executor, asks };
}

describe('a call of an action on the bus (row 18)', () => {
  it('that no worker performs is NO_HANDLER at once, nothing is recorded, and a new key is safe', async () => {
    const { world, sim } = await started();
    const before = world.nowMs;
    const reply = await sim.answer('e1', { action: 'pay' });
    expect(reply).toMatchObject({
      code: 'NO_HANDLER',
      how: 'rejected',
      json: { retryable: true, effect: 'none', newKeySafe: true },
    });
    expect([world.nowMs, await sim.recorded()]).toEqual([before, []]);
  });

  it('asks once a second at most whether a worker has come', async () => {
    const { world, bus, sim, asks } = await started();
    for (let i = 0; i < 3; i++) expect((await sim.answer('e1', { action: 'pay' })).code).toBe('NO_HANDLER');
    expect(asks()).toBe(1);
    const worker = new SimWorker(bus);
    world.nowMs += 999;
    expect((await sim.answer('e1', { action: 'pay' })).code).toBe('NO_HANDLER');
    world.nowMs += 1;
    await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
    expect(asks()).toBe(2);
  });

  it('that many make at once is one question', async () => {
    const { bus, world, sim, asks } = await started();
    const worker = new SimWorker(bus);
    for (let i = 0; i < 5; i++) await sim.ask('e1', { action: 'pay', params: { id: `n${i}` } });
    await world.run(() => worker.runs.length === 5);
    expect(asks()).toBe(1);
  });

  it('goes on where somebody listens and says nothing: the attempt will tell', async () => {
    const { bus, world, sim } = await started();
    const worker = new SimWorker(bus);
    worker.answersToLose = 1;
    await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
  });

  it('that repeats something done gets its outcome, although nobody is there any more', async () => {
    const { bus, world, sim, executor } = await started();
    const worker = new SimWorker(bus);
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
    worker.succeed('done');
    await sim.replyTo(caller);
    worker.die();
    // A new contract: of its workers nothing is known yet.
    executor.registry.learn(TENANT, onTheBus({}, { description: 'changed' }));
    expect(await sim.answer('e1', { action: 'pay' })).toMatchObject({
      how: 'replayed',
      json: { result: 'done' },
    });
    const other = await sim.answer('e1', { action: 'pay', params: { id: 'y' } });
    expect(other.code).toBe('NO_HANDLER');
  });

  it('while the bus is out of reach is NO_HANDLER too, and nothing is recorded', async () => {
    const { bus, sim } = await started();
    bus.isReachable = false;
    expect((await sim.answer('e1', { action: 'pay' })).code).toBe('NO_HANDLER');
    expect(await sim.recorded()).toEqual([]);
  });

  it('of another tenant is ACTION_UNKNOWN: a registration is its tenant’s alone', async () => {
    const { bus, sim } = await started();
    new SimWorker(bus);
    expect((await sim.answer('e1', { action: 'pay', tenant: 'other' as never })).code).toBe('ACTION_UNKNOWN');
  });
});
