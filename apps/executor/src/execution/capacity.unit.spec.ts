import { ActionError } from '@do-sdk/actions';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { Admissions } from './admission.js';
import { Slots } from './slots.js';

const capacity = { slots: 1, queue: 1 };
const ask = (id: string, more: object = {}) => ({ action: 'pay', params: { id }, ...more });

describe('what an executor may hold', () => {
  it('bounds the attempts: beyond the slots an execution is recorded and waits as pending', async () => {
    const work = gate<string>();
    const { sim, world } = await oneExecutor([action('pay', () => work.opened)], { slots: 1, queue: 5 });
    const first = await sim.ask('e1', ask('a'));
    const second = await sim.ask('e1', ask('b'));
    await world.settle();
    const logs = [...(await sim.streams()).values()].map((events) => events.map(({ type }) => type));
    expect(logs).toEqual([['ActionRequested', 'ActionStarted'], ['ActionRequested']]);
    work.open('done');
    for (const caller of [first, second]) expect((await sim.replyTo(caller)).json.result).toBe('done');
  });

  it('is refused beyond the queue, with nothing recorded: RATE_LIMITED', async () => {
    const work = gate<string>();
    const { sim, world } = await oneExecutor([action('pay', () => work.opened)], capacity);
    for (const id of ['a', 'b']) await sim.ask('e1', ask(id));
    await world.settle();
    const steps = world.history.length;
    const reply = await sim.answer('e1', ask('c'));
    expect(reply).toMatchObject({
      code: 'RATE_LIMITED',
      how: 'rejected',
      retryAfterMs: '1000',
      json: { retryable: true },
    });
    expect(reply.json.newKeySafe).toBeUndefined();
    expect(world.history).toHaveLength(steps);
    expect((await sim.streams()).size).toBe(2);
  });

  it('is not taken by callers that are attached', async () => {
    const work = gate<string>();
    const { sim, world, executor } = await oneExecutor([action('pay', () => work.opened)], {
      slots: 1,
      queue: 2,
    });
    const callers = [];
    for (let i = 0; i < 20; i++) {
      callers.push(await sim.ask('e1', ask('a')));
      await world.settle();
    }
    expect(executor.admissions.size).toBe(1);
    await sim.ask('e1', ask('b'));
    await world.settle();
    expect((await sim.streams()).size).toBe(2);
    work.open('done');
    for (const caller of callers) expect((await sim.replyTo(caller)).json.result).toBe('done');
  });

  it('bounds the attempts of an action that bounds itself: its own wait as pending, others do not', async () => {
    const work = gate<string>();
    const { sim, world } = await oneExecutor(
      [action('pay', () => work.opened, { concurrency: 1 }), action('look', () => 'seen')],
      { slots: 4, queue: 5 },
    );
    const callers = [];
    for (const id of ['a', 'b', 'c']) callers.push(await sim.ask('e1', ask(id)));
    await world.settle();
    const logs = [...(await sim.streams()).values()].map((events) => events.map(({ type }) => type));
    expect(logs).toEqual([['ActionRequested', 'ActionStarted'], ['ActionRequested'], ['ActionRequested']]);
    expect((await sim.answer('e1', { action: 'look', params: { id: 'd' } })).json.result).toBe('seen');
    work.open('done');
    for (const caller of callers) expect((await sim.replyTo(caller)).json.result).toBe('done');
  });

  it('of an action that bounds itself ends with its deadline, though a handler never returns', async () => {
    const policy = { concurrency: 1, attemptTimeoutMs: 1_000, deadlineMs: 5_000 };
    const never = new Promise(() => {});
    const { sim, world, executor } = await oneExecutor([action('pay', () => never, policy)], {
      slots: 2,
      queue: 8,
    });
    const callers = [];
    for (const id of ['a', 'b', 'c', 'd']) callers.push(await sim.ask('e1', ask(id)));
    await world.run();
    for (const caller of callers) expect((await sim.replyTo(caller)).code).toBe('TIMED_OUT');
    expect([executor.admissions.size, executor.admissions.streams(), world.timerCount]).toEqual([0, [], 0]);
  });

  it('of an action whose former code hangs goes on with the code that took its place', async () => {
    const never = new Promise(() => {});
    const policy = { concurrency: 1, attemptTimeoutMs: 1_000, retry: { attemptsMax: 1 } };
    const { sim, world, executor } = await oneExecutor([], { slots: 2, queue: 8 });
    const replace = async (run: () => unknown): Promise<void> => {
      let isDone = false;
      const replaced = executor.ownActions.replace('pay.mjs', [action('pay', run, policy)], TENANT);
      void replaced.then(() => {
        isDone = true;
      });
      await world.run(() => isDone);
    };
    await replace(() => never);
    const hung = await sim.ask('e1', ask('a'));
    const waiting = await sim.ask('e1', ask('b'));
    expect((await sim.replyTo(hung)).code).toBe('TIMED_OUT');
    await replace(() => 'mended');
    expect((await sim.replyTo(waiting)).json.result).toBe('mended');
    expect((await sim.answer('e1', ask('c'))).json.result).toBe('mended');
    expect(executor.admissions.size).toBe(0);
  });

  it('of an action that bounds itself takes no more than its part, so that others find their place', async () => {
    const work = gate<string>();
    const { sim, world, executor } = await oneExecutor(
      [action('pay', () => work.opened, { concurrency: 1 }), action('look', () => 'seen')],
      { slots: 2, queue: 4 },
    );
    const callers = [];
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) callers.push(await sim.ask('e1', ask(id)));
    await world.settle();
    expect((await sim.streams()).size).toBe(3);
    for (const caller of callers.slice(3))
      expect(await sim.replyTo(caller)).toMatchObject({
        code: 'RATE_LIMITED',
        json: { detail: 'The executor holds 3 executions of pay@1, and may hold 3: its concurrency is 1.' },
      });
    expect((await sim.answer('e1', { action: 'look', params: { id: 'g' } })).json.result).toBe('seen');
    work.open('done');
    for (const caller of callers.slice(0, 3)) expect((await sim.replyTo(caller)).json.result).toBe('done');
    expect((await sim.answer('e1', ask('h'))).json.result).toBe('done');
    expect(executor.admissions.heldIn({ name: 'pay@1', limit: 1 })).toBe(0);
  });

  const broken = new Error('broken');
  it.each<[string, () => unknown]>([
    ['gives a result', () => 1],
    [
      'throws',
      () => {
        throw broken;
      },
    ],
    ['rejects', () => Promise.reject(broken)],
    [
      'fails for good',
      () => {
        throw new ActionError({ code: 'NO', message: 'no' });
      },
    ],
  ])('is given back when a handler %s', async (_, run) => {
    const retry = { attemptsMax: 2, initialDelayMs: 10 };
    const { sim, world, executor } = await oneExecutor(
      [action('pay', run, { retry, attemptTimeoutMs: 50 })],
      capacity,
    );
    for (const id of ['a', 'b', 'c']) {
      const reply = await sim.answer('e1', ask(id));
      expect(reply.how).toBe('executed');
    }
    await world.run();
    expect([executor.admissions.size, executor.admissions.streams(), world.timerCount]).toEqual([0, [], 0]);
  });

  it('is given back after a refusal, a conflict, and a store that takes no claim', async () => {
    const { sim, world, executor } = await oneExecutor([action('pay', () => 1)], capacity);
    await sim.answer('e1', ask('a', { key: 'k' }));
    for (let i = 0; i < 5; i++) {
      expect((await sim.answer('e1', ask('a', { key: 'k' }))).how).toBe('replayed');
      expect((await sim.answer('e1', ask('b', { key: 'k' }))).code).toBe('IDEMPOTENCY_KEY_REUSED');
      const caller = await sim.ask('e1', ask(`c${i}`));
      for (const step of [...world.steps]) await world.release(step, 'unavailable');
      expect((await sim.replyTo(caller)).code).toBe('StoreUnavailable');
    }
    expect(executor.admissions.size).toBe(0);
    expect((await sim.answer('e1', ask('d'))).json.result).toBe(1);
  });
});

