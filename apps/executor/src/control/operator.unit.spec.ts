import { exploreOrders, SimWorld } from '@action-do/test-support';
import { checkPromises } from '../testing/check-promises.contract.js';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';

/** The attempt timeout of the simulated actions, and the lease. */
const QUIET_MS = 1_000 + 2_000;

/** An executor `e1`, and unsafe work at it that nobody knows the outcome of. */
async function parked(first = 'throw') {
  const world = new SimWorld();
  const sim = new SimExecutors(world);
  const executor = await sim.start('e1');
  const { executionId: id = '' } = await sim.answer('e1', {
    action: 'unsafe',
    params: { id: 'x', first: [first] },
  });
  return { world, sim, executor, id };
}

describe('a retry by an operator (row 19)', () => {
  it('does again what nobody knows, under the same effect key, and answers as a call does', async () => {
    const { sim, id, executor } = await parked();
    const reply = await sim.ordered('e1', 'retry', { id, reason: 'billing has none' });
    expect(reply).toMatchObject({
      how: 'executed',
      code: 'OUTCOME_UNKNOWN',
      json: { execution: { generation: 2 } },
    });
    const [one, two] = sim.outside.calls;
    expect(two).toMatchObject({ effectKey: one?.effectKey, executionId: reply.executionId, attempt: 1 });
    const [events = []] = (await sim.streams()).values();
    expect(events.slice(3, 6)).toMatchObject([
      {
        type: 'ActionFailed',
        data: { error: { code: 'OUTCOME_UNKNOWN' }, settledBy: 'operator', reason: 'billing has none' },
        metadata: { actorId: 'op', executionId: id },
      },
      { type: 'ActionRequested', metadata: { actorId: 'op', executionId: reply.executionId } },
      { type: 'ActionStarted', metadata: { actorId: 'op', executionId: reply.executionId } },
    ]);
    expect(executor.admissions.size).toBe(0);
  });

  it('does a failure again that a new call would not', async () => {
    let calls = 0;
    const run = () => {
      if (++calls === 1) throw new Error('lost');
      return 'done';
    };
    const never = {
      effects: 'idempotent',
      idempotency: { reopen: 'never' },
      retry: { attemptsMax: 1 },
    } as const;
    const { sim } = await oneExecutor([action('pay', run, never)]);
    const failed = await sim.answer('e1', { action: 'pay' });
    expect(failed.code).toBe('ACTION_FAILED');
    expect(await sim.answer('e1', { action: 'pay' })).toMatchObject({
      how: 'replayed',
      code: 'ACTION_FAILED',
    });
    const reply = await sim.ordered('e1', 'retry', { id: failed.executionId ?? '' });
    expect(reply.json).toMatchObject({ result: 'done', execution: { generation: 2, actor: { id: 'op' } } });
    expect((await sim.answer('e1', { action: 'pay' })).json).toMatchObject({ result: 'done' });
  });

  it('that is sent again joins what it began', async () => {
    const { sim, id } = await parked();
    const requestId = '00000000-0000-7000-9000-00000000abcd';
    const first = await sim.ordered('e1', 'retry', { id, requestId });
    const again = await sim.ordered('e1', 'retry', { id, requestId });
    expect([again.how, again.executionId]).toEqual(['attached', first.executionId]);
    expect(sim.outside.calls).toHaveLength(2);
  });

  it('that adds nothing needs no room: sent again to an executor that is full, it joins what it began', async () => {
    const work = gate<string>();
    let calls = 0;
    const run = () => {
      if (++calls === 1) throw new Error('lost');
      return work.opened;
    };
    const unsafe = action('pay', run, { effects: 'unsafe' });
    const { sim, world } = await oneExecutor([unsafe], { slots: 1, queue: 0 });
    const { executionId: id = '' } = await sim.answer('e1', { action: 'pay' });
    const requestId = '00000000-0000-7000-9000-00000000abcd';
    await sim.order('e1', 'retry', { id, requestId });
    await world.settle();
    const again = await sim.order('e1', 'retry', { id, requestId });
    expect((await sim.ordered('e1', 'retry', { id })).code).toBe('NOT_POSSIBLE');
    work.open('done');
    expect(await sim.replyTo(again)).toMatchObject({ how: 'attached', json: { result: 'done' } });
  });

  it.each([
    ['NOT_POSSIBLE', 'is succeeded', ''],
    ['NOT_FOUND', 'no execution', '-9'],
  ])('is refused as %s where it %s', async (code, said, number) => {
    const { sim, executor } = await oneExecutor([action('pay', () => 'done')]);
    const { executionId = '' } = await sim.answer('e1', { action: 'pay' });
    const id = number === '' ? executionId : executionId.replace(/-1$/, number);
    const reply = await sim.ordered('e1', 'retry', { id });
    expect(reply).toMatchObject({ code, how: 'rejected', json: { detail: expect.stringContaining(said) } });
    expect(executor.admissions.size).toBe(0);
  });

  it('is refused while an attempt that was given up for dead may be at work', async () => {
    const world = new SimWorld();
    const sim = new SimExecutors(world);
    await sim.start('e1');
    await sim.ask('e1', { action: 'unsafe' });
    await world.run(() => world.steps.some(({ kind }) => kind === 'work'));
    sim.crash('e1');
    await sim.start('e2');
    await sim.recover('e2', [...(await sim.streams()).keys()]);
    await world.run(() => world.history.some((step) => step.includes('e2 answer ActionOutcomeUnknown')));
    const [events = []] = (await sim.streams()).values();
    const id = events[0]?.metadata['executionId'] ?? '';
    const refused = await sim.ordered('e2', 'retry', { id });
    expect(refused).toMatchObject({ code: 'IN_PROGRESS', retryAfterMs: String(QUIET_MS) });
    world.nowMs += QUIET_MS;
    expect((await sim.ordered('e2', 'retry', { id })).json).toMatchObject({ execution: { generation: 2 } });
    await checkPromises(sim);
  });

  it('whose append stays in doubt is not told as done, and is done all the same', async () => {
    const { sim, world, id } = await parked();
    const caller = await sim.order('e1', 'retry', { id });
    // Longer than a caller waits for an append in doubt.
    for (let rounds = 0; sim.waiting.has(caller); rounds++) {
      const [step] = world.steps;
      if (step) await world.release(step, step.kind === 'write' ? 'written-unknown' : undefined);
      else await world.tick();
      if (rounds > 200) throw new Error('the caller is never told');
    }
    expect((await sim.replyTo(caller)).code).toBe('AppendInDoubt');
    await world.run();
    expect(sim.outside.calls).toHaveLength(2);
    await checkPromises(sim);
  });

  it('waits for a slot where none is free', async () => {
    const work = gate<string>();
    const run = ({ id }: { id: string }) => {
      if (id === 'slow') return work.opened;
      throw new Error('no');
    };
    const { sim, world } = await oneExecutor([action('pay', run, { effects: 'unsafe' })], { slots: 1 });
    const { executionId: id = '' } = await sim.answer('e1', { action: 'pay' });
    await sim.ask('e1', { action: 'pay', params: { id: 'slow' } });
    await world.settle();
    const soon = await sim.ordered('e1', 'retry', { id, waitMs: 0 });
    expect(soon).toMatchObject({ how: 'pending', json: { execution: { status: 'pending', generation: 2 } } });
    work.open('done');
    await world.run();
    expect(
      (await sim.ordered('e1', 'retry', { id: soon.executionId ?? '' })).json.execution?.generation,
    ).toBe(3);
  });
});

