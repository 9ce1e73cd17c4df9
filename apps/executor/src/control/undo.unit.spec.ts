import { exploreOrders, SimWorld } from '@action-do/test-support';
import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { findOpenStreams } from '../recovery/find-open-streams.js';
import { RecoveryMark } from '../recovery/recovery-mark.js';
import { checkPromises } from '../testing/check-promises.contract.js';
import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';
import { oneExecutor } from '../testing/one-executor.contract.js';
import { type Reply, SimExecutors, silent } from '../testing/sim-executors.contract.js';

/** An executor `e1`, and an execution at it that succeeded. @param undo what the first attempts to undo it come to */
async function done(undo: readonly string[] = [], action = 'idempotent') {
  const world = new SimWorld();
  const sim = new SimExecutors(world);
  const executor = await sim.start('e1');
  // Defaults are filled in in place: each call has params of its own.
  const again = (): Promise<Reply> => sim.answer('e1', { action, params: { id: 'x', undo: [...undo] } });
  const first = await again();
  return { world, sim, executor, first, id: first.executionId ?? '', again };
}

describe('an undo (row 25)', () => {
  it('takes back what succeeded, with a key of its own, and is told as an execution', async () => {
    const { sim, id, executor } = await done();
    expect(await sim.ordered('e1', 'undo', { id, reason: 'withdrew' })).toMatchObject({
      how: 'executed',
      code: undefined,
      json: { execution: { id, status: 'undone' } },
    });
    expect(sim.outside.undos).toMatchObject([{ executionId: id, effectKey: `undo:${id}`, attempt: 1 }]);
    const [events = []] = (await sim.streams()).values();
    expect(events.slice(-3)).toMatchObject([
      { type: 'ActionUndoRequested', data: { reason: 'withdrew' }, metadata: { actorId: 'op' } },
      { type: 'ActionUndoStarted', data: { attempt: 1, executor: 'e1' } },
      { type: 'ActionUndone', metadata: { actorId: 'op', executionId: id } },
    ]);
    expect(executor.admissions.size).toBe(0);
    await checkPromises(sim);
  });

  it('once done lets the next call do the work anew, as a generation with a new effect key', async () => {
    const { sim, id, again, first } = await done();
    await sim.ordered('e1', 'undo', { id });
    const next = await again();
    expect(next).toMatchObject({ how: 'executed', json: { execution: { generation: 2 } } });
    expect(next.executionId).not.toBe(first.executionId);
    const [one, two] = sim.outside.effects;
    expect(one?.effectKey).not.toBe(two?.effectKey);
    await checkPromises(sim);
  });

  it('under way is joined by a second undo', async () => {
    const { sim, world, id, again } = await done();
    const callers = [await sim.order('e1', 'undo', { id })];
    await world.run(() => world.steps.some(({ kind }) => kind === 'work'));
    callers.push(await sim.order('e1', 'undo', { id }));
    const reads = () => world.steps.find(({ kind }) => kind === 'read');
    for (let read = reads(); read; read = reads()) await world.release(read);
    const hows = [];
    for (const caller of callers) {
      const { how, json } = await sim.replyTo(caller);
      hows.push([how, json.execution?.status]);
    }
    expect(hows).toEqual([
      ['executed', 'undone'],
      ['attached', 'undone'],
    ]);
    expect((await again()).json.execution?.generation).toBe(2);
    expect((await sim.recorded()).filter((type) => type === 'ActionUndoRequested')).toHaveLength(1);
  });

  it('that is slow is told as pending, and the execution as being undone; a call meanwhile gets IN_PROGRESS', async () => {
    const { sim, id, again } = await done(['throw', 'throw']);
    const soon = await sim.ordered('e1', 'undo', { id, waitMs: 0 });
    expect(soon).toMatchObject({
      how: 'pending',
      code: undefined,
      json: { execution: { status: 'succeeded', undo: { status: 'waiting', attempts: 0, effect: 'none' } } },
    });
    expect(await again()).toMatchObject({ how: 'rejected', code: 'IN_PROGRESS' });
    expect((await sim.ordered('e1', 'undo', { id })).json.execution?.status).toBe('undone');
    expect(sim.outside.undos.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it.each([
    ['in all its attempts', ['throw', 'throw', 'throw', 'throw'], 4],
    ['for good', ['final'], 1],
  ])(
    'that fails %s in doubt says so, is told what it came to, and may be asked for anew',
    async (_, undo, attempts) => {
      const { sim, id, again, executor } = await done(undo);
      const requestId = '00000000-0000-7000-8000-000000000001';
      const failed = await sim.ordered('e1', 'undo', { id, requestId });
      const repeated = await sim.ordered('e1', 'undo', { id, requestId });
      expect(repeated).toMatchObject({ how: 'replayed', code: failed.code, json: { effect: 'unknown' } });
      expect(sim.outside.undos).toHaveLength(attempts);
      expect(failed).toMatchObject({
        code: 'COMPENSATION_FAILED',
        json: {
          effect: 'unknown',
          detail: expect.stringContaining('may have been undone'),
          execution: {
            status: 'succeeded',
            effect: 'applied',
            undo: { status: 'failed', attempts, effect: 'unknown' },
          },
        },
      });
      expect(await again()).toMatchObject({
        how: 'replayed',
        json: { execution: { undo: { status: 'failed' } } },
      });
      expect((await sim.ordered('e1', 'undo', { id })).json.execution?.status).toBe('undone');
      expect(sim.outside.undos).toHaveLength(attempts + 1);
      expect(executor.admissions.size).toBe(0);
      await checkPromises(sim);
    },
  );

  it('that hangs is given up after the timeout of an attempt, told to stop, and counts where it ends late', async () => {
    const { sim, id } = await done(['hang']);
    expect((await sim.ordered('e1', 'undo', { id })).json.execution?.status).toBe('undone');
    const types = await sim.recorded();
    expect(types.slice(4, 6)).toEqual(['ActionUndoStarted', 'ActionUndoFailed']);
    expect(types.at(-1)).toBe('ActionUndone');
  });

  it('of what has none is not possible, nor is one of a failure', async () => {
    const { sim, id } = await done([], 'verifiable');
    expect(await sim.ordered('e1', 'undo', { id })).toMatchObject({
      code: 'NOT_POSSIBLE',
      json: { detail: expect.stringContaining('has no undo') },
    });
    const params = { id: 'y', first: ['final'] };
    const failed = await sim.answer('e1', { action: 'idempotent', params });
    expect(await sim.ordered('e1', 'undo', { id: failed.executionId ?? '' })).toMatchObject({
      code: 'NOT_POSSIBLE',
      json: { detail: expect.stringContaining('is failed') },
    });
  });

  it('of a generation that another followed is not possible', async () => {
    const { sim, id, again } = await done();
    await sim.ordered('e1', 'undo', { id });
    const next = await again();
    expect((await sim.ordered('e1', 'undo', { id })).json.detail).toContain(
      `followed by ${next.executionId}`,
    );
  });

  it('of an unsafe action has more than its one attempt', async () => {
    const { sim, id } = await done(['throw', 'throw'], 'unsafe');
    expect((await sim.ordered('e1', 'undo', { id })).json.execution?.status).toBe('undone');
  });

  it('is refused while the executor holds as much as it may, and nothing is recorded', async () => {
    const undoable = defineAction({
      ...{ name: 'pay', effects: 'idempotent', params: z.object({ id: z.string() }), result: z.any() },
      run: ({ id }) => (id === 'slow' ? new Promise(() => {}) : id),
      undo: () => {},
    });
    const { sim, world } = await oneExecutor([undoable], { slots: 1, queue: 0 });
    const { executionId: id = '' } = await sim.answer('e1', { action: 'pay', params: { id: 'a' } });
    await sim.ask('e1', { action: 'pay', params: { id: 'slow' } });
    await world.settle();
    expect((await sim.ordered('e1', 'undo', { id })).code).toBe('RATE_LIMITED');
  });
});

describe('an undo that finds no slot, as handlers that never return have them all', () => {
  const common = { params: z.object({ id: z.string() }), result: z.any(), effects: 'idempotent' } as const;
  const policy = { deadlineMs: 5_000, attemptTimeoutMs: 1_000, retry: { attemptsMax: 1 } };
  const hang = defineAction({
    ...common,
    ...policy,
    name: 'hang',
    run: () => new Promise<void>(() => {}),
  });
  const pay = (undo: () => void | Promise<void>) =>
    defineAction({ ...common, ...policy, name: 'pay', run: () => 'paid', undo });
  /** Of its one slot, and of the one that an overdue handler gives back. */
  async function takeSlots(sim: SimExecutors, executor: string): Promise<void> {
    for (const id of ['1', '2']) {
      const { code } = await sim.answer(executor, { action: 'hang', params: { id } });
      expect(code).toBe('TIMED_OUT');
    }
  }
  async function withoutSlots() {
    const { sim, world, executor } = await oneExecutor([pay(() => {}), hang], { slots: 1, queue: 8 });
    const { executionId: id = '' } = await sim.answer('e1', { action: 'pay' });
    await takeSlots(sim, 'e1');
    await sim.order('e1', 'undo', { id });
    await world.settle();
    return { sim, world, executor };
  }

  it('ends with its deadline, nothing undone, and holds nothing behind it', async () => {
    const { sim, world, executor } = await withoutSlots();
    await world.run();
    const [events = []] = (await sim.streams()).values();
    expect(events.slice(-2)).toMatchObject([
      { type: 'ActionUndoRequested' },
      {
        type: 'ActionUndoFailed',
        data: { error: { code: 'TIMED_OUT' }, effect: 'none', nextAttemptAtMs: null },
      },
    ]);
    expect([executor.admissions.size, world.timerCount]).toEqual([0, 0]);
    expect(await sim.answer('e1', { action: 'pay' })).toMatchObject({ how: 'replayed', code: undefined });
  });

  it('is left to the next start when the executor drains', async () => {
    const { sim, world, executor } = await withoutSlots();
    const [stream = ''] = (await sim.streams()).keys();
    void executor.stop(100);
    await world.settle();
    expect([executor.admissions.size, executor.admissions.streams()]).toEqual([0, [stream]]);
  });

  it('and was taken over from a dead executor ends so, too', async () => {
    const world = new SimWorld();
    const sim = new SimExecutors(world);
    await sim.start('e1', { actions: [pay(() => new Promise<void>(() => {}))] });
    const { executionId: id = '' } = await sim.answer('e1', { action: 'pay' });
    const executor = await sim.start('e2', { actions: [pay(() => {}), hang], slots: 1, queue: 8 });
    await takeSlots(sim, 'e2');
    await sim.order('e1', 'undo', { id });
    await world.settle();
    sim.crash('e1');
    await sim.recover('e2', [...(await sim.streams()).keys()]);
    await world.run();
    const [events = []] = (await sim.streams()).values();
    expect(events.slice(-2)).toMatchObject([
      { type: 'ActionUndoStarted' },
      { type: 'ActionUndoFailed', data: { error: { code: 'LEASE_LOST' }, nextAttemptAtMs: null } },
    ]);
    expect([executor.admissions.size, world.timerCount]).toEqual([0, 0]);
  });
});

describe('an undo whose executor dies', () => {
  it.each([false, true])(
    'at any step is taken up and comes to its end; its last write lands: %s',
    async (landing) => {
      let deaths = 0;
      const runs = await exploreOrders(async (choose) => {
        const { world, sim, id } = await done(['throw']);
        await sim.order('e1', 'undo', { id });
        let isAlive = true;
        for (let rounds = 0; rounds < 100; rounds++) {
          const [step] = world.steps;
          const canLand = !landing || step?.kind === 'write';
          if (isAlive && step && canLand && choose(2) === 1) {
            isAlive = false;
            deaths++;
            sim.crash('e1', landing);
            await world.settle();
            await sim.start('e2');
            await sim.recover('e2', [...(await sim.streams()).keys()]);
          } else if (step) await world.release(step);
          else if (!(await world.tick())) break;
        }
        const types = await sim.recorded();
        await checkPromises(sim);
        if (types.includes('ActionUndoRequested')) expect(types.at(-1)).toBe('ActionUndone');
      }, 1_000);
      expect(runs).toBeGreaterThan(2);
      expect(deaths).toBe(runs - 1);
    },
  );

  it.each([
    ['while it has attempts left', ['throw', 'throw', 'throw'], 'ActionUndoFailed', 1],
    ['not once it is undone', [], 'ActionUndone', 0],
    ['not once it was given up', ['final'], 'ActionUndoFailed', 0],
  ])('is found in the log by the next start %s', async (_, undo, until, open) => {
    const { world, sim, id } = await done(undo);
    await sim.order('e1', 'undo', { id });
    await world.run(() => world.history.some((step) => step.includes(`write ${until}`)));
    sim.crash('e1', true);
    await world.settle();
    const mark = new RecoveryMark('no such file');
    expect((await findOpenStreams(world.log, mark, world.process('').clock, silent)).size).toBe(open);
  });

  it('comes to an end where the undo kills its process each time', async () => {
    const { world, sim, id } = await done();
    await sim.order('e1', 'undo', { id });
    for (const [dying, next] of [
      ['e1', 'e2'],
      ['e2', 'e3'],
      ['e3', 'e4'],
      ['e4', 'e5'],
    ] as const) {
      await world.run(() => world.steps.some(({ kind }) => kind === 'work'));
      sim.crash(dying);
      await sim.start(next);
      await sim.recover(next, [...(await sim.streams()).keys()]);
    }
    await world.run();
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({
      type: 'ActionUndoFailed',
      data: { attempt: 4, nextAttemptAtMs: null, error: { code: 'LEASE_LOST' } },
    });
  });

  it('is taken up by another on a shared log within two leases, and not while it lives', async () => {
    const pay = (name: string) =>
      defineAction({
        ...{ name: 'pay', effects: 'idempotent', params: z.object({ id: z.string() }), result: z.any() },
        run: () => 'paid',
        undo: () => (name === 'e1' ? new Promise<void>(() => {}) : undefined),
      });
    const leases = await LeaseWorld.with(['e1', 'e2'], (name) => [pay(name)]);
    const { sim, world } = leases;
    const first = await sim.answer('e1', { action: 'pay' });
    await sim.order('e1', 'undo', { id: first.executionId ?? '' });
    await world.settle();
    await leases.pass(LEASE_MS);
    expect(await leases.hint('e2')).toBe(0);
    sim.crash('e1');
    await leases.pass(2 * LEASE_MS);
    expect(await leases.hint('e2')).toBe(1);
    expect((await sim.recorded()).slice(-4)).toEqual([
      ...['ActionUndoStarted', 'ActionUndoFailed', 'ActionUndoStarted', 'ActionUndone'],
    ]);
  });
});
