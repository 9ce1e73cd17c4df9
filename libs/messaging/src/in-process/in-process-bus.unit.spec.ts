import { jest } from '@jest/globals';
import { describeBus } from '../bus.contract.js';
import { bytes, patient, textOf, until } from '../bus-contract/bus-probe.contract.js';
import { BusTimeout, NoResponder } from '../errors.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import { InProcessBus } from './in-process-bus.js';

const quiet = { onHandlerError: () => undefined };

describeBus('InProcessBus', async () => {
  const bus = new InProcessBus(quiet);
  return [bus, bus];
});

describe('InProcessBus', () => {
  const reported: { error: unknown; where: string }[] = [];
  const reporting = {
    onHandlerError: (error: unknown, where: string) => void reported.push({ error, where }),
  };
  beforeEach(() => {
    reported.length = 0;
  });

  it('reports what a handler throws, and where', async () => {
    const bus = new InProcessBus(reporting);
    const [atOnce, later] = [new Error('at once'), new Error('later')];
    bus.subscribe('a.*', () => {
      throw atOnce;
    });
    bus.subscribe('a.b', () => Promise.reject(later));
    bus.publish('a.b', bytes(''));
    await until(() => reported.length === 2);
    expect(reported).toContainEqual({ error: atOnce, where: 'a.b' });
    expect(reported).toContainEqual({ error: later, where: 'a.b' });
  });

  it('survives a reporter that throws', async () => {
    const bus = new InProcessBus({
      onHandlerError: () => {
        throw new Error('no log either');
      },
    });
    bus.subscribe('a', (message) => {
      message.respond(bytes('answered'));
      throw new Error('afterwards');
    });
    expect(textOf(await bus.request('a', bytes(''), patient))).toBe('answered');
    await bus.drain();
  });

  it('by default a failed handler is a warning of the process', async () => {
    const bus = new InProcessBus();
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    bus.subscribe('a.b', () => {
      throw new Error('the cause');
    });
    bus.publish('a.b', bytes(''));
    await until(() => warn.mock.calls.length > 0);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^a\.b: Error: the cause/), 'BusHandlerError']]);
    warn.mockRestore();
  });

  it('a subscriber that does not keep up loses what is over its bound, which is reported once a batch', async () => {
    const bus = new InProcessBus({ ...reporting, pendingMax: 10 });
    const heard: string[] = [];
    bus.subscribe('flood', (message) => void heard.push(textOf(message)));
    for (let n = 0; n < 25; n += 1) bus.publish('flood', bytes(String(n)));
    await until(() => heard.length === 10);
    expect(heard).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(reported).toEqual([{ error: expect.any(SlowSubscriber), where: 'flood' }]);
    expect(reported[0]?.error).toMatchObject({ missedCount: 15 });
    bus.publish('flood', bytes('again'));
    await until(() => heard.includes('again'));
    expect(reported).toHaveLength(1);
  });

  it('the bound holds for bytes too, but one message always passes', async () => {
    const bus = new InProcessBus({ ...reporting, pendingBytesMax: 5 });
    const heard: string[] = [];
    bus.subscribe('flood', (message) => void heard.push(textOf(message)));
    bus.publish('flood', bytes('more than five'));
    bus.publish('flood', bytes('x'));
    await until(() => heard.length === 1);
    bus.publish('flood', bytes('five5'));
    bus.publish('flood', bytes('!'));
    await until(() => heard.length === 2);
    expect(heard).toEqual(['more than five', 'five5']);
  });

  it('a request that finds only full subscribers fails at once: nothing was done', async () => {
    const bus = new InProcessBus({ ...reporting, pendingMax: 1 });
    let heardCount = 0;
    bus.subscribe('flood', () => {
      heardCount += 1;
    });
    const taken = bus.request('flood', bytes(''), { timeoutMs: 30 });
    await expect(bus.request('flood', bytes(''), patient)).rejects.toBeInstanceOf(NoResponder);
    await expect(taken).rejects.toBeInstanceOf(BusTimeout);
    expect(heardCount).toBe(1);
  });

  it('a full member of a queue group is passed over', async () => {
    const bus = new InProcessBus({ ...reporting, pendingMax: 10 });
    let heardCount = 0;
    const count = (): void => {
      heardCount += 1;
    };
    bus.subscribe('flood', count, { queue: 'crew' });
    bus.subscribe('flood', count, { queue: 'crew' });
    for (let n = 0; n < 20; n += 1) bus.publish('flood', bytes(''));
    await bus.drain();
    expect(heardCount).toBe(20);
  });

  it('drain works off what was accepted before it', async () => {
    const bus = new InProcessBus(reporting);
    const heard: string[] = [];
    bus.subscribe('a', (message) => void heard.push(textOf(message)));
    bus.publish('a', bytes('accepted'));
    await bus.drain();
    expect(heard).toEqual(['accepted']);
  });

  it('close ends a drain that waits for a handler without end', async () => {
    const bus = new InProcessBus(reporting);
    let heardCount = 0;
    bus.subscribe('endless', () => {
      heardCount += 1;
      return new Promise(() => undefined);
    });
    bus.publish('endless', bytes(''));
    await until(() => heardCount === 1);
    const drained = bus.drain();
    await bus.close();
    await drained;
  });

  it('close drops what no handler has begun', async () => {
    const bus = new InProcessBus(reporting);
    let heardCount = 0;
    bus.subscribe('a', () => {
      heardCount += 1;
    });
    bus.publish('a', bytes(''));
    await bus.close();
    await new Promise((resolve) => setImmediate(resolve));
    await bus.drain();
    expect(heardCount).toBe(0);
  });

  it('a loop of requests leaves timers their turn', async () => {
    const bus = new InProcessBus(reporting);
    bus.subscribe('a', (message) => message.respond(message.payload));
    let isOver = false;
    setTimeout(() => {
      isOver = true;
    }, 5);
    for (let n = 0; n < 1_000_000 && !isOver; n += 1) await bus.request('a', bytes(''), patient);
    expect(isOver).toBe(true);
  });

  it.each([{ payloadBytesMax: 0 }, { pendingMax: 1.5 }, { pendingBytesMax: Number.NaN }])(
    'the bound %j is refused',
    (limits) => {
      expect(() => new InProcessBus(limits)).toThrow(RangeError);
    },
  );
});