describe('an executor that has not the action of an execution, where others on its log have', () => {
  it.each(['retry', 'resolve'] as const)('says so at once, so that another is asked: %s', async (verb) => {
    const world = new SimWorld();
    const sim = new SimExecutors(world);
    const bus = new SimBus(world);
    const unsafe = action('pay', () => Promise.reject(new Error('lost')), { effects: 'unsafe' });
    const e1 = await sim.start('e1', { actions: [unsafe], bus, sharesLog: true });
    void e1.registerOwn(TENANT);
    await world.settle();
    await sim.start('e2', { actions: [], bus, sharesLog: true });
    const { executionId: id = '' } = await sim.answer('e1', { action: 'pay' });
    world.nowMs += 60_000;
    const refused = await sim.ordered('e2', verb, { id });
    expect([refused.code, refused.retryAfterMs, refused.json.detail]).toEqual([
      'NO_HANDLER',
      '0',
      expect.stringContaining('others do'),
    ]);
  });
});

describe('an executor whose modules no longer define the action of an execution', () => {
  it('says so, where no other is on its log', async () => {
    const world = new SimWorld();
    const sim = new SimExecutors(world);
    const unsafe = action('pay', () => Promise.reject(new Error('lost')), { effects: 'unsafe' });
    const e1 = await sim.start('e1', { actions: [unsafe] });
    void e1.registerOwn(TENANT);
    await world.settle();
    const { executionId: id = '' } = await sim.answer('e1', { action: 'pay' });
    sim.crash('e1');
    await sim.start('e2', { actions: [] });
    const refused = await sim.ordered('e2', 'retry', { id });
    expect([refused.code, refused.json.detail]).toEqual([
      'NO_HANDLER',
      expect.stringContaining('pay@1 is registered, and no module here defines it'),
    ]);
  });
});

