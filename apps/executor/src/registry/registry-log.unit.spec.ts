import { type ActionContract, ActionName, ActionRegistered } from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { Closing } from '../execution/closing.js';
import { SYSTEM } from '../execution/execution-record.js';
import { systemChance, systemClock } from '../system-ports.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus } from '../testing/sim-worker.contract.js';
import { RegistryLog } from './registry-log.js';

/** Two executors' views of one log, and how many events were read. */
function two() {
  const store = new InMemoryEventStore();
  const world = { store, reads: 0 };
  const counting = new Proxy(store, {
    get: (_, member) =>
      member === 'readStream' ? readStream : Reflect.get(world.store, member).bind(world.store),
  });
  async function* readStream(...asked: Parameters<InMemoryEventStore['readStream']>) {
    for await (const event of world.store.readStream(...asked)) {
      world.reads++;
      yield event;
    }
  }
  const open = (name: string) => new RegistryLog(counting, systemClock, systemChance, new Closing(), name);
  const [here, there] = [open('here'), open('there')];
  const write = async (
    log: RegistryLog,
    version: number,
    more: Partial<ActionContract> = {},
  ): Promise<void> => {
    const data = onTheBus({}, { version, ...more });
    const state = await log.load(TENANT, data.contract.name);
    await log.append(TENANT, state, { type: 'ActionRegistered', data }, SYSTEM);
  };
  return { store, world, here, there, write };
}

const versionsIn = ({ versions }: Awaited<ReturnType<RegistryLog['load']>>) => [...versions.keys()];

describe('the stream of an action', () => {
  it('is read once, and then what is new, whoever wrote it', async () => {
    const { world, here, there, write } = two();
    for (const version of [1, 2, 3]) await write(here, version);
    expect(versionsIn(await there.load(TENANT, 'pay'))).toEqual([1, 2, 3]);
    world.reads = 0;
    expect(versionsIn(await there.load(TENANT, 'pay'))).toEqual([1, 2, 3]);
    // The last one, by which it is told from another.
    expect(world.reads).toBe(1);
    await write(here, 4);
    world.reads = 0;
    const state = await there.load(TENANT, 'pay');
    expect([versionsIn(state), state.revision, world.reads]).toEqual([[1, 2, 3, 4], 3n, 2]);
    // What was decided upon it fits the stream's end.
    await write(there, 5);
    expect(versionsIn(await here.load(TENANT, 'pay'))).toEqual([1, 2, 3, 4, 5]);
  });

  it('that nobody has written to is looked at each time', async () => {
    const { here, there, write } = two();
    expect((await there.load(TENANT, 'pay')).revision).toBe(-1n);
    await write(here, 1);
    expect(versionsIn(await there.load(TENANT, 'pay'))).toEqual([1]);
  });

  it('is read from its beginning by whoever wants each event', async () => {
    const { here, write } = two();
    for (const version of [1, 2]) await write(here, version);
    await here.load(TENANT, 'pay');
    const told: number[] = [];
    await here.read(TENANT, 'pay', ({ data }) => told.push(ActionRegistered.parse(data).contract.version));
    expect(told).toEqual([1, 2]);
  });

  it.each([
    ['and is as long now', [1, 7]],
    ['and is longer', [1, 7, 8]],
    ['and is shorter', [7]],
    ['and is gone', []],
  ])('that was put back under it, %s, is read anew', async (_, versions) => {
    const { world, here, write } = two();
    for (const version of [1, 2]) await write(here, version);
    const another = two();
    for (const version of versions) await another.write(another.here, version);
    world.store = another.store;
    expect(versionsIn(await here.load(TENANT, 'pay'))).toEqual(versions);
    await write(here, 9);
    expect(versionsIn(await here.load(TENANT, 'pay'))).toEqual([...versions, 9]);
  });

  it('that is asked for stays, and others go', async () => {
    const { world, here, write } = two();
    await write(here, 1);
    const large = { type: 'object', description: 'x'.repeat(1_500_000) };
    for (const name of ['a', 'b', 'c', 'd']) {
      await write(here, 1, { name: ActionName.parse(name), paramsJsonSchema: large });
      await here.load(TENANT, 'pay');
    }
    world.reads = 0;
    await here.load(TENANT, 'pay');
    await here.load(TENANT, 'a');
    // Read from its beginning, which is its one event.
    expect(world.reads).toBe(2);
  });
});
