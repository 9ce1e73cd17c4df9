import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';

describe('an execution of which nobody knows the outcome', () => {
  it('and that was parked before a first attempt is not told to have begun one', async () => {
    const busy = gate<string>();
    const { sim, world } = await oneExecutor([action('pay', () => busy.opened)], { slots: 1, queue: 1 });
    await sim.ask('e1', { action: 'pay', params: { id: 'busy' } });
    await world.settle();
    await sim.ask('e1', { action: 'pay', params: { id: 'waits' } });
    await world.settle();
    sim.crash('e1');
    const [, waiting = ''] = [...(await sim.streams()).keys()];
    const error = { code: 'INTERNAL', message: 'restored' };
    const data = { attempt: 0, error, atMs: world.nowMs };
    const id = '00000000-0000-7000-8000-00000000ffff';
    await world.write(waiting, [{ id, type: 'ActionOutcomeUnknown', data, metadata: {} }], 0n);
    await sim.start('e2', { actions: [action('pay', () => 'done')] });
    const reply = await sim.answer('e2', { action: 'pay', params: { id: 'waits' } });
    expect(reply.json.detail).toBe(
      'The log knows of no attempt, and nobody can say whether its effect happened: restored.',
    );
  });
});