describe('a resolve by an operator (row 19)', () => {
  const later = async (how?: string) => {
    const one = await parked(how);
    one.world.nowMs += QUIET_MS;
    return one;
  };

  it('settles what nobody knew with a result, and every call gets that', async () => {
    const { sim, id } = await later();
    const result = { by: 'hand', attempt: 1 };
    const reply = await sim.ordered('e1', 'resolve', {
      id,
      reason: 'it is there',
      evidence: 'invoice 17',
      outcome: { result },
    });
    expect(reply).toMatchObject({ how: 'executed', json: { result, execution: { status: 'succeeded' } } });
    const again = await sim.answer('e1', { action: 'unsafe', params: { id: 'x', first: ['throw'] } });
    expect(again).toMatchObject({ how: 'replayed', json: { result } });
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({
      type: 'ActionSucceeded',
      data: { settledBy: 'operator', reason: 'it is there', evidence: 'invoice 17' },
      metadata: { actorId: 'op' },
    });
    await checkPromises(sim);
  });

  it('settles it as failed: the word is told as an execution, the calls get the failure', async () => {
    const { sim, id } = await later();
    const outcome = { error: { message: 'not sent', effect: 'none' as const } };
    const word = { id, outcome };
    for (const how of ['executed', 'replayed'])
      expect(await sim.ordered('e1', 'resolve', word)).toMatchObject({
        how,
        code: undefined,
        json: { execution: { status: 'failed', effect: 'none', error: { detail: 'not sent' } } },
      });
    await checkPromises(sim);
  });

  it('is refused until the timeout of the attempt and the lease have passed since it began', async () => {
    const { sim, id, world } = await parked();
    expect(await sim.ordered('e1', 'resolve', { id })).toMatchObject({
      code: 'IN_PROGRESS',
      how: 'rejected',
      retryAfterMs: String(QUIET_MS),
    });
    world.nowMs += QUIET_MS;
    const outcome = { result: { by: 'hand', attempt: 1 } };
    expect((await sim.ordered('e1', 'resolve', { id, outcome })).code).toBeUndefined();
  });

  it('with a result that the action cannot give is refused, naming where', async () => {
    const { sim, id } = await later();
    const outcome = { result: { by: 'hand' } };
    expect(await sim.ordered('e1', 'resolve', { id, outcome })).toMatchObject({
      code: 'BODY_INVALID',
      json: { issues: [{ path: 'outcome.result.attempt' }] },
    });
    expect((await sim.recorded()).at(-1)).toBe('ActionOutcomeUnknown');
  });

  it('of what settled itself is not possible', async () => {
    const { sim } = await parked();
    const { executionId: id = '' } = await sim.answer('e1', { action: 'idempotent' });
    expect((await sim.ordered('e1', 'resolve', { id })).code).toBe('NOT_POSSIBLE');
  });
});

describe('what nobody knows', () => {
  it.each<[string, 'retry' | 'resolve']>([
    ['a retry', 'retry'],
    ['a resolve', 'resolve'],
  ])('is closed once, whoever comes first: its late attempt, a resolve, or %s', async (_, verb) => {
    const runs = await exploreOrders(async (choose) => {
      const { sim, world, id } = await parked('hang');
      // Given up and parked: its late end waits to be written.
      world.nowMs += QUIET_MS;
      const outcome = { result: { by: 'hand', attempt: 1 } };
      await sim.order('e1', 'resolve', { id, outcome });
      await sim.order('e1', verb, { id, outcome: { result: { by: 'foot', attempt: 1 } } });
      for (let rounds = 0; rounds < 200; rounds++) {
        const learns = world.steps.find(({ kind }) => kind === 'answer');
        const steps = learns ? [learns] : world.steps;
        const step = steps.length > 0 ? steps[choose(steps.length)] : undefined;
        if (step) await world.release(step);
        else if (!(await world.tick())) break;
      }
      await checkPromises(sim);
    }, 20_000);
    expect(runs).toBeGreaterThan(5);
  });
});
