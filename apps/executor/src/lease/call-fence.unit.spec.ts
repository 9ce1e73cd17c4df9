import { ActionDocument } from '@action-do/contracts';
import { SYSTEM } from '../execution/execution-record.js';
import { AllowList } from '../http/allow-list.js';
import { FakeConnection } from '../testing/fake-connection.contract.js';
import { SECRET } from '../testing/http-world.contract.js';
import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';
import { action } from '../testing/one-executor.contract.js';
import { PLAIN } from '../testing/served-registry.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';

type Policy = NonNullable<Parameters<typeof action>[2]> & { readonly probe?: () => { state: 'not-applied' } };

const long = { attemptTimeoutMs: 120_000 };
const overHttp = ActionDocument.parse({
  ...PLAIN,
  // Half of it: after that nothing is sent, whoever went on.
  ...long,
  undo: true,
  retry: { initialDelayMs: 10, delayMsMax: 10 },
  target: { kind: 'http', url: 'http://127.0.0.1:1/', secret: SECRET },
});

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

describe('an executor that stood still while it connected to an HTTP service', () => {
  /** e1 is about to perform `pay` over HTTP (or to undo it), and stands still before the service accepts. */
  async function connecting(operation: 'run' | 'undo') {
    const connections: { readonly by: string; readonly connection: FakeConnection }[] = [];
    const httpAllow = AllowList.parse('127.0.0.1');
    const leases = new LeaseWorld();
    for (const by of ['e1', 'e2']) {
      const dial = () => {
        const connection = new FakeConnection();
        connections.push({ by, connection });
        return connection;
      };
      await leases.start(by, [], { httpAllow, network: { dial, resolve: async () => [] } });
    }
    await leases.pass(LEASE_MS);
    const { sim, world } = leases;
    const registering = sim.executor('e1').registerAction.registerDocument(TENANT, overHttp, SYSTEM);
    await world.settle();
    expect(await registering).toMatchObject({ ok: true });
    /** The newest connection that is asked for. */
    const dialled = async (by: string, count: number): Promise<FakeConnection> => {
      await world.settle();
      const mine = connections.filter((candidate) => candidate.by === by);
      expect(mine).toHaveLength(count);
      return mine.at(-1)?.connection ?? new FakeConnection();
    };
    await sim.ask('e1', { action: 'pay' });
    // Whether anybody is there.
    (await dialled('e1', 1)).accept();
    let connection = await dialled('e1', 2);
    const id = `exe_${[...(await sim.streams()).keys()][0]?.split('.')[1]}-1`;
    if (operation === 'undo') {
      connection.accept();
      await world.settle();
      connection.answer('paid');
      await world.settle();
      await sim.order('e1', 'undo', { id });
      connection = await dialled('e1', 3);
    }
    leases.process('e1').pause();
    const goOn = async (): Promise<void> => {
      connection.accept();
      leases.process('e1').goOn();
      await leases.pass(LEASE_MS / 3);
    };
    return { leases, sim, connection, dialled, goOn };
  }

  it.each(['run', 'undo'] as const)('sends its %s where nobody came in between', async (operation) => {
    const { leases, connection, goOn } = await connecting(operation);
    await leases.pass(3 * LEASE_MS);
    await goOn();
    expect(connection.sent).toContain(`Do-Operation: ${operation}\r\n`);
  });

  it.each(['run', 'undo'] as const)('does not send its %s where another went on', async (operation) => {
    const { leases, sim, connection, dialled, goOn } = await connecting(operation);
    await leases.pass(2 * LEASE_MS);
    const hinted = sim.executor('e2').recoverExecutions.recoverHinted([...(await sim.streams()).keys()]);
    (await dialled('e2', 1)).accept();
    const next = await dialled('e2', 2);
    next.accept();
    await hinted;
    await leases.world.settle();
    expect(next.sent).toContain('Do-Attempt: 2\r\n');
    await goOn();
    expect([connection.sent, connection.destroyed]).toEqual(['', true]);
    next.answer('done by e2');
    await leases.pass(1_000);
    expect((await sim.recorded()).at(-1)).toBe(operation === 'run' ? 'ActionSucceeded' : 'ActionUndone');
  });
});
