import { ActionRegistered } from '@action-do/contracts';
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
  const readStream = store.readStream.bind(store);
  const world = { reads: 0 };
  store.readStream = async function* (...asked) {
    for await (const event of readStream(...asked)) {
      world.reads++;
      yield event;
    }
  };
  const open = (name: string) => new RegistryLog(store, systemClock, systemChance, new Closing(), name);
  const [here, there] = [open('here'), open('there')];
  const write = async (log: RegistryLog, version: number): Promise<void> => {
    const data = onTheBus({}, { version });
    await log.append(TENANT, await log.load(TENANT, 'pay'), { type: 'ActionRegistered', data }, SYSTEM);
  };
  return { world, here, there, write };
}

const versionsIn = ({ versions }: Awaited<ReturnType<RegistryLog['load']>>) => [...versions.keys()];

describe('the stream of an action', () => {
  it('is read once, and then what is new, whoever wrote it', async () => {
    const { world, here, there, write } = two();
    for (const version of [1, 2, 3]) await write(here, version);
    expect(versionsIn(await there.load(TENANT, 'pay'))).toEqual([1, 2, 3]);
    world.reads = 0;
    expect(versionsIn(await there.load(TENANT, 'pay'))).toEqual([1, 2, 3]);
    expect(world.reads).toBe(0);
    await write(here, 4);
    world.reads = 0;
    const state = await there.load(TENANT, 'pay');
    expect([versionsIn(state), state.revision, world.reads]).toEqual([[1, 2, 3, 4], 3n, 1]);
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

  it('is read from its beginning by whoever wants each event, and once it is not what it was taken for', async () => {
    const { world, here, write } = two();
    for (const version of [1, 2]) await write(here, version);
    await here.load(TENANT, 'pay');
    const told: number[] = [];
    await here.read(TENANT, 'pay', ({ data }) => told.push(ActionRegistered.parse(data).contract.version));
    expect(told).toEqual([1, 2]);
    here.forget(TENANT, 'pay');
    world.reads = 0;
    await here.load(TENANT, 'pay');
    expect(world.reads).toBe(2);
  });
});
