import type { ActionDefinition } from '@do-sdk/actions';
import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';
import { action, gate } from '../testing/one-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

const long = { attemptTimeoutMs: 120_000 };
const TAKEN_OVER = ['ActionRequested', 'ActionStarted', 'ActionAttemptFailed', 'ActionStarted'];

/** `pay` runs at e1 and does not end by itself; at the others it does at once. */
async function runningAtE1(
  policy: Parameters<typeof action>[2] = {},
  {
    names = ['e1', 'e2'],
    others,
    probe,
  }: {
    names?: readonly string[];
    others?: (name: string) => readonly ActionDefinition[];
    probe?: NonNullable<ActionDefinition['probe']>;
  } = {},
) {
  const work = gate<string>();
  const calls: string[] = [];
  const signals: AbortSignal[] = [];
  const pay = (name: string): ActionDefinition => ({
    ...action(
      'pay',
      (_, { signal }) => {
        calls.push(name);
        signals.push(signal);
        return name === 'e1' ? work.opened : `by ${name}`;
      },
      { ...long, ...policy, ...(probe ? { probe } : {}) },
    ),
  });
  const leases = await LeaseWorld.with(names, (name) =>
    name === 'e1' || others === undefined ? [pay(name)] : others(name),
  );
  const caller = await leases.sim.ask('e1', { action: 'pay' });
  await leases.world.settle();
  return { leases, sim: leases.sim, world: leases.world, work, calls, signals, caller };
}

describe('an attempt that runs at another executor', () => {
  it('is left alone while that one beats, however long it takes and however often somebody is hinted at it', async () => {
    const { leases, calls } = await runningAtE1();
    for (let n = 0; n < 10; n++) {
      await leases.pass(LEASE_MS);
      expect(await leases.hint('e2')).toBe(0);
    }
    expect([calls, await leases.started()]).toEqual([['e1'], 1]);
  });

  it('is taken over once that one was silent for a lease, and not before', async () => {
    const { leases, sim } = await runningAtE1();
    sim.crash('e1');
    await leases.pass(LEASE_MS / 2);
    expect(await leases.hint('e2')).toBe(0);
    await leases.pass(LEASE_MS / 2);
    expect(await leases.hint('e2')).toBe(1);
    expect(await sim.recorded()).toEqual([...TAKEN_OVER, 'ActionSucceeded']);
  });

  it('is taken over by one that has started since and never heard of it, once that has listened for a lease', async () => {
    const { leases, sim, calls } = await runningAtE1();
    sim.crash('e1');
    sim.crash('e2');
    await leases.start('e3', [action('pay', () => calls.push('e3'), long)]);
    await leases.pass(LEASE_MS - 1);
    expect(await leases.hint('e3')).toBe(0);
    await leases.pass(LEASE_MS / 3);
    expect(await leases.hint('e3')).toBe(1);
    expect(calls).toEqual(['e1', 'e3']);
  });

  it.each(['none', 'idempotent', 'transactional'] as const)(
    'with effects %s is made once more, in one append with the loss of the last',
    async (effects) => {
      const { leases, sim, world, calls } = await runningAtE1({ effects, idempotency: { mode: 'params' } });
      sim.crash('e1');
      await leases.pass(LEASE_MS);
      await leases.hint('e2');
      expect(world.history).toContain('e2 write ActionAttemptFailed+ActionStarted behind 1');
      expect([calls, (await sim.recorded()).at(-1)]).toEqual([['e1', 'e2'], 'ActionSucceeded']);
    },
  );

  it('with effects unsafe is parked, and nothing is called', async () => {
    const { leases, sim, calls } = await runningAtE1({ effects: 'unsafe' });
    sim.crash('e1');
    await leases.pass(LEASE_MS);
    await leases.hint('e2');
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionOutcomeUnknown']);
    expect([calls, (await sim.answer('e2', { action: 'pay' })).code]).toEqual([['e1'], 'OUTCOME_UNKNOWN']);
  });

  it.each([
    [{ state: 'applied', result: 'probed' }, ['ActionSucceeded'], 1],
    [{ state: 'not-applied' }, ['ActionAttemptFailed', 'ActionStarted', 'ActionSucceeded'], 2],
    [{ state: 'unknown' }, ['ActionOutcomeUnknown'], 1],
  ] as const)('with effects verifiable goes on by what the probe says: %j', async (answer, after, called) => {
    const probe = () => answer;
    const { leases, sim, calls } = await runningAtE1({ effects: 'verifiable' }, { probe });
    sim.crash('e1');
    await leases.pass(LEASE_MS);
    await leases.hint('e2');
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', ...after]);
    expect(calls).toHaveLength(called);
  });

  it('is taken over by one of two that are hinted at it at once', async () => {
    const { leases, sim, world, calls } = await runningAtE1({}, { names: ['e1', 'e2', 'e3'] });
    sim.crash('e1');
    await leases.pass(LEASE_MS);
    const streams = [...(await sim.streams()).keys()];
    const both = ['e2', 'e3'].map((name) => sim.executor(name).recoverExecutions.recoverHinted(streams));
    await world.settle();
    expect((await Promise.all(both)).map(({ open }) => open)).toEqual([1, 1]);
    expect(await sim.recorded()).toEqual([...TAKEN_OVER, 'ActionSucceeded']);
    expect(calls).toHaveLength(2);
  });

  it('is left to others by one that cannot perform it', async () => {
    const others = (name: string) => (name === 'e2' ? [] : [action('pay', () => 'by e3', long)]);
    const { leases, sim } = await runningAtE1({}, { names: ['e1', 'e2', 'e3'], others });
    sim.crash('e1');
    await leases.pass(LEASE_MS);
    expect([await leases.hint('e2'), await leases.hint('e3')]).toEqual([0, 1]);
  });

  it('that a worker goes on with is waited for by one of the others, and not by all', async () => {
    const leases = await LeaseWorld.with(['e1', 'e2', 'e3', 'e4'], () => []);
    const { sim, world, bus } = leases;
    for (const { registry } of sim.live()) registry.learn(TENANT, onTheBus({ effects: 'unsafe', ...long }));
    const worker = new SimWorker(bus);
    await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
    sim.crash('e1');
    await leases.pass(LEASE_MS);
    expect([await leases.hint('e2'), await leases.hint('e3'), await leases.hint('e2')]).toEqual([1, 0, 0]);
    sim.crash('e2');
    await leases.pass(LEASE_MS);
    expect([await leases.hint('e3'), await leases.hint('e4')]).toEqual([1, 0]);
    worker.succeed('real', worker.runs[0], true);
    await leases.pass(2 * LEASE_MS);
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
  });
});

