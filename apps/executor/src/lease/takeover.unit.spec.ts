import type { ActionContext, ActionDefinition } from '@do-sdk/actions';
import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';
import { action, gate } from '../testing/one-executor.contract.js';

const long = { attemptTimeoutMs: 120_000 };

/** `pay` runs at e1 and does not end by itself; e2, and e3 where there is one, do it at once. */
async function runningAtE1(
  policy: Parameters<typeof action>[2] = {},
  names: readonly string[] = ['e1', 'e2'],
  others?: (name: string) => readonly ActionDefinition[],
) {
  const work = gate<string>();
  const calls: string[] = [];
  const contexts: ActionContext[] = [];
  const pay = (name: string) =>
    action(
      'pay',
      (_, context) => {
        calls.push(name);
        contexts.push(context);
        return name === 'e1' ? work.opened : `by ${name}`;
      },
      { ...long, ...policy },
    );
  const leases = await LeaseWorld.with(names, (name) =>
    name === 'e1' || others === undefined ? [pay(name)] : others(name),
  );
  const caller = await leases.sim.ask('e1', { action: 'pay' });
  await leases.world.settle();
  return { leases, sim: leases.sim, world: leases.world, work, calls, contexts, caller };
}

describe('an attempt whose executor shares the log', () => {
  it('is left alone while its executor beats, however long that takes and however often somebody is hinted at it', async () => {
    const { leases, calls } = await runningAtE1();
    for (let n = 0; n < 10; n++) {
      await leases.pass(LEASE_MS);
      expect(await leases.hint('e2')).toBe(0);
    }
    expect([calls, await leases.started()]).toEqual([['e1'], 1]);
  });

  it('is taken over once its executor was silent for a lease, and not before', async () => {
    const { leases, sim } = await runningAtE1();
    sim.crash('e1');
    await leases.pass(LEASE_MS / 2);
    expect(await leases.hint('e2')).toBe(0);
    await leases.pass(LEASE_MS / 2);
    expect(await leases.hint('e2')).toBe(1);
    expect(await sim.recorded()).toEqual([
      'ActionRequested',
      'ActionStarted',
      'ActionAttemptFailed',
      'ActionStarted',
      'ActionSucceeded',
    ]);
  });
});
