import { HEADERS } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import type { PolicyOptions } from '@do-sdk/actions';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, silent, TENANT } from '../testing/sim-executors.contract.js';
import { encode, onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

const RETRY = { attemptsMax: 3, initialDelayMs: 100, delayMsMax: 100, factor: 1 };

/** One executor and one worker of `pay`; the worker was asked to perform an attempt. */
async function asked(policy: Partial<PolicyOptions> = {}) {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const sim = new SimExecutors(world);
  const executor = await sim.start('e1', { actions: [], bus });
  const registered = onTheBus({ retry: RETRY, ...policy });
  executor.registry.learn(TENANT, registered);
  const worker = new SimWorker(bus);
  const caller = await sim.ask('e1', { action: 'pay', waitMs: 60_000 });
  await world.run(() => worker.runs.length === 1);
  const begunAtMs = world.nowMs;
  const states = () => sim.recorded();
  const passed = () => world.nowMs - begunAtMs;
  /** Lets time pass, without an answer of anybody. */
  const pass = (ms: number) => world.run(() => passed() >= ms);
  return { world, bus, sim, executor, worker, caller, registered, states, passed, pass };
}

const REQUESTED = ['ActionRequested', 'ActionStarted'];

describe('an attempt on the bus', () => {
  it('tells the worker what it needs, and its answer is the outcome', async () => {
    const { sim, worker, caller, states } = await asked();
    const [run] = worker.runs;
    expect(run?.params).toEqual({ id: 'x', note: 'none' });
    expect(run?.headers).toEqual({
      [HEADERS.executionId]: expect.stringMatching(/^exe_[0-9a-f]{32}-1$/),
      [HEADERS.idempotencyKey]: expect.stringMatching(/^[0-9a-f]{32}-1$/),
      [HEADERS.attempt]: '1',
      [HEADERS.timeoutMs]: '10000',
    });
    worker.succeed({ paid: true });
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: { paid: true } });
    expect(await states()).toEqual([...REQUESTED, 'ActionSucceeded']);
  });

  it('that has not ended by the deadline is asked for at its probe, which has the time of an attempt', async () => {
    const { sim, worker, caller } = await asked({ effects: 'verifiable', deadlineMs: 10_000 });
    worker.probed = { state: 'applied', result: 'found' };
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'found' });
    expect(worker.probes.map(({ headers }) => headers[HEADERS.timeoutMs])).toEqual(['10000']);
  });

  it('leaves no timer and no open request behind', async () => {
    const { sim, world, worker, caller } = await asked();
    worker.succeed(1);
    await sim.replyTo(caller);
    await world.settle();
    expect(world.timerCount).toBe(0);
  });

  it('of a worker that dies is found out within two to three leases: unsafe work is OUTCOME_UNKNOWN', async () => {
    const { sim, worker, caller, passed, states } = await asked({ effects: 'unsafe' });
    worker.die();
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
    expect(passed()).toBeGreaterThanOrEqual(4_000);
    expect(passed()).toBeLessThanOrEqual(6_000);
    expect(await states()).toEqual([...REQUESTED, 'ActionOutcomeUnknown']);
  });

  it('of a worker that dies beside others is found out by their silence', async () => {
    const { bus, sim, worker, caller, passed } = await asked({ effects: 'unsafe' });
    const other = new SimWorker(bus);
    worker.die();
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
    expect(passed()).toBeLessThanOrEqual(6_100);
    expect(other.runs).toEqual([]);
  });

  it('of a worker that dies is made again by another where the class allows it, at once', async () => {
    const { bus, world, sim, worker, caller } = await asked();
    const other = new SimWorker(bus);
    worker.die();
    await world.run(() => other.runs.length === 1);
    expect(other.runs[0]?.headers).toMatchObject({ [HEADERS.attempt]: '2' });
    expect(other.runs[0]?.headers[HEADERS.idempotencyKey]).toBe(
      worker.runs[0]?.headers[HEADERS.idempotencyKey],
    );
    other.succeed('by the other');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'by the other' });
  });

  it('goes on for as long as the worker says that it runs, and then times out', async () => {
    const { sim, worker, caller, passed } = await asked({ effects: 'unsafe', attemptTimeoutMs: 9_000 });
    const reply = await sim.replyTo(caller);
    expect([reply.code, passed(), reply.json.detail]).toEqual([
      'OUTCOME_UNKNOWN',
      9_000,
      expect.stringMatching(/did not end within 9000 ms/),
    ]);
    expect(worker.aborted).toEqual([{ attempt: 1 }]);
  });

  it('whose answer was lost ends with what the worker says when asked', async () => {
    const { sim, worker, caller, passed, states } = await asked({ effects: 'unsafe' });
    worker.succeed('done', undefined, true);
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'done' });
    expect(passed()).toBe(2_000);
    expect(await states()).toEqual([...REQUESTED, 'ActionSucceeded']);
  });

  it('that failed, its answer lost, ends with that failure', async () => {
    const { sim, worker, caller } = await asked({ effects: 'unsafe' });
    const failure = {
      error: { code: 'ACTION_FAILED', message: 'no money' },
      effect: 'none',
      retryable: false,
    };
    worker.says.set(worker.runs[0]?.name ?? '', { state: 'failed', failure });
    expect((await sim.replyTo(caller)).json).toMatchObject({ detail: 'no money', effect: 'none' });
  });

  it('survives two silences in a row, again and again: an answer can get lost', async () => {
    const { sim, worker, caller, pass, states } = await asked({
      effects: 'unsafe',
      attemptTimeoutMs: 60_000,
    });
    for (let round = 1; round <= 4; round++) {
      worker.answersToLose = 2;
      await pass(round * 10_000);
      expect(worker.answersToLose).toBeLessThanOrEqual(0);
    }
    worker.succeed('done');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'done' });
    expect(await states()).toHaveLength(3);
  });

  it('that is asked about and gets nonsense for an answer is not thereby known', async () => {
    const { sim, worker, caller } = await asked({ effects: 'unsafe' });
    worker.says.set(worker.runs[0]?.name ?? '', { state: 'here' });
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
  });
});

