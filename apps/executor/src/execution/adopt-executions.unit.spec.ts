import { HEADERS } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import type { PolicyOptions } from '@do-sdk/actions';
import type { ExecutorParts } from '../executor.js';
import { action } from '../testing/one-executor.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

/** The executor died while a worker performed `pay`; another executor has started. */
async function executorDied(policy: Partial<PolicyOptions>, heir: Partial<ExecutorParts> = {}) {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const sim = new SimExecutors(world);
  const registered = onTheBus({ attemptTimeoutMs: 20_000, ...policy });
  for (const name of ['e1', 'e2'])
    (await sim.start(name, { actions: [], bus, ...(name === 'e2' ? heir : {}) })).registry.learn(
      TENANT,
      registered,
    );
  const worker = new SimWorker(bus);
  await sim.ask('e1', { action: 'pay' });
  await world.run(() => worker.runs.length === 1);
  sim.crash('e1');
  const [stream = ''] = (await sim.streams()).keys();
  const begunAtMs = world.nowMs;
  const executor = sim.executor('e2');
  const caller = await sim.ask('e2', { action: 'pay', waitMs: 60_000 });
  await world.settle();
  return { world, bus, sim, worker, stream, executor, caller, passed: () => world.nowMs - begunAtMs };
}

const REQUESTED = ['ActionRequested', 'ActionStarted'];

describe('an attempt on the bus whose executor died', () => {
  it('and whose worker still works is waited for: an unsafe action gets its real outcome', async () => {
    const { world, sim, worker, stream, caller, passed } = await executorDied({ effects: 'unsafe' });
    await sim.recover('e2', [stream]);
    await world.run(() => passed() >= 7_000);
    expect(await sim.recorded()).toEqual(REQUESTED);
    worker.succeed('real');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'real', execution: { attempts: 1 } });
    expect(await sim.recorded()).toEqual([...REQUESTED, 'ActionSucceeded']);
    expect(worker.runs).toHaveLength(1);
  });

  it('and whose worker has ended meanwhile is settled with what it says', async () => {
    const { world, sim, worker, stream, caller, passed } = await executorDied({ effects: 'unsafe' });
    worker.succeed('real');
    await world.run(() => passed() >= 60_000);
    await sim.recover('e2', [stream]);
    await world.run();
    expect((await sim.answer('e2', { action: 'pay' })).json).toMatchObject({ result: 'real' });
    expect(sim.replies.find((reply) => reply.caller === caller)).toBeDefined();
  });

  it('and whose worker failed is tried again as its failure allows', async () => {
    const { world, sim, worker, stream } = await executorDied({
      effects: 'unsafe',
      retry: { attemptsMax: 2 },
    });
    const failure = { error: { code: 'ACTION_FAILED', message: 'busy' }, effect: 'none', retryable: true };
    worker.says.set(worker.runs[0]?.name ?? '', { state: 'failed', failure });
    await sim.recover('e2', [stream]);
    await world.run(() => worker.runs.length === 2);
    expect(worker.runs[1]?.headers[HEADERS.attempt]).toBe('2');
  });

  it('of which no worker knows is taken over: unsafe work is parked as unknown', async () => {
    const { bus, sim, worker, stream, caller } = await executorDied({ effects: 'unsafe' });
    worker.die();
    new SimWorker(bus);
    await sim.recover('e2', [stream]);
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
  });

  it('is asked about for two leases where none has passed since that death: a worker may be coming back', async () => {
    const { world, bus, sim, worker, stream, passed } = await executorDied({ effects: 'idempotent' });
    worker.die();
    const other = new SimWorker(bus);
    await sim.recover('e2', [stream]);
    await world.run(() => passed() >= 2_000);
    expect([other.runs.length, await sim.recorded()]).toEqual([0, REQUESTED]);
  });

  it('of which no worker knows is begun again in one append where the class allows it', async () => {
    const { world, bus, sim, worker, stream, caller } = await executorDied({ effects: 'idempotent' });
    worker.die();
    const other = new SimWorker(bus);
    await sim.recover('e2', [stream]);
    await world.run(() => other.runs.length === 1);
    expect(world.history).toContain('e2 write ActionAttemptFailed+ActionStarted behind 1');
    other.succeed('second');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'second', execution: { attempts: 2 } });
  });

  it('and whose worker dies after it was adopted is lost then', async () => {
    const { world, sim, worker, stream, caller, passed } = await executorDied({ effects: 'unsafe' });
    await sim.recover('e2', [stream]);
    await world.run(() => passed() >= 5_000);
    worker.die();
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
    expect(passed()).toBeLessThanOrEqual(11_000);
  });

  it('times out as it would have, counted from its begin', async () => {
    const { world, sim, worker, stream, caller, passed } = await executorDied({ effects: 'unsafe' });
    await world.run(() => passed() >= 12_000);
    await sim.recover('e2', [stream]);
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
    expect(passed()).toBe(20_000);
    expect(worker.aborted).toEqual([{ attempt: 1 }]);
  });

  it('is asked about while the bus is in trouble, as soon as it answers', async () => {
    const { world, bus, sim, worker, stream, caller, passed } = await executorDied({ effects: 'unsafe' });
    bus.isReachable = false;
    await sim.recover('e2', [stream]);
    await world.run(() => passed() >= 9_000);
    expect(await sim.recorded()).toEqual(REQUESTED);
    bus.isReachable = true;
    worker.succeed('real');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'real' });
  });

  it('that is adopted while handlers that never return have all slots is parked with its deadline', async () => {
    const never = new Promise<void>(() => {});
    const hang = action('hang', () => never, { attemptTimeoutMs: 1_000, deadlineMs: 2_000 });
    const { sim, world, stream, executor } = await executorDied(
      { effects: 'unsafe', deadlineMs: 30_000 },
      { actions: [hang], slots: 1, queue: 8 },
    );
    for (const id of ['1', '2']) await sim.ask('e2', { action: 'hang', params: { id } });
    await world.settle();
    await sim.recover('e2', [stream]);
    await world.run();
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({ type: 'ActionOutcomeUnknown' });
    expect([executor.admissions.size, world.timerCount]).toEqual([0, 0]);
  });

  it('of verifiable work asks the probe, which waits for a worker to come back', async () => {
    const { world, bus, sim, worker, stream, caller, passed } = await executorDied({ effects: 'verifiable' });
    worker.die();
    await sim.recover('e2', [stream]);
    await world.run(() => passed() >= 8_000);
    const back = new SimWorker(bus);
    back.probed = { state: 'applied', result: 'found' };
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'found' });
    expect(back.runs).toEqual([]);
  });
});

