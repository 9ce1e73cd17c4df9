import { BusClosed } from '@action-do/messaging';
import { SimWorld } from '@action-do/test-support';
import type { ActionDefinition } from '@do-sdk/actions';
import type { ExecutorParts } from '../executor.js';
import { action, gate } from '../testing/one-executor.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';

/** Two executors that share a log and a bus. */
async function two(of: (name: string) => ActionDefinition, parts: Partial<ExecutorParts> = {}) {
  const world = new SimWorld();
  const sim = new SimExecutors(world);
  const bus = new SimBus(world);
  for (const name of ['e1', 'e2'])
    await sim.start(name, { actions: [of(name)], bus, sharesLog: true, ...parts });
  const hint = async (name: string): Promise<number> => {
    const streams = [...(await sim.streams()).keys()];
    const hinted = sim.executor(name).recoverExecutions.recoverHinted(streams);
    await world.settle();
    return (await hinted).open;
  };
  const started = async () => (await sim.recorded()).filter((type) => type === 'ActionStarted').length;
  return { world, sim, bus, hint, started };
}

const long = { attemptTimeoutMs: 120_000 };

describe('executors that share a log', () => {
  it('and do not listen yet leave an attempt that runs to whoever began it', async () => {
    const work = gate<string>();
    const { sim, world, hint, started } = await two(() => action('pay', () => work.opened, long));
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    sim.crash('e1');
    expect([await hint('e2'), await hint('e2'), await started()]).toEqual([0, 0, 1]);
  });

  it('take up what waited for its next attempt with one that died', async () => {
    const policy = { retry: { initialDelayMs: 1_000 } };
    const { sim, world, hint, started } = await two((name) =>
      action('pay', () => (name === 'e1' ? Promise.reject(new Error('no')) : 'by e2'), policy),
    );
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    sim.crash('e1');
    expect(await hint('e2')).toBe(1);
    expect((await sim.answer('e2', { action: 'pay' })).json.result).toBe('by e2');
    expect(await started()).toBe(2);
  });

  it('begin what waits for a slot elsewhere once, whoever begins it, and its caller gets the outcome', async () => {
    const first = gate<string>();
    let calls = 0;
    const { sim, world, hint } = await two(
      () => action('pay', ({ id }) => (id === 'first' ? first.opened : `call ${++calls}`), long),
      { slots: 1 },
    );
    await sim.ask('e1', { action: 'pay', params: { id: 'first' } });
    await world.settle();
    const caller = await sim.ask('e1', { action: 'pay', params: { id: 'second' } });
    await world.settle();
    // The first runs at e1, the second waits there for its slot.
    expect(await hint('e2')).toBe(1);
    expect((await sim.replyTo(caller)).json.result).toBe('call 1');
    first.open('done');
    await world.run();
    expect(calls).toBe(1);
  });

  it('tell each other of outcomes: a caller that waits at the other has it at once', async () => {
    const work = gate<string>();
    const { sim, world, bus } = await two(() => action('pay', () => work.opened, long));
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const caller = await sim.ask('e2', { action: 'pay' });
    await world.settle();
    const begin = world.nowMs;
    work.open('done');
    expect((await sim.replyTo(caller)).json.result).toBe('done');
    expect(world.nowMs - begin).toBe(0);
    await world.settle();
    expect(world.timerCount).toBe(0);
    expect(bus.sent.filter((subject) => subject.endsWith('.settled'))).toHaveLength(1);
    expect(bus.listening).toBe(0);
  });

  it('that tell nobody, since the bus is away, lose a second and nothing else', async () => {
    const work = gate<string>();
    const { sim, world, bus } = await two(() => action('pay', () => work.opened, long));
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const caller = await sim.ask('e2', { action: 'pay' });
    await world.settle();
    bus.publish = () => {
      throw new Error('closed');
    };
    const begin = world.nowMs;
    work.open('done');
    expect((await sim.replyTo(caller)).json.result).toBe('done');
    expect(world.nowMs - begin).toBeLessThanOrEqual(1_000);
  });

  it('answer a caller that waits although the bus takes no listener any more', async () => {
    const work = gate<string>();
    const { sim, world, bus } = await two(() => action('pay', () => work.opened, long));
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    bus.subscribe = () => {
      throw new BusClosed();
    };
    const caller = await sim.ask('e2', { action: 'pay' });
    await world.settle();
    work.open('done');
    const reply = await sim.replyTo(caller);
    expect([reply.how, reply.json.result, sim.troubles]).toEqual(['attached', 'done', []]);
  });

  it('and do not have the same actions: what only others perform is NO_HANDLER, to be asked again, and no hint is followed', async () => {
    const policy = { retry: { initialDelayMs: 1_000 } };
    const { sim, world, hint } = await two((name) =>
      action(name === 'e1' ? 'pay' : 'other', () => Promise.reject(new Error('no')), policy),
    );
    const registered = sim.executor('e1').registerOwn(TENANT);
    await world.settle();
    await registered;
    const refused = await sim.answer('e2', { action: 'pay' });
    expect(refused).toMatchObject({ code: 'NO_HANDLER', json: { retryable: true, effect: 'none' } });
    expect((await sim.answer('e2', { action: 'pay', version: 7 })).code).toBe('ACTION_UNKNOWN');
    expect((await sim.answer('e2', { action: 'nothing' })).code).toBe('ACTION_UNKNOWN');
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    sim.crash('e1');
    expect(await hint('e2')).toBe(0);
    expect((await sim.recorded()).at(-1)).toBe('ActionAttemptFailed');
  });
});
