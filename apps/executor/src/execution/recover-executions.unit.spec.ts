import { SimWorld } from '@action-do/test-support';
import type { ActionDefinition } from '@do-sdk/actions';
import type { ExecutorParts } from '../executor.js';
import { action, gate } from '../testing/one-executor.contract.js';
import { SimExecutors, silent } from '../testing/sim-executors.contract.js';

type Parts = Partial<ExecutorParts>;

/** The first executor dies in the middle of `pay`; the second one may have other actions. */
async function diedAtWork(before: ActionDefinition, after: ActionDefinition[], parts: Parts = {}) {
  const sim = new SimExecutors(new SimWorld());
  await sim.start('e1', { actions: [before] });
  const executor = await sim.start('e2', { actions: after, ...parts });
  await sim.ask('e1', { action: 'pay' });
  await sim.world.settle();
  sim.crash('e1');
  const [stream = ''] = (await sim.streams()).keys();
  return { sim, world: sim.world, executor, stream };
}

const hangs = () => gate().opened;

describe('recovery of an execution whose executor died at work (row 19)', () => {
  it.each(['none', 'idempotent', 'transactional'] as const)(
    'with effects %s makes the next attempt, in one append with the loss of the last',
    async (effects) => {
      const policy = { effects, idempotency: { mode: 'params' as const } };
      const { sim, world, stream } = await diedAtWork(action('pay', hangs, policy), [
        action('pay', (_, { attempt }) => attempt, policy),
      ]);
      await sim.recover('e2', [stream]);
      await world.run();
      expect((await sim.answer('e2', { action: 'pay' })).json).toMatchObject({
        result: 2,
        execution: { attempts: 2 },
      });
      expect(world.history.filter((step) => step.startsWith('e2 write'))).toContain(
        'e2 write ActionAttemptFailed+ActionStarted behind 1',
      );
    },
  );

  it('with effects unsafe parks it, and calls nothing', async () => {
    let calls = 0;
    const { sim, world, stream } = await diedAtWork(action('pay', hangs, { effects: 'unsafe' }), [
      action('pay', () => ++calls, { effects: 'unsafe' }),
    ]);
    await sim.recover('e2', [stream]);
    await world.run();
    expect((await sim.answer('e2', { action: 'pay' })).code).toBe('OUTCOME_UNKNOWN');
    expect(calls).toBe(0);
  });

  it('counts as an attempt, so that a handler which kills its process comes to an end', async () => {
    const policy = { retry: { attemptsMax: 1 } };
    const { sim, world, stream } = await diedAtWork(action('pay', hangs, policy), [
      action('pay', () => 1, policy),
    ]);
    await sim.recover('e2', [stream]);
    await world.run();
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionFailed']);
    const requestId = '00000000-0000-7000-9000-000000000001';
    const reply = await sim.answer('e2', { action: 'pay', requestId });
    expect(reply).toMatchObject({ code: 'ATTEMPTS_EXHAUSTED', json: { cause: { code: 'LEASE_LOST' } } });
  });

  it('wakes callers that came to another executor meanwhile', async () => {
    const { sim, stream } = await diedAtWork(action('pay', hangs), [action('pay', () => 'done')]);
    const caller = await sim.ask('e2', { action: 'pay' });
    await sim.world.settle();
    await sim.recover('e2', [stream]);
    expect((await sim.replyTo(caller)).json.result).toBe('done');
  });

  it('of an action that is no longer loaded waits for it until the deadline: TIMED_OUT, because of NO_HANDLER', async () => {
    const { sim, world, stream, executor } = await diedAtWork(action('pay', hangs), []);
    await sim.recover('e2', [stream]);
    await world.run();
    const requestId = '00000000-0000-7000-9000-000000000001';
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({
      type: 'ActionFailed',
      data: { error: { code: 'TIMED_OUT', cause: { code: 'NO_HANDLER' } } },
    });
    expect((await sim.answer('e2', { action: 'pay', requestId })).code).toBe('TIMED_OUT');
    expect((await sim.answer('e2', { action: 'pay' })).code).toBe('ACTION_UNKNOWN');
    expect(executor.admissions.size).toBe(0);
  });

  it('of what waited for its next attempt begins that when it is due', async () => {
    const retry = { initialDelayMs: 30_000, delayMsMax: 30_000 };
    const policy = { retry, deadlineMs: 3_600_000 };
    const { sim, world, stream } = await diedAtWork(
      action('pay', () => Promise.reject(new Error('no')), policy),
      [action('pay', () => world.nowMs, policy)],
    );
    const [events = []] = (await sim.streams()).values();
    await sim.recover('e2', [stream]);
    expect((await sim.answer('e2', { action: 'pay' })).json.result).toBe(
      events.at(-1)?.data['nextAttemptAtMs'],
    );
  });

  it('asks the probe of a verifiable action, and an answer that never comes parks it', async () => {
    const base = action('pay', hangs, { effects: 'idempotent', attemptTimeoutMs: 5_000 });
    const verifiable = { ...base, policy: { ...base.policy, effects: 'verifiable' as const } };
    const { sim, world, stream } = await diedAtWork(verifiable, [
      { ...verifiable, probe: () => new Promise<never>(() => {}) },
    ]);
    await sim.recover('e2', [stream]);
    await world.run();
    expect((await sim.recorded()).at(-1)).toBe('ActionOutcomeUnknown');
    expect(world.timerCount).toBe(0);
  });
});