describe('an attempt that was given up', () => {
  it('and ends after all closes what was parked as unknown (row 20)', async () => {
    const { bus, sim, world, worker, caller, states } = await asked({ effects: 'unsafe' });
    const [run] = worker.runs;
    worker.die();
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
    expect(bus.sent.at(-1)).toMatch(/\.abort$/);
    worker.succeed('late but true', run);
    await world.settle();
    expect(await states()).toEqual([...REQUESTED, 'ActionOutcomeUnknown', 'ActionSucceeded']);
    expect((await sim.answer('e1', { action: 'pay' })).json).toMatchObject({ result: 'late but true' });
  });

  it('and ends after another was begun is kept as a late outcome, and changes nothing', async () => {
    const { bus, sim, world, worker, caller, states } = await asked();
    const [run] = worker.runs;
    const other = new SimWorker(bus);
    worker.die();
    await world.run(() => other.runs.length === 1);
    worker.succeed('late', run);
    await world.settle();
    other.succeed('second');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'second' });
    expect(await states()).toEqual([
      ...REQUESTED,
      'ActionAttemptFailed',
      'ActionStarted',
      'ActionLateOutcome',
      'ActionSucceeded',
    ]);
  });

  it('is waited for until a minute behind the deadline, and holds no slot meanwhile', async () => {
    const { executor, sim, world, worker, caller } = await asked({ effects: 'unsafe', deadlineMs: 20_000 });
    worker.die();
    await sim.replyTo(caller);
    expect(executor.admissions.size).toBe(0);
    await world.run();
    expect(world.timerCount).toBe(0);
    const [run] = worker.runs;
    worker.succeed('too late', run);
    await world.settle();
    expect((await sim.answer('e1', { action: 'pay' })).code).toBe('OUTCOME_UNKNOWN');
  });

  it('whose answer is lost is asked about now and then', async () => {
    const { sim, world, worker, caller, states } = await asked({
      effects: 'unsafe',
      attemptTimeoutMs: 5_000,
    });
    await sim.replyTo(caller);
    expect((await states()).at(-1)).toBe('ActionOutcomeUnknown');
    worker.succeed('done', undefined, true);
    await world.run();
    expect((await states()).at(-1)).toBe('ActionSucceeded');
  });

  it('whose request the bus lost is asked about now and then', async () => {
    const { bus, sim, world, worker, caller, states } = await asked({
      effects: 'unsafe',
      attemptTimeoutMs: 5_000,
    });
    bus.interrupt();
    await world.run(() => !sim.waiting.has(caller));
    expect((await states()).at(-1)).toBe('ActionOutcomeUnknown');
    bus.isReachable = true;
    worker.succeed('done', undefined, true);
    await world.run();
    expect((await states()).at(-1)).toBe('ActionSucceeded');
  });
});

