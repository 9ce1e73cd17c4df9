import { systemSubjects } from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { BusUnreachable, InProcessBus } from '@action-do/messaging';
import {
  OtherLogOnTheBus,
  refuseOtherLog,
  refuseOtherLogBeside,
  tellServedLog,
} from '@action-do/service-kit';
import { SimWorld } from '@action-do/test-support';
import { Executor } from '../executor.js';
import { startExecutor } from '../start-executor.js';
import { systemChance, systemClock } from '../system-ports.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { masterKey, silent } from '../testing/sim-executors.contract.js';

async function served() {
  const store = new InMemoryEventStore();
  const bus = new InProcessBus();
  const clock = systemClock;
  const parts = { store, bus, masterKey, clock, chance: systemChance, logger: silent };
  const service = await startExecutor(
    new Executor({ ...parts, actions: [], name: 'e1', slots: 1, queue: 1 }),
    bus,
  );
  return { bus, logId: store.logId, service };
}

describe('a start on a bus', () => {
  it('on which another log is served is refused, and both logs are named', async () => {
    const { bus, logId, service } = await served();
    const refusal = refuseOtherLog(bus, 'another-log');
    await expect(refusal).rejects.toBeInstanceOf(OtherLogOnTheBus);
    await expect(refusal).rejects.toThrow(new RegExp(`${logId}.*another-log`));
    await service.close();
  });

  it('on which the same log is served goes on: executors share the work', async () => {
    const { bus, logId, service } = await served();
    await expect(refuseOtherLog(bus, logId)).resolves.toBeUndefined();
    await service.close();
  });

  it.each([
    ['the other one', ['theirs', 'ours']],
    ['its own', ['ours', 'theirs']],
  ])(
    'is followed by another look, which finds a platform that came meanwhile, though %s answers first',
    async (_, logs) => {
      const bus = new InProcessBus();
      for (const log of logs) tellServedLog(bus, log);
      await expect(refuseOtherLogBeside(bus, 'ours')).rejects.toBeInstanceOf(OtherLogOnTheBus);
    },
  );

  it('is followed by another look, to which those that serve the same log keep silent', async () => {
    const bus = new InProcessBus();
    for (let executors = 0; executors < 2; executors++) tellServedLog(bus, 'ours');
    await expect(refuseOtherLogBeside(bus, 'ours')).resolves.toBeUndefined();
  });

  it('on which nobody can be asked is tried again; a later look concludes nothing', async () => {
    const bus = new SimBus(new SimWorld());
    bus.isReachable = false;
    await expect(refuseOtherLog(bus, 'ours')).rejects.toBeInstanceOf(BusUnreachable);
    await expect(refuseOtherLogBeside(bus, 'ours')).resolves.toBeUndefined();
  });

  it('on which nobody is, or somebody talks nonsense, goes on', async () => {
    const bus = new InProcessBus();
    await expect(refuseOtherLog(bus, 'ours')).resolves.toBeUndefined();
    bus.subscribe(systemSubjects.servedLog, (message) => message.respond(new TextEncoder().encode('{')));
    await expect(refuseOtherLog(bus, 'ours')).resolves.toBeUndefined();
  });
});
