import { exploreOrders, SimWorld } from '@action-do/test-support';
import { type ActionContext, ActionError } from '@do-sdk/actions';
import { checkPromises } from '../testing/check-promises.contract.js';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

const policy = { retry: { attemptsMax: 3, initialDelayMs: 60_000, delayMsMax: 60_000, factor: 1 } };
const nothingHappened = () =>
  new ActionError({ code: 'STOPPED', message: 'nothing happened', retryable: true, effect: 'none' });

/** Goes on until it is told to stop, and says then that it did nothing. */
const obedient = (_: unknown, { signal }: ActionContext) =>
  new Promise((__, reject) => signal.addEventListener('abort', () => reject(nothingHappened())));

const onlyId = async (sim: SimExecutors): Promise<string> =>
  [...(await sim.streams()).values()].flat().find(({ type }) => type === 'ActionRequested')?.metadata[
    'executionId'
  ] ?? '';

describe('a cancel (row 22)', () => {
  it('that comes while it is looked who performs the attempt is not forgotten: nobody is called', async () => {
    const world = new SimWorld();
    const bus = new SimBus(world);
    const sim = new SimExecutors(world);
    await sim.start('e1', { actions: [action('pay', () => 'done')], slots: 0, queue: 1 });
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    sim.crash('e1');
    const executor = await sim.start('e2', { actions: [], bus });
    await sim.recover('e2', [...(await sim.streams()).keys()]);
    const begun = () => world.history.some((step) => step.startsWith('e2 answer ActionStarted'));
    await world.run(begun);
    const looking = world.steps.splice(0);
    expect(looking).toMatchObject([{ owner: 'e2', kind: 'read' }]);
    await sim.order('e2', 'cancel', { id: await onlyId(sim) });
    await world.settle();
    executor.registry.learn(TENANT, onTheBus());
    const worker = new SimWorker(bus);
    for (const step of looking) world.put(step);
    await world.settle();
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({
      type: 'ActionFailed',
      data: { effect: 'none', error: { code: 'CANCELLED' } },
    });
    expect(worker.runs).toEqual([]);
  });

  it('of what waits for a slot ends it at once, and it never runs', async () => {
    const work = gate<string>();
    const ran: string[] = [];
    const run = ({ id }: { id: string }) => {
      ran.push(id);
      return work.opened;
    };
    const { sim, world } = await oneExecutor([action('pay', run)], { slots: 1 });
    await sim.ask('e1', { action: 'pay', params: { id: 'first' } });
    const { json } = await sim.answer('e1', { action: 'pay', params: { id: 'second' }, waitMs: 0 });
    const caller = await sim.ask('e1', { action: 'pay', params: { id: 'second' } });
    await world.settle();
    const id = json.execution?.id ?? '';
    expect(await sim.ordered('e1', 'cancel', { id })).toMatchObject({
      how: 'executed',
      code: undefined,
      json: { execution: { status: 'cancelled', effect: 'none', attempts: 0 } },
    });
    expect(await sim.replyTo(caller)).toMatchObject({ code: 'CANCELLED', json: { effect: 'none' } });
    work.open('done');
    await world.run();
    expect(ran).toEqual(['first']);
    expect(sim.executor('e1').admissions.size).toBe(0);
  });

  it('in the backoff ends it at once, names who asked for it and why, and gives its place free', async () => {
    const { sim, world, executor } = await oneExecutor([
      action('pay', () => Promise.reject(nothingHappened()), policy),
    ]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const id = await onlyId(sim);
    const before = world.nowMs;
    const reply = await sim.ordered('e1', 'cancel', { id, reason: 'ordered twice' });
    expect(reply.json.execution).toMatchObject({ status: 'cancelled', error: { code: 'CANCELLED' } });
    expect((await sim.replyTo(caller)).code).toBe('CANCELLED');
    expect(world.nowMs).toBe(before);
    await world.settle();
    expect(executor.admissions.size).toBe(0);
    const [events = []] = (await sim.streams()).values();
    expect(events.slice(-2)).toMatchObject([
      { type: 'ActionCancelRequested', data: { reason: 'ordered twice' }, metadata: { actorId: 'op' } },
      {
        type: 'ActionFailed',
        data: { reason: 'ordered twice', effect: 'none' },
        metadata: { actorId: 'op' },
      },
    ]);
  });

  it('of an attempt under way aborts its signal: it is not tried again, and everybody gets CANCELLED', async () => {
    const { sim, world } = await oneExecutor([action('pay', obedient, policy)]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const reply = await sim.ordered('e1', 'cancel', { id: await onlyId(sim) });
    expect(reply).toMatchObject({
      code: undefined,
      json: { execution: { status: 'cancelled', attempts: 1 } },
    });
    expect(await sim.replyTo(caller)).toMatchObject({
      code: 'CANCELLED',
      json: { effect: 'none', cause: { code: 'STOPPED' } },
    });
    expect(await sim.recorded()).toEqual([
      ...['ActionRequested', 'ActionStarted', 'ActionCancelRequested', 'ActionFailed'],
    ]);
  });

  it('of an attempt that succeeds all the same answers with its result', async () => {
    const work = gate<string>();
    const { sim, world } = await oneExecutor([action('pay', () => work.opened)]);
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const id = await onlyId(sim);
    const soon = await sim.ordered('e1', 'cancel', { id, waitMs: 0 });
    expect(soon).toMatchObject({ how: 'pending', json: { execution: { status: 'running' } } });
    expect(soon.json.execution?.cancelRequestedAt).toBe(new Date(world.nowMs).toISOString());
    const caller = await sim.order('e1', 'cancel', { id });
    await world.settle();
    work.open('paid');
    expect(await sim.replyTo(caller)).toMatchObject({
      how: 'attached',
      json: { result: 'paid', execution: { status: 'succeeded' } },
    });
    const repeated = await sim.ordered('e1', 'cancel', { id });
    expect(repeated).toMatchObject({ how: 'replayed', json: { result: 'paid' } });
    expect((await sim.answer('e1', { action: 'pay' })).json.execution).not.toHaveProperty(
      'cancelRequestedAt',
    );
  });

  it('parks unsafe work as ever where nobody knows what it did', async () => {
    const run = (_: unknown, { signal }: ActionContext) =>
      new Promise((__, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))));
    const { sim, world } = await oneExecutor([action('pay', run, { effects: 'unsafe' })]);
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const id = await onlyId(sim);
    expect((await sim.ordered('e1', 'cancel', { id })).code).toBe('OUTCOME_UNKNOWN');
    expect((await sim.ordered('e1', 'cancel', { id })).code).toBe('OUTCOME_UNKNOWN');
  });

  it('of what is unknown is refused, and says what is possible', async () => {
    const run = () => Promise.reject(new Error('cut off'));
    const { sim } = await oneExecutor([action('pay', run, { effects: 'unsafe' })]);
    await sim.answer('e1', { action: 'pay' });
    expect(await sim.ordered('e1', 'cancel', { id: await onlyId(sim) })).toMatchObject({
      code: 'NOT_POSSIBLE',
      how: 'rejected',
      json: { detail: expect.stringContaining('resolve it') },
    });
  });

  it.each([
    ['NOT_POSSIBLE', 'of a success', 'succeeded'],
    ['NOT_FOUND', 'of what there is not', ''],
  ])('is refused as %s %s', async (code, _, said) => {
    const { sim } = await oneExecutor([action('pay', () => 'done')]);
    const { executionId = '' } = await sim.answer('e1', { action: 'pay' });
    const id = said === '' ? executionId.replace(/-1$/, '-2') : executionId;
    const reply = await sim.ordered('e1', 'cancel', { id });
    expect(reply.code).toBe(code);
    expect(reply.json.detail).toContain(said);
  });

  it('survives the executor: whoever takes over begins nothing anew', async () => {
    const { sim, world } = await oneExecutor([action('pay', () => gate().opened)]);
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const id = await onlyId(sim);
    await sim.ordered('e1', 'cancel', { id, waitMs: 0 });
    sim.crash('e1');
    const e2 = await sim.start('e2', { actions: [action('pay', () => 'again')] });
    await sim.recover('e2', [...(await sim.streams()).keys()]);
    await world.run();
    expect(e2.admissions.size).toBe(0);
    expect((await sim.streams()).values().next().value?.at(-1)).toMatchObject({
      type: 'ActionFailed',
      data: { effect: 'unknown', error: { code: 'CANCELLED', cause: { code: 'LEASE_LOST' } } },
    });
  });

  it('reaches an attempt that another executor performs', async () => {
    const world = new SimWorld();
    const sim = new SimExecutors(world);
    const bus = new SimBus(world);
    for (const name of ['e1', 'e2']) {
      const executor = await sim.start(name, { actions: [action('pay', obedient)], bus, sharesLog: true });
      await executor.start();
    }
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const before = world.nowMs;
    const reply = await sim.ordered('e2', 'cancel', { id: await onlyId(sim) });
    expect(reply.json.execution?.status).toBe('cancelled');
    expect(world.nowMs).toBe(before);
  });

  it.each(['idempotent', 'unsafe', 'verifiable'])(
    'and the end of an attempt, in every order, keep what is promised: %s',
    async (name) => {
      const runs = await exploreOrders(async (choose) => {
        const world = new SimWorld();
        const sim = new SimExecutors(world);
        await sim.start('e1');
        await sim.start('e2');
        await sim.ask('e1', { action: name, params: { id: 'x', first: ['none'] } });
        await world.run(() => world.history.some((step) => step.includes('write ActionRequested')));
        await sim.order('e2', 'cancel', { id: await onlyId(sim) });
        for (let rounds = 0; rounds < 200; rounds++) {
          const learns = world.steps.find(({ kind }) => kind === 'answer');
          const steps = learns ? [learns] : world.steps;
          const step = steps.length > 0 ? steps[choose(steps.length)] : undefined;
          if (step) await world.release(step);
          else if (!(await world.tick())) break;
        }
        await checkPromises(sim);
        const types = await sim.recorded();
        const cancelled = types.indexOf('ActionCancelRequested');
        if (cancelled >= 0) expect(types.slice(cancelled)).not.toContain('ActionStarted');
      }, 5_000);
      expect(runs).toBeGreaterThan(3);
    },
  );
});
