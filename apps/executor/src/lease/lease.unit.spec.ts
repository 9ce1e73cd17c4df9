import { SimWorld } from '@action-do/test-support';
import { SimBus } from '../testing/sim-bus.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import type { Beater } from './beater.js';
import { Lease } from './lease.js';

const LEASE_MS = 600;
const BEAT_MS = LEASE_MS / 3;

const sayBeat = (bus: SimBus): void =>
  bus.publish('do.v1.sys.executor.beat', new TextEncoder().encode('{"executor":"e1","leaseMs":600}'));

/** A lease that has run quietly for a while, and how often it was looked whether something was taken over. */
async function running(beaterOn: (bus: SimBus) => Beater | null = () => null) {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const beater = beaterOn(bus);
  const { clock: real } = world.process('e1');
  let stoodMs = 0;
  const clock = { ...real, monotonicMs: () => real.monotonicMs() + stoodMs };
  let looks = 0;
  const recover = async (): Promise<void> => {};
  const lease = new Lease(
    { bus, clock, logger: silent, name: 'e1', leaseMs: LEASE_MS, beater, recover },
    () => {
      looks++;
    },
  );
  lease.start();
  /** @returns how often it was looked meanwhile */
  const pass = async (ms: number): Promise<number> => {
    const before = looks;
    const untilMs = world.nowMs + ms;
    while (await world.tick(untilMs - world.nowMs));
    world.nowMs = untilMs;
    return looks - before;
  };
  expect(await pass(10 * LEASE_MS)).toBe(0);
  return {
    lease,
    bus,
    pass,
    /** The process stands still between two of its timers, and whatever has come meanwhile is heard before they ring. */
    standStill: (ms: number): void => {
      stoodMs += ms;
      sayBeat(bus);
    },
  };
}

describe('an executor that others may have missed', () => {
  it('since it stood still looks for two leases whether what it runs was taken over, though its last beat came back', async () => {
    const { pass, standStill } = await running();
    standStill(LEASE_MS);
    await pass(0);
    const first = await pass(BEAT_MS);
    expect([first, first + (await pass(10 * LEASE_MS))]).toEqual([1, 6]);
  });

  it('since its beats do not come back looks with each beat, and for two leases after they do', async () => {
    const { bus, pass } = await running();
    bus.isReachable = false;
    expect(await pass(BEAT_MS)).toBe(0);
    expect(await pass(10 * BEAT_MS)).toBe(10);
    bus.isReachable = true;
    expect(await pass(10 * LEASE_MS)).toBeLessThanOrEqual(7);
    expect(await pass(10 * LEASE_MS)).toBe(0);
  });

  it('does not look where it stood still for less than others wait', async () => {
    const { pass, standStill } = await running();
    standStill(BEAT_MS - 1);
    expect(await pass(10 * LEASE_MS)).toBe(0);
  });

  it('and has ended neither beats nor looks', async () => {
    const { lease, bus, pass, standStill } = await running();
    standStill(LEASE_MS);
    await lease.end();
    const { length } = bus.sent;
    expect([await pass(10 * LEASE_MS), bus.sent.length, bus.listening]).toEqual([0, length, 0]);
  });

  it('says nothing itself while the beats of its beater come back, and beats itself when they do not', async () => {
    let reaches = true;
    const { bus, pass } = await running((bus) => ({
      start: () => undefined,
      turn: () => {
        if (reaches) sayBeat(bus);
        return true;
      },
      stop: async () => undefined,
    }));
    const before = bus.sent.length;
    await pass(10 * LEASE_MS);
    expect(bus.sent.length - before).toBe(30);
    reaches = false;
    await pass(2 * LEASE_MS);
    // Twice lost, then its own comes back.
    expect(bus.sent.length - before).toBe(33);
  });

  it('goes on where the bus takes no beat', async () => {
    const { bus, pass } = await running();
    await bus.close();
    expect(await pass(LEASE_MS)).toBeGreaterThan(0);
  });
});
