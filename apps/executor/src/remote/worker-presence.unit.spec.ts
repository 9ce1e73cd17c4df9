import { ActionRef, gatewaySubjects, type Handlers } from '@action-do/contracts';
import { StoreUnavailable } from '@action-do/event-store';
import { SimWorld } from '@action-do/test-support';
import { PerformerAwaiter } from '../execution/await-performer.js';
import { Closing } from '../execution/closing.js';
import { FindHandlers } from '../registry/find-handlers.js';
import { action } from '../testing/one-executor.contract.js';
import { ServedExecutor } from '../testing/served-executor.contract.js';
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

describe('who waits until somebody is there', () => {
  /** Waits for a performer of which nothing is heard. */
  async function waiting() {
    const world = new SimWorld();
    const { clock } = world.process('test');
    const presence = { isThere: () => new Promise<boolean>(() => {}) };
    const findKnown = async () => ({ performer: { elsewhere: presence } }) as never;
    const performers = new PerformerAwaiter({ findKnown }, clock, new Closing());
    const over = new AbortController();
    const generation = { request: { action: 'pay', version: 1, deadlineAtMs: clock.nowMs() + 4_000 } };
    let ended = false;
    const wait = performers.wait({ tenant: TENANT, state: { generation } } as never, over.signal);
    void wait.then(() => {
      ended = true;
    });
    await world.calm();
    return { world, over, hasEnded: () => ended };
  }

  it('waits until its deadline, and no longer for whoever does not say', async () => {
    const { world, hasEnded } = await waiting();
    const fromMs = world.nowMs;
    await world.run(hasEnded);
    expect([hasEnded(), world.nowMs - fromMs]).toEqual([true, 4_000]);
  });

  it('is told at once that nobody wants it any more', async () => {
    const { world, over, hasEnded } = await waiting();
    over.abort();
    await world.calm();
    expect([hasEnded(), world.timerCount]).toEqual([true, 0]);
  });
});

describe('whether somebody is there, as a catalogue is told', () => {
  const refs = (...versions: number[]): ActionRef[] =>
    versions.map((version) => ActionRef.parse({ name: 'pay', version }));
  type Started = Awaited<ReturnType<typeof started>>;

  async function told({ world, executor }: Pick<Started, 'world' | 'executor'>, ...versions: number[]) {
    const finding = executor.findHandlers.find(TENANT, refs(...versions));
    let found: Handlers[] | undefined;
    void finding.then((handlers) => {
      found = handlers;
    });
    await world.run(() => found !== undefined);
    return found;
  }
  const later = async ({ world }: Started, ms: number): Promise<void> => {
    let isLater = false;
    world.process('test').clock.after(ms, () => {
      isLater = true;
    });
    await world.run(() => isLater);
  };

  it('is so now, whatever calls may assume: looked for once a second at most', async () => {
    const all = await started();
    const { bus, sim, world, asks } = all;
    expect(await told(all, 1)).toEqual(['absent']);
    const worker = new SimWorker(bus);
    expect(await told(all, 1)).toEqual(['absent']);
    await later(all, 1_000);
    expect(await told(all, 1)).toEqual(['present']);
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
    worker.succeed('done');
    await sim.replyTo(caller);
    worker.die();
    await later(all, 1_000);
    const before = asks();
    expect([await told(all, 1), await told(all, 1), asks() - before]).toEqual([['absent'], ['absent'], 1]);
  });

  it('has no bearing on calls: one that comes with its worker is not refused for what was seen before', async () => {
    const all = await started();
    const { bus, sim, world } = all;
    expect(await told(all, 1)).toEqual(['absent']);
    const worker = new SimWorker(bus);
    await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
  });

  it('is unknown while the bus is out of reach, and where nobody can say: what is performed in a process of others', async () => {
    const all = await started();
    all.bus.isReachable = false;
    expect(await told(all, 1)).toEqual(['unknown']);
    const world = new SimWorld();
    const sharing = { actions: [], bus: new SimBus(world), sharesLog: true };
    const executor = await new SimExecutors(world).start('e1', sharing);
    expect(await told({ world, executor }, 1)).toEqual(['unknown']);
  });

  it('is yes of what this process performs itself, and no of what its module defines no more, where nobody shares its log', async () => {
    const world = new SimWorld();
    const executor = await new SimExecutors(world).start('e1', { actions: [action('pay', () => 1)] });
    expect(await told({ world, executor }, 1, 2)).toEqual(['present', 'absent']);
    executor.registry.replaceOwn(executor.registry.definitions, []);
    expect(await told({ world, executor }, 1, 2)).toEqual(['absent', 'absent']);
  });

  it('is unknown of whoever says nothing for a second; the others are told all the same', async () => {
    const all = await started();
    const { bus, world, executor } = all;
    executor.registry.learn(TENANT, onTheBus({}, { version: 2 }));
    const worker = new SimWorker(bus);
    worker.answersToLose = 1;
    const beganMs = world.nowMs;
    expect(await told(all, 1, 2)).toEqual(['unknown', 'absent']);
    expect(world.nowMs - beganMs).toBe(1_000);
  });

  it('is looked for 32 versions at a time, and no further when time is over', async () => {
    const world = new SimWorld();
    let looked = 0;
    const elsewhere = { look: () => new Promise<Handlers>(() => void looked++) };
    const findKnown = async () => ({ performer: { elsewhere } }) as never;
    const finder = new FindHandlers({ isOwn: () => false }, { findKnown }, world.process('test').clock, true);
    const versions = Array.from({ length: 500 }, (_, index) => index + 1);
    expect(await told({ world, executor: { findHandlers: finder } as never }, ...versions)).toEqual(
      versions.map(() => 'unknown'),
    );
    expect(looked).toBe(32);
  });

  it('is asked by gateways, of a page of versions at most', async () => {
    const served = await ServedExecutor.start([action('pay', () => 1)]);
    const ask = (versions: unknown) => served.ask(gatewaySubjects.registry(TENANT, 'presence'), { versions });
    const [one, two] = refs(1, 2);
    expect((await ask([two, one])).json).toEqual({ handlers: ['absent', 'present'] });
    expect((await ask([])).json).toEqual({ handlers: [] });
    expect((await ask(Array.from({ length: 500 }, () => one))).json).toHaveProperty(
      'handlers.499',
      'present',
    );
    const wrong = [
      Array.from({ length: 501 }, () => one),
      [{ name: 'Pay', version: 1 }],
      [{ name: 'pay' }],
      'pay',
    ];
    for (const versions of wrong) expect((await ask(versions)).code).toBe('BODY_INVALID');
    await served.close();
  });

  it('is unknown where the log cannot be read', async () => {
    const findKnown = () => Promise.reject(new StoreUnavailable('away'));
    const world = new SimWorld();
    const finder = new FindHandlers({ isOwn: () => false }, { findKnown }, world.process('test').clock, true);
    expect(await told({ world, executor: { findHandlers: finder } as never }, 1)).toEqual(['unknown']);
  });
});
