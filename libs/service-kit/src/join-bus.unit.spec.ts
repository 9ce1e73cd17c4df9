import { InProcessBus, NatsUnavailable } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { joinBus } from './join-bus.js';
import { mendsItself } from './mends-itself.js';
import { OtherLogOnTheBus, tellServedLog } from './refuse-other-log.js';

const logger = { info: () => undefined, warn: () => undefined };

/** A service whose log is `ours`, joining a bus. */
function world() {
  const bus = new InProcessBus();
  const said: string[] = [];
  const ends: string[] = [];
  let reconnected = (): void => undefined;
  const away = [new NatsUnavailable(['127.0.0.1:4222'], 'refused')];
  const connect = async (onReconnected: () => void): Promise<InProcessBus> => {
    const trouble = away.pop();
    if (trouble) throw trouble;
    reconnected = onReconnected;
    return bus;
  };
  const join = () =>
    joinBus(
      {
        connect,
        logId: 'ours',
        onConnected: () => void said.push('connected'),
        end: (why) => void ends.push(why),
      },
      { isTemporary: mendsItself, logger, signal: new AbortController().signal },
    );
  return { bus, said, ends, join, reconnect: () => reconnected() };
}

describe('a service that joins a bus', () => {
  it('waits for it, and shares it with those that serve the same log', async () => {
    const { bus, said, ends, join, reconnect } = world();
    tellServedLog(bus, 'ours');
    const joined = await join();
    expect([joined.bus, said]).toEqual([bus, ['connected']]);
    await joined.lookAgain();
    reconnect();
    expect(ends).toEqual([]);
  });

  it('of another platform does not start; by then its health can tell that the bus is there', async () => {
    const { bus, said, ends, join } = world();
    tellServedLog(bus, 'theirs');
    await expect(join()).rejects.toThrow(OtherLogOnTheBus);
    expect([said, ends]).toEqual([['connected'], []]);
  });

  it('asks a second time once it listens: another platform that came in the same second ends it', async () => {
    const { bus, ends, join } = world();
    const { lookAgain } = await join();
    for (const log of ['ours', 'theirs']) tellServedLog(bus, log);
    await lookAgain();
    expect(ends).toEqual([expect.stringMatching(/its log is theirs, this one is ours/)]);
  });

  it('asks again after each reconnection: another platform behind the address by now ends it', async () => {
    const { bus, ends, join, reconnect } = world();
    await join();
    tellServedLog(bus, 'theirs');
    reconnect();
    await until('it ends', () => ends.length > 0);
    expect(ends).toEqual([expect.stringMatching(/another platform answers on this bus/)]);
  });

  it('concludes nothing from a look that fails', async () => {
    const { bus, ends, join } = world();
    const { lookAgain } = await join();
    await bus.close();
    await lookAgain();
    expect(ends).toEqual([]);
  });
});