describe('recovery', () => {
  it('leaves alone what the executor itself is doing', async () => {
    let calls = 0;
    const work = gate<string>();
    const sim = new SimExecutors(new SimWorld());
    const run = () => {
      calls++;
      return work.opened;
    };
    await sim.start('e1', { actions: [action('pay', run)] });
    const caller = await sim.ask('e1', { action: 'pay' });
    await sim.world.settle();
    await sim.recover('e1', [...(await sim.streams()).keys()]);
    await sim.world.settle();
    work.open('done');
    expect((await sim.replyTo(caller)).json.execution?.attempts).toBe(1);
    expect(calls).toBe(1);
  });

  it("by two at once takes an attempt over once: the other's new attempt is a living one", async () => {
    const { sim, world, stream } = await diedAtWork(action('pay', hangs), [
      action('pay', () => gate().opened),
    ]);
    await sim.start('e3', { actions: [action('pay', () => gate().opened)] });
    await sim.recover('e2', [stream]);
    await sim.recover('e3', [stream]);
    await world.settle();
    expect((await sim.recorded()).filter((type) => type === 'ActionStarted')).toHaveLength(2);
  });

  it('is not kept from others by one damaged stream, and keeps its name for a later start', async () => {
    const errors: object[] = [];
    const logger = { ...silent, error: (fields: object) => void errors.push(fields) };
    const { sim, world, stream, executor } = await diedAtWork(
      action('pay', hangs),
      [action('pay', () => 'done')],
      { logger },
    );
    const damaged = `action-default.${'0'.repeat(32)}`;
    const event = {
      id: '00000000-0000-7000-b000-000000000001',
      type: 'ActionStarted',
      data: {},
      metadata: {},
    };
    await world.log.append(damaged, [event], 'no-stream');
    await sim.recover('e2', [damaged, 'no-stream-of-ours', stream]);
    await world.run();
    expect(errors).toHaveLength(1);
    expect((await sim.streams()).get(stream)?.at(-1)?.type).toBe('ActionSucceeded');
    expect([executor.admissions.size, executor.admissions.streams()]).toEqual([0, [damaged]]);
  });

  it('fails where the store cannot be read: not all was looked at', async () => {
    const { sim, world, stream } = await diedAtWork(action('pay', hangs), [action('pay', () => 1)]);
    await sim.recover('e2', [stream]);
    for (const step of [...world.steps]) await world.release(step, 'unavailable');
    expect(sim.troubles).toEqual([expect.objectContaining({ code: 'STORE_UNAVAILABLE' })]);
  });

  it('of thousands works within the slots, and comes to an end', async () => {
    const count = 2_000;
    const world = new SimWorld();
    const sim = new SimExecutors(world);
    await sim.start('e1', { actions: [action('pay', hangs)], slots: count });
    for (let i = 0; i < count; i++) await sim.ask('e1', { action: 'pay', params: { id: `${i}` }, waitMs: 0 });
    for (const step of [...world.steps]) step.go();
    await world.calm();
    sim.crash('e1');
    let running = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++running);
      await null;
      return --running;
    };
    const executor = await sim.start('e2', { actions: [action('pay', run)], slots: 4 });
    const streams = [...(await sim.streams()).keys()];
    expect(streams).toHaveLength(count);
    let open = 0;
    void executor.recoverExecutions.recover(streams).then((found) => {
      open = found.open;
    });
    // Everything that waits at once: how many they are is the executor's doing.
    for (let i = 0; i < 50 * count && (open === 0 || executor.admissions.size > 0); i++) {
      for (const step of world.steps.splice(0)) step.go();
      await world.calm();
    }
    expect([open, executor.admissions.size, most <= 4]).toEqual([count, 0, true]);
  });
});