describe('trouble of the bus', () => {
  it('before anything was sent is no attempt of which something can be unknown', async () => {
    const { bus, world, worker, sim, states } = await asked({ effects: 'unsafe', retry: RETRY });
    worker.succeed(1);
    await world.settle();
    bus.isReachable = false;
    const caller = await sim.ask('e1', { action: 'pay', params: { id: 'y' }, waitMs: 60_000 });
    bus.sent.length = 0;
    await world.run(() => [...sim.waiting.keys()].length === 0 || world.history.length > 60);
    bus.isReachable = true;
    expect(worker.runs).toHaveLength(1);
    await expect(states()).rejects.toThrow('there are 2 streams');
    const [, second = []] = [...(await sim.streams()).values()];
    expect(second[2]?.data).toMatchObject({ error: { code: 'UNAVAILABLE' }, effect: 'none' });
    expect(sim.waiting.has(caller) || sim.replies.at(-1)?.code).toBeTruthy();
  });

  it('while the worker works ends nothing: it is asked as soon as the bus answers again', async () => {
    const { bus, sim, worker, caller, pass, states } = await asked({
      effects: 'unsafe',
      attemptTimeoutMs: 30_000,
    });
    bus.interrupt();
    await pass(20_000);
    expect(await states()).toEqual(REQUESTED);
    worker.succeed('done meanwhile', undefined, true);
    bus.isReachable = true;
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'done meanwhile' });
  });

  it('that is its end leaves the attempt open for the next start', async () => {
    const { bus, executor, world, states } = await asked({ effects: 'unsafe' });
    let stopped = false;
    void executor.stop(1_000).then(() => {
      stopped = true;
    });
    await world.run(() => stopped);
    await bus.close();
    await world.settle();
    expect(await states()).toEqual(REQUESTED);
  });
});

describe('a heartbeat', () => {
  it('begins the timeout of the attempt that it names anew', async () => {
    const { executor, sim, worker, caller, pass, passed } = await asked({
      effects: 'unsafe',
      attemptTimeoutMs: 5_000,
    });
    void executor.start();
    await pass(4_000);
    worker.beat();
    await pass(8_000);
    expect(sim.waiting.has(caller)).toBe(true);
    await sim.replyTo(caller);
    expect(passed()).toBeGreaterThanOrEqual(9_000);
    expect(passed()).toBeLessThan(9_500);
    await executor.stop(0);
  });

  it.each([
    encode({ attempt: 2 }),
    encode({ attempt: '1' }),
    encode(null),
    new Uint8Array([255]),
    encode('x'.repeat(300)),
  ])('of another attempt, or none at all, changes nothing', async (payload) => {
    const { bus, executor, sim, worker, caller, pass, passed } = await asked({
      effects: 'unsafe',
      attemptTimeoutMs: 5_000,
    });
    void executor.start();
    await pass(4_000);
    const [execution = ''] = worker.runs[0]?.name.split(' ') ?? [];
    bus.publish(`do.v1.hb.${TENANT}.${execution}`, payload);
    await sim.replyTo(caller);
    expect(passed()).toBeLessThan(5_500);
    await executor.stop(0);
  });
});

describe('a worker that is not there', () => {
  it('at the moment of the call after the claim is NO_HANDLER with effect none, and tried again (row 18b)', async () => {
    const { bus, sim, world, worker } = await asked({ effects: 'unsafe', retry: RETRY });
    worker.succeed(1);
    await world.settle();
    worker.die();
    const caller = await sim.ask('e1', { action: 'pay', params: { id: 'y' } });
    await world.run(() => world.history.some((step) => step.includes('answer ActionAttemptFailed')));
    const back = new SimWorker(bus);
    await world.run(() => back.runs.length === 1);
    expect(back.runs[0]?.headers[HEADERS.attempt]).toBe('2');
    back.succeed('back');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'back' });
    const [, events = []] = [...(await sim.streams()).values()];
    expect(events[2]).toMatchObject({ data: { error: { code: 'NO_HANDLER' }, effect: 'none' } });
  });
});

describe('an error of ours', () => {
  it('in an answer is recorded, not thrown', async () => {
    const { sim, worker, caller, executor } = await asked();
    expect(executor.logger).toBe(silent);
    worker.runs[0]?.respond(encode({ error: { code: 'NONSENSE' } }), { [HEADERS.errorCode]: '500' });
    await sim.replyTo(caller).catch(() => {});
    expect((await sim.recorded())[2]).toBe('ActionAttemptFailed');
  });
});
