import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';
import { action } from '../testing/one-executor.contract.js';

type Policy = NonNullable<Parameters<typeof action>[2]> & { readonly probe?: () => { state: 'not-applied' } };

const long = { attemptTimeoutMs: 120_000 };

/** e1 stands still between the record of its attempt of `pay` and the call, for so long; nobody is hinted at it yet. */
async function stoodStill(ms: number, policy: Policy = {}) {
  const calls: string[] = [];
  const leases = await LeaseWorld.with(['e1', 'e2'], (name) => [
    action('pay', (_, { attempt }) => calls.push(`${attempt} at ${name}`), { ...long, ...policy }),
  ]);
  const { sim, world } = leases;
  const caller = await sim.ask('e1', { action: 'pay' });
  await world.run(() => world.steps.some(({ owner, kind }) => owner === 'e1' && kind === 'answer'));
  // What the store answers waits with all the rest.
  const answers = world.steps.splice(0);
  leases.process('e1').pause();
  await leases.pass(ms);
  const goOn = async (): Promise<void> => {
    leases.process('e1').goOn();
    for (const answer of answers) world.put(answer);
    await leases.pass(LEASE_MS / 3);
  };
  const id = `exe_${[...(await sim.streams()).keys()][0]?.split('.')[1]}-1`;
  return { leases, sim, calls, caller, goOn, id };
}

describe('an executor that stood still between the record of an attempt and its call', () => {
  it('makes it where nobody came in between', async () => {
    const { sim, calls, goOn, caller } = await stoodStill(3 * LEASE_MS);
    await goOn();
    expect(calls).toEqual(['1 at e1']);
    expect((await sim.replyTo(caller)).json).toMatchObject({ execution: { attempts: 1 } });
  });

  it('and for less than others wait for its beats, asks nobody', async () => {
    const { leases, calls, goOn } = await stoodStill(LEASE_MS / 3 - 1);
    await goOn();
    expect(leases.world.history.filter((step) => step.startsWith('e1 read action-'))).toEqual([]);
    expect(calls).toEqual(['1 at e1']);
  });

  it('does not make it where another attempt was begun', async () => {
    const { leases, sim, calls, goOn } = await stoodStill(3 * LEASE_MS);
    await leases.hint('e2');
    await goOn();
    expect(calls).toEqual(['2 at e2']);
    expect((await sim.recorded()).slice(-2)).toEqual(['ActionSucceeded', 'ActionLateOutcome']);
  });

  it('does not make it where the probe found that nothing was done, and nobody has begun the next attempt', async () => {
    const probe = () => ({ state: 'not-applied' as const });
    const { leases, sim, calls, goOn } = await stoodStill(3 * LEASE_MS, { effects: 'verifiable', probe });
    const { world } = leases;
    void sim.executor('e2').recoverExecutions.recoverHinted([...(await sim.streams()).keys()]);
    await world.run(() => world.history.some((step) => step.startsWith('e2 answer ActionAttemptFailed')));
    sim.crash('e2');
    await goOn();
    expect(calls).toEqual(['2 at e1']);
  });

  it('does not make what was parked meanwhile, and says that nothing was done: that closes it', async () => {
    const { leases, sim, calls, goOn } = await stoodStill(3 * LEASE_MS, { effects: 'unsafe' });
    await leases.hint('e2');
    expect((await sim.recorded()).at(-1)).toBe('ActionOutcomeUnknown');
    await goOn();
    const [events = []] = (await sim.streams()).values();
    expect(events.at(-1)).toMatchObject({
      type: 'ActionFailed',
      data: { effect: 'none', settledBy: 'late-worker', error: { code: 'UNAVAILABLE' } },
    });
    expect(calls).toEqual([]);
  });

  it('does not make what was cancelled meanwhile', async () => {
    const { sim, calls, goOn, caller, id } = await stoodStill(LEASE_MS);
    await sim.order('e2', 'cancel', { id });
    await sim.world.settle();
    await goOn();
    expect((await sim.replyTo(caller)).json).toMatchObject({
      execution: { status: 'cancelled', effect: 'none' },
    });
    expect(calls).toEqual([]);
  });
});
