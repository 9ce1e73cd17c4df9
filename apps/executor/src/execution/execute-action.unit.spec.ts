import { ActionError } from '@do-sdk/actions';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';

/** Rows of the table in docs: what one key gets, call after call. */
describe('a call', () => {
  it('that is the first is executed: two appends, and no read (row 1)', async () => {
    const { sim, world } = await oneExecutor([action('pay', ({ note }) => ({ note }))]);
    const reply = await sim.answer('e1', { action: 'pay', key: 'k' });
    expect(reply).toMatchObject({ how: 'executed', code: undefined });
    expect(reply.json).toMatchObject({
      result: { note: 'none' },
      execution: { status: 'succeeded', attempts: 1 },
    });
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
    expect(world.history.filter((step) => /write|read/.test(step))).toHaveLength(2);
  });

  it('with no time to wait is answered only once its request is durable (row 2)', async () => {
    const { sim, world } = await oneExecutor([action('pay', () => gate().opened)]);
    const caller = await sim.ask('e1', { action: 'pay', waitMs: 0 });
    expect(world.steps.map(({ kind }) => kind)).toEqual(['write']);
    expect(await sim.recorded()).toEqual([]);
    const reply = await sim.replyTo(caller);
    expect(reply).toMatchObject({ how: 'pending', code: undefined, retryAfterMs: '1000' });
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted']);
  });

  it('that outlasts its caller goes on, and the next caller gets the outcome (rows 2, 21)', async () => {
    const work = gate<string>();
    const { sim } = await oneExecutor([action('pay', () => work.opened, { attemptTimeoutMs: 90_000 })]);
    expect(await sim.answer('e1', { action: 'pay', waitMs: 3_000 })).toMatchObject({ how: 'pending' });
    work.open('done');
    expect((await sim.answer('e1', { action: 'pay' })).json.result).toBe('done');
  });

  it('that repeats a running one is attached, and gets the same bytes (row 3)', async () => {
    const work = gate<object>();
    let calls = 0;
    const run = () => {
      calls++;
      return work.opened;
    };
    const { sim, world } = await oneExecutor([action('pay', run)]);
    const callers = [await sim.ask('e1', { action: 'pay' }), await sim.ask('e1', { action: 'pay' })];
    await world.settle();
    work.open({ 2: 'b', 1: 'a', x: 0.1 });
    const [first, second] = [await sim.replyTo(callers[0] ?? ''), await sim.replyTo(callers[1] ?? '')];
    expect([first.how, second.how].sort()).toEqual(['attached', 'executed']);
    expect(second.body.split(',"execution"')[0]).toBe(first.body.split(',"execution"')[0]);
    expect(calls).toBe(1);
  });

  it('that repeats a success is answered from the record, and nothing runs or is written (row 4)', async () => {
    let calls = 0;
    const { sim } = await oneExecutor([action('pay', () => ({ calls: ++calls }))]);
    const first = await sim.answer('e1', { action: 'pay' });
    const again = await sim.answer('e1', { action: 'pay' });
    expect(again.how).toBe('replayed');
    expect(again.json).toMatchObject({ result: { calls: 1 }, execution: { replayed: true } });
    expect(again.executionId).toBe(first.executionId);
    expect(await sim.recorded()).toHaveLength(3);
  });

  it('that repeats a failure with its request id gets that failure again (row 5)', async () => {
    const refuse = () => {
      throw new ActionError({ code: 'NO_FUNDS', message: 'empty', effect: 'none' });
    };
    const { sim } = await oneExecutor([action('pay', refuse)]);
    const requestId = '00000000-0000-7000-9000-00000000aaaa';
    const first = await sim.answer('e1', { action: 'pay', requestId });
    const again = await sim.answer('e1', { action: 'pay', requestId });
    expect([first.code, again.code, again.how]).toEqual(['ACTION_FAILED', 'ACTION_FAILED', 'replayed']);
    expect(again.json).toMatchObject({
      retryable: false,
      effect: 'none',
      newKeySafe: true,
      cause: { code: 'NO_FUNDS' },
    });
    expect(await sim.recorded()).toHaveLength(3);
  });

  it('that repeats a failure which may have done something is not run again where that is unsafe (row 5)', async () => {
    const half = () => {
      throw new ActionError({ code: 'HALF', message: 'half of it', effect: 'applied' });
    };
    const { sim } = await oneExecutor([action('pay', half, { effects: 'unsafe' })]);
    await sim.answer('e1', { action: 'pay' });
    expect(await sim.answer('e1', { action: 'pay' })).toMatchObject({
      how: 'replayed',
      code: 'ACTION_FAILED',
    });
    expect(await sim.recorded()).toHaveLength(3);
  });

  it.each([
    ['another', 'none' as const],
    ['the same', 'unknown' as const],
  ])(
    'that repeats a failure anew is a new generation, with %s effect key after effect %s (row 6)',
    async (which, effect) => {
      const keys: string[] = [];
      const { sim } = await oneExecutor([
        action('pay', (_, { idempotencyKey }) => {
          keys.push(idempotencyKey);
          if (keys.length === 1) throw new ActionError({ code: 'BUSY', message: 'later', effect });
          return 'done';
        }),
      ]);
      await sim.answer('e1', { action: 'pay' });
      const again = await sim.answer('e1', { action: 'pay' });
      expect(again).toMatchObject({ how: 'executed', json: { execution: { generation: 2 } } });
      expect(keys[0] === keys[1]).toBe(which === 'the same');
    },
  );

  it('between two attempts is told when the next one is due (row 7)', async () => {
    const retry = { attemptsMax: 2, initialDelayMs: 30_000, delayMsMax: 30_000, factor: 1 };
    const fail = () => {
      throw new Error('no');
    };
    const { sim, world } = await oneExecutor([action('pay', fail, { retry, deadlineMs: 3_600_000 })]);
    await sim.ask('e1', { action: 'pay' });
    await world.settle();
    const reply = await sim.answer('e1', { action: 'pay', waitMs: 0 });
    expect(reply).toMatchObject({ how: 'pending', json: { execution: { status: 'retrying', attempts: 1 } } });
    const dueMs = Date.parse(reply.json.execution?.nextAttemptAt ?? '') - world.nowMs;
    expect(reply.retryAfterMs).toBe(String(dueMs));
    expect(dueMs).toBeLessThanOrEqual(30_000);
  });

  it('with a reused key and other params is refused: IDEMPOTENCY_KEY_REUSED names paths, never values (row 8)', async () => {
    const { sim } = await oneExecutor([action('pay', () => 'done')]);
    await sim.answer('e1', { action: 'pay', key: 'k', params: { id: 'secret-a' } });
    const reply = await sim.answer('e1', { action: 'pay', key: 'k', params: { id: 'secret-b' } });
    expect(reply).toMatchObject({
      how: 'rejected',
      code: 'IDEMPOTENCY_KEY_REUSED',
      json: { retryable: false },
    });
    expect(reply.json.issues).toEqual([expect.objectContaining({ path: 'params.id', code: 'differs' })]);
    expect(reply.body).not.toMatch(/secret/);
    expect(await sim.recorded()).toHaveLength(3);
  });

  it('that gives a default counts as other params than one that leaves it out', async () => {
    const { sim } = await oneExecutor([action('pay', () => 'done')]);
    await sim.answer('e1', { action: 'pay', key: 'k', params: { id: 'a' } });
    const reply = await sim.answer('e1', { action: 'pay', key: 'k', params: { id: 'a', note: 'none' } });
    expect(reply).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', json: { issues: [] } });
  });

  it('without a key is keyed by its params, by its request, or refused: IDEMPOTENCY_KEY_MISSING (row 10)', async () => {
    const { sim } = await oneExecutor([
      action('by-params', () => 1),
      action('each', () => 1, { idempotency: { mode: 'none' } }),
      action('wants-key', () => 1, { idempotency: { mode: 'key-required' } }),
    ]);
    const ids = async (name: string) => [
      (await sim.answer('e1', { action: name })).executionId,
      (await sim.answer('e1', { action: name })).executionId,
    ];
    const [one, same] = await ids('by-params');
    const [a, b] = await ids('each');
    expect([one === same, a === b]).toEqual([true, false]);
    expect((await sim.answer('e1', { action: 'wants-key' })).code).toBe('IDEMPOTENCY_KEY_MISSING');
  });

  it('after the window is a new generation; one first sent before its end is refused: TOO_LATE (rows 13, 14)', async () => {
    const idempotency = { windowMs: 600_000 };
    const { sim, world } = await oneExecutor([
      action('pay', (_, { idempotencyKey }) => idempotencyKey, { idempotency }),
    ]);
    const first = await sim.answer('e1', { action: 'pay' });
    const sentAtMs = world.nowMs;
    world.nowMs += 600_000;
    const late = await sim.answer('e1', { action: 'pay', firstSentAtMs: sentAtMs });
    expect(late).toMatchObject({ code: 'TOO_LATE', how: 'rejected' });
    const again = await sim.answer('e1', { action: 'pay' });
    expect(again.json.execution).toMatchObject({ generation: 2 });
    expect(again.json.result).not.toBe(first.json.result);
  });

  it('of another tenant, version or action is other work', async () => {
    const actions = [action('pay', () => 1), action('pay', () => 2, { version: 2 }), action('send', () => 3)];
    const { sim } = await oneExecutor(actions);
    const results = [];
    for (const given of [{ action: 'pay', version: 1 }, { action: 'pay' }, { action: 'send' }])
      results.push((await sim.answer('e1', { ...given, key: 'k' })).json.result);
    // A release does not do again what an earlier version did.
    expect(results).toEqual([1, 1, 3]);
  });
});
