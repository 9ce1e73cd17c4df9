import type { Effects } from '@action-do/contracts';
import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

/** What is left of "a lease and a second", with the time that hints and appends take in truth. */
const SOON_MS = 400;
const REQUESTED = ['ActionRequested', 'ActionStarted'];

/** A worker was asked by e1 to perform `pay`; e1 died, and e2 knows since it was silent for a lease. */
async function executorDied(effects: Effects) {
  const leases = await LeaseWorld.with(['e1', 'e2'], () => []);
  const { sim, world, bus } = leases;
  const idempotency = { mode: 'params' } as const;
  const registered = onTheBus({ effects, idempotency, attemptTimeoutMs: 20_000, deadlineMs: 60_000 });
  for (const name of ['e1', 'e2']) sim.executor(name).registry.learn(TENANT, registered);
  const worker = new SimWorker(bus);
  await sim.ask('e1', { action: 'pay' });
  await world.settle();
  expect(worker.runs).toHaveLength(1);
  sim.crash('e1');
  await leases.pass(LEASE_MS);
  const last = async () => (await sim.recorded()).at(-1);
  return { leases, sim, world, bus, worker, last };
}

describe('what a worker performs for an executor that died', () => {
  it.each(['none', 'idempotent', 'transactional'] as const)(
    'and of which no worker that listens knows is made again soon: %s (row 19)',
    async (effects) => {
      const { leases, bus, worker, last } = await executorDied(effects);
      worker.die();
      const other = new SimWorker(bus);
      await leases.hint('e2');
      await leases.pass(SOON_MS);
      expect([other.runs.length, await last()]).toEqual([1, 'ActionStarted']);
    },
  );

  it('and of which none knows is told as unknown as soon, where it is unsafe, and by the probe where there is one', async () => {
    for (const [effects, after] of [
      ['unsafe', 'ActionOutcomeUnknown'],
      ['verifiable', 'ActionSucceeded'],
    ] as const) {
      const { leases, bus, worker, last } = await executorDied(effects);
      worker.die();
      new SimWorker(bus).probed = { state: 'applied', result: 'found' };
      await leases.hint('e2');
      await leases.pass(SOON_MS);
      expect(await last()).toBe(after);
    }
  });

  it('is left to a worker that knows, though the first two answers get lost', async () => {
    const { leases, sim, worker, last } = await executorDied('unsafe');
    worker.answersToLose = 2;
    await leases.hint('e2');
    await leases.pass(SOON_MS);
    worker.succeed('real');
    await leases.pass(LEASE_MS);
    expect([await last(), worker.runs.length]).toEqual(['ActionSucceeded', 1]);
    expect((await sim.answer('e2', { action: 'pay' })).json).toMatchObject({ result: 'real' });
  });

  it('is not given up for trouble of the bus', async () => {
    const { leases, sim, world, bus, worker, last } = await executorDied('idempotent');
    const hinted = sim.executor('e2').recoverExecutions.recoverHinted([...(await sim.streams()).keys()]);
    bus.isReachable = false;
    await world.settle();
    await hinted;
    await leases.pass(3 * LEASE_MS);
    expect(await sim.recorded()).toEqual(REQUESTED);
    bus.isReachable = true;
    worker.succeed('real', undefined, true);
    // Who did not hear itself listens for a lease before it takes anybody for dead.
    await leases.pass(2 * LEASE_MS);
    await leases.hint('e2');
    await leases.pass(LEASE_MS);
    expect([await last(), worker.runs.length]).toEqual(['ActionSucceeded', 1]);
  });
});

describe('what was parked as unknown because nobody answered soon', () => {
  async function parked() {
    const died = await executorDied('unsafe');
    // Silent for longer than a takeover asks, as a worker is whose event loop stands still.
    died.worker.answersToLose = 4;
    await died.leases.hint('e2');
    await died.leases.pass(SOON_MS);
    expect(await died.last()).toBe('ActionOutcomeUnknown');
    return died;
  }

  it('gets the outcome of the worker that was at it all the same, and nothing is called again (row 20)', async () => {
    const { leases, sim, worker, last } = await parked();
    await leases.pass(4 * LEASE_MS);
    worker.succeed('late', undefined, true);
    await leases.pass(2 * LEASE_MS);
    expect([await last(), worker.runs.length]).toEqual(['ActionSucceeded', 1]);
    expect((await sim.answer('e2', { action: 'pay' })).json).toMatchObject({ result: 'late' });
    expect(worker.aborted).toEqual([]);
  });

  it('is asked about no more once nobody has known of it for as long as of an own attempt', async () => {
    const { leases, bus, worker, last } = await parked();
    worker.die();
    await leases.pass(4 * LEASE_MS);
    const other = new SimWorker(bus);
    other.says.set(worker.runs[0]?.name ?? '', { state: 'succeeded', result: 'too late' });
    const asked = bus.sent.filter((subject) => subject.includes('.ask')).length;
    await leases.pass(10 * LEASE_MS);
    expect(bus.sent.filter((subject) => subject.includes('.ask')).length).toBe(asked);
    expect(await last()).toBe('ActionOutcomeUnknown');
  });

  it('is asked about no longer than a minute behind its deadline, though a worker says that it runs', async () => {
    const { leases, bus, worker, last } = await parked();
    await leases.pass(125_000);
    const asked = bus.sent.length;
    worker.succeed('too late', undefined, true);
    await leases.pass(LEASE_MS);
    const questions = bus.sent.slice(asked).filter((subject) => subject.includes('.ask'));
    expect([await last(), questions]).toEqual(['ActionOutcomeUnknown', []]);
  });
});