describe('a slot', () => {
  it('goes to whoever waits longest, and counts once however often it is given back', async () => {
    const slots = new Slots(1);
    const held = slots.tryTake();
    const order: string[] = [];
    const waits = ['first', 'second'].map((name) =>
      slots.take().then((slot) => {
        order.push(name);
        return slot;
      }),
    );
    held?.release();
    held?.release();
    const first = await waits[0];
    expect([order, slots.tryTake()]).toEqual([['first'], null]);
    first?.release();
    (await waits[1])?.release();
    expect(slots.tryTake()).not.toBeNull();
    expect(slots.tryTake()).toBeNull();
  });

  it('that nobody has any more ends the wait for idleness', async () => {
    const slots = new Slots(2);
    const [a, b] = [slots.tryTake(), slots.tryTake()];
    let idle = false;
    const waiting = slots.idle().then(() => {
      idle = true;
    });
    a?.release();
    await Promise.resolve();
    expect(idle).toBe(false);
    b?.release();
    await waiting;
    await slots.idle();
  });
});

describe('an admission', () => {
  it('counts for its action till its place is free, also where that is known only later', () => {
    const lane = { name: 'pay@1', limit: 1 };
    const admissions = new Admissions(9, 1);
    const later = admissions.enterAnyway('s');
    later.countIn(lane);
    later.countIn(lane);
    const other = admissions.enter('t', lane);
    expect([admissions.heldIn(lane), admissions.enter('u', lane)]).toEqual([2, null]);
    expect(admissions.enter('v', { name: 'mail@1', limit: 1 })).not.toBeNull();
    later.abandon();
    other?.leave();
    other?.leave();
    later.countIn(lane);
    expect(admissions.heldIn(lane)).toBe(0);
  });

  it('left twice frees one place, and a stream held twice is named until both are gone', () => {
    const admissions = new Admissions(2);
    const [a, b] = [admissions.enter('s'), admissions.enter('s')];
    expect(admissions.enter('t')).toBeNull();
    a?.leave();
    a?.leave();
    expect([admissions.size, admissions.streams()]).toEqual([1, ['s']]);
    b?.leave();
    expect([admissions.size, admissions.streams()]).toEqual([0, []]);
  });

  it('abandoned frees its place and keeps its name (A1), at most as many as there are places', () => {
    const admissions = new Admissions(2);
    for (const stream of ['a', 'b', 'c']) admissions.enterAnyway(stream).abandon();
    expect(admissions.streams()).toEqual(['a', 'b', 'c']);
    expect(admissions.size).toBe(1);
  });
});