describe('an executor that stops', () => {
  it('tells at its very end that it is over: what it left is taken over at once', async () => {
    const { leases, sim, world } = await runningAtE1();
    const stopping = sim.executor('e1').stop(5_000);
    await leases.pass(4_999);
    expect(await leases.hint('e2')).toBe(0);
    await leases.pass(1);
    await stopping;
    const atMs = world.nowMs;
    expect([await leases.hint('e2'), world.nowMs - atMs]).toEqual([1, 0]);
    expect((await sim.recorded()).at(-1)).toBe('ActionSucceeded');
  });

  it('appends nothing after that, even where a handler ends after all', async () => {
    const { leases, sim, work } = await runningAtE1({ effects: 'unsafe' });
    void sim.executor('e1').stop(0);
    await leases.pass(0);
    work.open('done');
    await leases.pass(LEASE_MS);
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted']);
    await leases.hint('e2');
    expect((await sim.recorded()).at(-1)).toBe('ActionOutcomeUnknown');
  });

  it('beats no more, and listens no more', async () => {
    const { leases, sim } = await runningAtE1();
    for (const name of ['e1', 'e2']) void sim.executor(name).stop(0);
    await leases.pass(0);
    const beats = leases.beats;
    await leases.pass(5 * LEASE_MS);
    expect([leases.beats, leases.bus.listening]).toEqual([beats, 0]);
  });
});

