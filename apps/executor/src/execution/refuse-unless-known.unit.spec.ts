import { SimWorld } from '@action-do/test-support';
import { type ActionDefinition, ActionError } from '@do-sdk/actions';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';
import { SimExecutors } from '../testing/sim-executors.contract.js';

const params = { id: 7 };

/** One executor did what it was asked; the next one has other actions. */
async function afterRelease(before: ActionDefinition[], after: ActionDefinition[]) {
  const sim = new SimExecutors(new SimWorld());
  await sim.start('e1', { actions: before });
  await sim.start('e2', { actions: after });
  return sim;
}

describe('a refusal because of the contract (row 12)', () => {
  it('of params that do not fit records nothing: PARAMS_INVALID, and a new key is safe', async () => {
    const { sim } = await oneExecutor([action('pay', () => 1)]);
    const reply = await sim.answer('e1', { action: 'pay', params: { id: 7, nickname: 'x' } });
    expect(reply).toMatchObject({
      code: 'PARAMS_INVALID',
      how: 'rejected',
      json: { newKeySafe: true, effect: 'none' },
    });
    expect(reply.json.issues?.map(({ path }) => path).sort()).toEqual(['params.id', 'params.nickname']);
    expect(await sim.recorded()).toEqual([]);
  });

  it('of an unknown action names the nearest: ACTION_UNKNOWN', async () => {
    const { sim } = await oneExecutor([action('send-invoice', () => 1), action('pay', () => 1)]);
    const reply = await sim.answer('e1', { action: 'send-invoce' });
    expect(reply.code).toBe('ACTION_UNKNOWN');
    // It may have kept a scope for each version, so not finding the key here proves nothing.
    expect(reply.json.newKeySafe).toBeUndefined();
    expect(reply.json.issues).toEqual([{ path: 'name', code: 'nearest', message: 'send-invoice' }]);
    const version = await sim.answer('e1', { action: 'pay', version: 3 });
    expect(version.json.detail).toBe('pay has no version 3; it has 1.');
    expect(await sim.recorded()).toEqual([]);
  });

  it('where no action is loaded at all says so', async () => {
    const { sim } = await oneExecutor([]);
    expect((await sim.answer('e1', { action: 'pay' })).json.detail).toMatch(/DO_ACTIONS names/);
  });

  it('gives way to the outcome of work that was done before the action was retired', async () => {
    const sim = await afterRelease([action('pay', () => 'done')], []);
    await sim.answer('e1', { action: 'pay' });
    expect(await sim.answer('e2', { action: 'pay' })).toMatchObject({
      how: 'replayed',
      json: { result: 'done' },
    });
  });

  it('gives way to work that still runs: the caller is attached', async () => {
    const work = gate<string>();
    const sim = await afterRelease([action('pay', () => work.opened)], []);
    await sim.ask('e1', { action: 'pay' });
    await sim.world.settle();
    const caller = await sim.ask('e2', { action: 'pay' });
    await sim.world.settle();
    work.open('done');
    expect(await sim.replyTo(caller)).toMatchObject({ how: 'attached', json: { result: 'done' } });
  });

  it('stands where the key is known with other params: IDEMPOTENCY_KEY_REUSED', async () => {
    const { sim } = await oneExecutor([action('pay', () => 1)]);
    await sim.answer('e1', { action: 'pay', key: 'k' });
    expect((await sim.answer('e1', { action: 'pay', key: 'k', params })).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('stands where the work would be done anew, and then a new key is not called safe', async () => {
    const refuse = () => {
      throw new ActionError({ code: 'BUSY', message: 'later', effect: 'none' });
    };
    const sim = await afterRelease([action('pay', refuse)], []);
    const requestId = '00000000-0000-7000-9000-00000000aaaa';
    await sim.answer('e1', { action: 'pay', requestId });
    expect(await sim.answer('e2', { action: 'pay', requestId })).toMatchObject({
      how: 'replayed',
      code: 'ACTION_FAILED',
    });
    const anew = await sim.answer('e2', { action: 'pay' });
    expect(anew).toMatchObject({ how: 'rejected', code: 'ACTION_UNKNOWN' });
    expect(anew.json.newKeySafe).toBeUndefined();
    expect(await sim.recorded()).toHaveLength(3);
  });
});