describe('a hint that an execution is due', () => {
  it('is followed as recovery is', async () => {
    const { world, executor, worker, stream, sim, caller } = await executorDied({ effects: 'unsafe' });
    // Its caller is gone: while somebody claims it, it counts as held.
    expect(executor.admissions.isHeld(stream)).toBe(false);
    const hinted = executor.recoverExecutions.recoverHinted([stream, 'no-stream', 'access-default.x']);
    await world.settle();
    expect(await hinted).toEqual({ open: 1 });
    worker.succeed('real');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'real' });
  });

  it('is passed over for what this executor is at itself, however often it comes', async () => {
    const { world, executor, worker, stream, sim, caller } = await executorDied({ effects: 'unsafe' });
    const hint = async () => {
      const hinted = executor.recoverExecutions.recoverHinted([stream, stream]);
      await world.settle();
      return (await hinted).open;
    };
    expect([await hint(), await hint(), await hint()]).toEqual([1, 0, 0]);
    worker.succeed('real');
    await sim.replyTo(caller);
    expect(await hint()).toBe(0);
    expect(await sim.recorded()).toEqual([...REQUESTED, 'ActionSucceeded']);
  });

  it('is left for later where the executor holds as much as it may', async () => {
    const { world, executor, stream } = await executorDied({ effects: 'unsafe' });
    const held = Array.from({ length: executor.admissions.limit }, (_, i) =>
      executor.admissions.enter(`${i}`),
    );
    expect(await executor.recoverExecutions.recoverHinted([stream])).toEqual({ open: 0 });
    held[0]?.leave();
    const hinted = executor.recoverExecutions.recoverHinted([stream]);
    await world.settle();
    expect(await hinted).toEqual({ open: 1 });
  });

  it('of a damaged stream takes no more room each time it comes', async () => {
    const { world, executor, stream } = await executorDied({ effects: 'unsafe' });
    executor.log.load = () => Promise.reject(new Error('damaged'));
    const before = executor.admissions.size;
    for (let i = 0; i < 100; i++) await executor.recoverExecutions.recoverHinted([stream]);
    await world.settle();
    expect([executor.admissions.size, executor.admissions.streams()]).toEqual([before, [stream]]);
    // And it is looked at again, should it be mended.
    expect(executor.admissions.isHeld(stream)).toBe(false);
  });
});