describe('an executor that was paused beyond its lease', () => {
  /** Paused in the middle of the work; e2 has taken over; it has gone on. */
  async function cameBack(policy: Parameters<typeof action>[2] = {}) {
    const world = await runningAtE1(policy);
    world.leases.process('e1').pause();
    await world.leases.pass(3 * LEASE_MS);
    await world.leases.hint('e2');
    return world;
  }

  it('with an outcome after another attempt has begun: it is kept as late, and changes nothing (row 20)', async () => {
    const { leases, sim, work, caller } = await cameBack();
    leases.process('e1').goOn();
    work.open('by e1, late');
    await leases.pass(LEASE_MS);
    expect(await sim.recorded()).toEqual([...TAKEN_OVER, 'ActionSucceeded', 'ActionLateOutcome']);
    expect((await sim.replyTo(caller)).json.result).toBe('by e2');
    expect((await sim.answer('e1', { action: 'pay' })).json.result).toBe('by e2');
  });

  it('with the outcome of an unsafe execution that was parked meanwhile: it closes it (row 20)', async () => {
    const { leases, sim, work, signals } = await cameBack({ effects: 'unsafe' });
    leases.process('e1').goOn();
    await leases.pass(LEASE_MS);
    expect(signals[0]?.aborted).toBe(false);
    work.open('by e1, late');
    await leases.pass(0);
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({
      type: 'ActionSucceeded',
      data: { result: 'by e1, late', settledBy: 'late-worker' },
    });
  });

  it('finds out what was taken over, tells the handler to stop, and records what it comes to', async () => {
    const { leases, sim, work, signals, calls } = await cameBack();
    expect(signals[0]?.aborted).toBe(false);
    leases.process('e1').goOn();
    await leases.pass(LEASE_MS / 3);
    expect([signals[0]?.aborted, String(signals[0]?.reason)]).toEqual([
      true,
      expect.stringContaining('taken the execution over'),
    ]);
    work.fail(new Error('stopped'));
    await leases.pass(0);
    expect((await sim.recorded()).slice(-2)).toEqual(['ActionSucceeded', 'ActionLateOutcome']);
    expect(calls).toEqual(['e1', 'e2']);
  });

  it('takes nobody for dead when it comes back, whom it could not hear meanwhile', async () => {
    const { leases, sim, calls } = await runningAtE1();
    const { world } = leases;
    leases.process('e2').pause();
    await leases.pass(5 * LEASE_MS);
    leases.process('e2').goOn();
    expect(await leases.hint('e2')).toBe(0);
    for (let n = 0; n < 6; n++) {
      await leases.pass(LEASE_MS / 3);
      expect(await leases.hint('e2')).toBe(0);
    }
    expect([calls, await sim.recorded(), world.isDead('e1')]).toEqual([
      ['e1'],
      ['ActionRequested', 'ActionStarted'],
      false,
    ]);
  });

  it('and beats again before anybody begins is left what it runs', async () => {
    const busy = gate<string>();
    const others = () => [action('pay', () => 'by e2', long), action('busy', () => busy.opened, long)];
    const { leases, sim, world, work, caller } = await runningAtE1({}, { others });
    // All slots of e2 are taken, so what it takes over has to wait.
    for (let n = 0; n < 8; n++) await sim.ask('e2', { action: 'busy', params: { id: `${n}` } });
    await world.settle();
    leases.process('e1').pause();
    await leases.pass(2 * LEASE_MS);
    expect(await leases.hint('e2')).toBe(1);
    leases.process('e1').goOn();
    await leases.pass(LEASE_MS / 2);
    busy.open('free');
    await leases.pass(0);
    work.open('by e1');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'by e1', execution: { attempts: 1 } });
    expect(sim.executor('e2').admissions.size).toBe(0);
  });
});

describe('a bus that is away for longer than the lease', () => {
  it('makes nobody dead, neither meanwhile nor afterwards', async () => {
    const { leases, sim, bus } = await runningAtE1().then((world) => ({ ...world, bus: world.leases.bus }));
    bus.isReachable = false;
    for (let n = 0; n < 9; n++) {
      await leases.pass(LEASE_MS / 2);
      expect(await leases.hint('e2')).toBe(0);
    }
    bus.isReachable = true;
    for (let n = 0; n < 9; n++) {
      await leases.pass(LEASE_MS / 2);
      expect(await leases.hint('e2')).toBe(0);
    }
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted']);
  });
});

describe('beats', () => {
  it('are one message every third of the lease, whatever runs, and cost the log nothing', async () => {
    const leases = await LeaseWorld.with(['e1', 'e2'], () => [action('pay', () => gate().opened, long)]);
    await leases.sim.ask('e1', { action: 'pay', waitMs: 0 });
    await leases.world.settle();
    const [beats, steps] = [leases.beats, leases.world.history.length];
    await leases.pass(10 * LEASE_MS);
    expect(leases.beats - beats).toBe(2 * 30);
    expect(leases.world.history.slice(steps).filter((step) => / (read|write) /.test(step))).toEqual([]);
  });
});
