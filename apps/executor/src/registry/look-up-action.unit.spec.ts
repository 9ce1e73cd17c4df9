import { ActionName, type ActionRegistered } from '@action-do/contracts';
import { evolveRegistry, NOTHING_REGISTERED, type RegistryEvent } from '@action-do/domain';
import type { Performer } from '../execution/performer.js';
import { action } from '../testing/one-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus } from '../testing/sim-worker.contract.js';
import { ActionRegistry } from './action-registry.js';
import { ActionLookup } from './look-up-action.js';

const http = (url: string) => ({ target: 'http', http: { url, secretWrapped: 's' } }) as const;
const RETIRED = {
  ...{ name: ActionName.parse('pay'), version: 1 },
  ...{ successor: null, reason: 'old', atMs: 1 },
};

describe('what is read of the log', () => {
  /** An executor that performs `own` itself and has `pay` performed elsewhere, on a log that a test writes. */
  function reading({ sharesLog = true } = {}) {
    /** As what the performer is registered that was asked. */
    const asked: ActionRegistered[] = [];
    const perform = (_: unknown, registered: ActionRegistered): Performer => ({
      run: async () => null,
      probe: async () => ({ state: 'unknown' }),
      undo: async () => null,
      elsewhere: {
        isThere: async () => {
          asked.push(registered);
          return true;
        },
        isKnown: async () => false,
        overhear: async () => null,
        adopt: async () => null,
        cancel: () => {},
      },
    });
    const registry = new ActionRegistry(perform, perform);
    registry.register(action('own', () => 1));
    const world = { nowMs: 0, reads: 0, isAway: false, ends: Promise.resolve() };
    let state = NOTHING_REGISTERED;
    const log = {
      async load() {
        const seen = state;
        world.reads++;
        await world.ends;
        if (world.isAway) throw new Error('the log is away');
        return seen;
      },
    };
    const clock = { nowMs: () => world.nowMs, after: () => () => {} };
    const lookup = new ActionLookup(registry, log, clock, sharesLog);
    const write = (event: RegistryEvent): void => {
      state = evolveRegistry(state, event);
    };
    return {
      world,
      lookup,
      registry,
      write,
      writeAt: (url: string): void =>
        write({ type: 'ActionRegistered', data: { ...onTheBus(), ...http(url) } }),
      take: () => registry.take(TENANT, 'pay', state),
      /** Where an execution under way would be performed now. */
      known: async () => {
        await (await lookup.findKnown(TENANT, 'pay', 1))?.performer.elsewhere?.isThere();
        return asked.pop()?.http?.url ?? null;
      },
    };
  }

  it('is found out by what is under way a second after it changed, and at once by whoever is told', async () => {
    const { world, lookup, writeAt, known } = reading();
    writeAt('a');
    expect(await known()).toBe('a');
    writeAt('b');
    expect([await known(), world.reads]).toEqual(['a', 1]);
    world.nowMs += 1_000;
    expect([await known(), await known(), world.reads]).toEqual(['b', 'b', 2]);
    writeAt('c');
    lookup.forget(TENANT, 'pay');
    expect([await known(), await known(), world.reads]).toEqual(['c', 'c', 3]);
  });

  it('is not asked for what this process performs itself, nor by who is alone on the log', async () => {
    const { world, lookup } = reading();
    for (const at of [0, 1_000]) {
      world.nowMs = at;
      expect(await lookup.findKnown(TENANT, 'own', 1)).not.toBeNull();
    }
    expect(world.reads).toBe(0);
    const alone = reading({ sharesLog: false });
    alone.writeAt('a');
    alone.take();
    expect([await alone.known(), alone.world.reads]).toEqual(['a', 0]);
  });

  it('is done without by what is under way where the log is away', async () => {
    const { world, writeAt, known } = reading();
    writeAt('a');
    await known();
    world.isAway = true;
    world.nowMs += 1_000;
    expect([await known(), world.reads]).toEqual(['a', 2]);
  });

  it('changes nothing where more was taken in while it was read', async () => {
    const { world, lookup, registry, write, writeAt, take, known } = reading();
    let end = (): void => {};
    world.ends = new Promise((resolve) => {
      end = resolve;
    });
    writeAt('a');
    const looking = lookup.find(TENANT, 'pay', 1);
    writeAt('b');
    take();
    end();
    await looking;
    expect([await known(), world.reads]).toEqual(['b', 1]);
    // Of the same length is the same stream: it is read again where a version was forgotten.
    take();
    write({ type: 'ActionRetired', data: RETIRED });
    take();
    expect(registry.retirement(TENANT, 'pay', 1)).not.toBeNull();
  });

  it('is not asked again by a call that names a retired version, for that is final', async () => {
    const { world, lookup, writeAt, write } = reading();
    writeAt('a');
    write({ type: 'ActionRetired', data: RETIRED });
    for (let calls = 0; calls < 3; calls++) expect(await lookup.find(TENANT, 'pay', 1)).not.toBeNull();
    expect(world.reads).toBe(1);
    // A newer one may just have come.
    write({ type: 'ActionRegistered', data: onTheBus({}, { version: 2 }) });
    expect([(await lookup.find(TENANT, 'pay'))?.version, world.reads]).toEqual([2, 2]);
  });
});
