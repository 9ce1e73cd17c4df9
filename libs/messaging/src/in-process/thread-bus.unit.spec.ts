import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describeBus } from '../bus.contract.js';
import {
  answering,
  bytes,
  makeGate,
  patient,
  settled,
  textOf,
  until,
} from '../bus-contract/bus-probe.contract.js';
import { BusClosed, NoResponder } from '../errors.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import { InProcessBus } from './in-process-bus.js';
import { ThreadBus } from './thread-bus.js';

const quiet = { onHandlerError: () => undefined };

describeBus('ThreadBus and the bus it comes from', async () => {
  const bus = new InProcessBus(quiet);
  return [bus, new ThreadBus(bus.connectThread(), quiet)];
});

describeBus('two ThreadBuses of one bus', async () => {
  const bus = new InProcessBus(quiet);
  return [new ThreadBus(bus.connectThread(), quiet), new ThreadBus(bus.connectThread(), quiet)];
});

describe('ThreadBus', () => {
  let bus: InProcessBus;
  let reported: unknown[];
  const report = (error: unknown): void => void reported.push(error);
  beforeEach(() => {
    reported = [];
    bus = new InProcessBus({ onHandlerError: report });
  });
  afterEach(() => bus.close());

  const wellFormed = { subject: 'echo', payload: bytes('x'), headers: {} };
  const notBatches: unknown[] = [
    ...[null, undefined, 0, -1, 'text', {}, [], true, new Uint8Array(3), new Map(), 10n],
    ...[
      { acknowledged: -1, frames: [] },
      { acknowledged: 0, frames: {} },
      { acknowledged: 'x', frames: [] },
    ],
    ...[{ acknowledged: Number.NaN, frames: [] }, { frames: [] }],
  ];
  const notFrames: unknown[] = [
    ...[null, 1, 'x', {}, [], { kind: 'unknown' }, { kind: ['publish'] }],
    { ...wellFormed, kind: 'publish', subject: 'a..b' },
    { ...wellFormed, kind: 'publish', payload: 'text' },
    { ...wellFormed, kind: 'publish', headers: { 'a b': 'x' } },
    { ...wellFormed, kind: 'publish', headers: { a: 1 } },
    { ...wellFormed, kind: 'publish', headers: null },
    { ...wellFormed, kind: 'request', request: -1 },
    { ...wellFormed, kind: 'request', request: 'x' },
    { ...wellFormed, kind: 'answer', replyTo: null },
    { ...wellFormed, kind: 'answer', replyTo: { connection: 999, request: 1.5 } },
    { kind: 'subscribe', subscription: 1, pattern: '>.a' },
    { kind: 'subscribe', subscription: 1, pattern: 'a', queue: 'b c' },
    { kind: 'subscribe', subscription: 1 },
    { kind: 'unsubscribe', subscription: {} },
    { ...wellFormed, kind: 'message', subscription: '1' },
    { ...wellFormed, kind: 'message', subscription: 1, replyTo: 7 },
    { ...wellFormed, kind: 'message', subscription: 1, subject: '*' },
    { kind: 'answered', request: 1 },
    { kind: 'no-responder' },
  ];
  const nonsenseCount = notBatches.length + notFrames.length;
  const talkNonsense = (port: MessagePort): void => {
    for (const value of notBatches) port.postMessage(value);
    port.postMessage({ acknowledged: 1e9, frames: notFrames });
  };

  it('nonsense from a thread is reported and kills nobody', async () => {
    const port = bus.connectThread();
    talkNonsense(port);
    bus.subscribe('echo', answering());
    const other = new ThreadBus(bus.connectThread(), quiet);
    expect(textOf(await other.request('echo', bytes('alive'), patient))).toBe('alive');
    await until(() => reported.length >= nonsenseCount);
    await settled(other);
    expect(reported).toHaveLength(nonsenseCount);
    expect(reported.every((error) => error instanceof TypeError)).toBe(true);
    port.close();
  });

  it('well-formed frames about what does not exist disturb nobody', async () => {
    const port = bus.connectThread();
    const frames = [
      { ...wellFormed, kind: 'answer', replyTo: { connection: 999, request: 1 } },
      { ...wellFormed, kind: 'answer', replyTo: { connection: 1, request: 999 } },
      { kind: 'unsubscribe', subscription: 12 },
    ];
    port.postMessage({ acknowledged: 5, frames });
    await settled(new ThreadBus(bus.connectThread(), quiet), bus);
    expect(reported).toEqual([]);
    port.close();
  });

  it('nonsense from the other side is reported and kills nobody', async () => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage({ kind: 'hello', payloadBytesMax: 100, pendingMax: 10, pendingBytesMax: 100 });
    const thread = new ThreadBus(port2, { onHandlerError: report });
    talkNonsense(port1);
    const open = thread.request('a', bytes(''), patient);
    await until(() => reported.length >= nonsenseCount);
    port1.postMessage({ acknowledged: 0, frames: [{ kind: 'no-responder', request: 1 }] });
    await expect(open).rejects.toBeInstanceOf(NoResponder);
    expect(reported).toHaveLength(nonsenseCount);
    await thread.close();
  });

  it.each([
    ['no word', undefined],
    ['nonsense', 'hello'],
    ['bounds that are none', { kind: 'hello', payloadBytesMax: -1, pendingMax: 1, pendingBytesMax: 1 }],
  ])('a port on which %s waits is refused', (_what, first) => {
    const { port1, port2 } = new MessageChannel();
    if (first !== undefined) port1.postMessage(first);
    expect(() => new ThreadBus(port2)).toThrow(TypeError);
    port1.close();
  });

  it('a port that closes ends the requests of its thread with BusClosed and its subscriptions', async () => {
    const port = bus.connectThread();
    const thread = new ThreadBus(port, quiet);
    thread.subscribe('there', answering());
    bus.subscribe('silent', () => undefined);
    await settled(thread);
    const open = expect(thread.request('silent', bytes(''), patient)).rejects.toBeInstanceOf(BusClosed);
    port.close();
    await open;
    await until(() =>
      bus.request('there', bytes(''), { timeoutMs: 20 }).then(
        () => false,
        (error: unknown) => error instanceof NoResponder,
      ),
    );
    expect(() => thread.publish('a', bytes(''))).toThrow(BusClosed);
  });

  it('closing the bus closes its threads', async () => {
    const thread = new ThreadBus(bus.connectThread(), quiet);
    bus.subscribe('silent', () => undefined);
    const open = expect(thread.request('silent', bytes(''), patient)).rejects.toBeInstanceOf(BusClosed);
    await settled(thread);
    await bus.close();
    await open;
    await thread.close();
    expect(() => bus.connectThread()).toThrow(BusClosed);
  });

  it('draining the bus lets its own handlers call threads, then lets the threads end their work', async () => {
    const thread = new ThreadBus(bus.connectThread(), quiet);
    const gate = makeGate();
    let startedCount = 0;
    thread.subscribe('there', async (message) => {
      startedCount += 1;
      await gate.opened;
      message.respond(bytes('from there'));
    });
    await settled(thread);
    const heard: string[] = [];
    bus.subscribe('here', async () => {
      heard.push(textOf(await bus.request('there', bytes(''), patient)));
    });
    bus.publish('here', bytes(''));
    const drained = bus.drain();
    await until(() => startedCount === 1);
    gate.open();
    await drained;
    expect(heard).toEqual(['from there']);
    await thread.drain();
    expect(() => thread.publish('a', bytes(''))).toThrow(BusClosed);
  });

  it('a message under way while its handler unsubscribes is still handled', async () => {
    const thread = new ThreadBus(bus.connectThread(), quiet);
    const subscription = thread.subscribe('there', answering());
    await settled(thread);
    const underWay = bus.request('there', bytes('in time'), patient);
    subscription.unsubscribe();
    expect(textOf(await underWay)).toBe('in time');
  });

  it('a thread whose bus does not read sends no more than its bound, and its requests fail at once', async () => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage({ kind: 'hello', payloadBytesMax: 100, pendingMax: 3, pendingBytesMax: 100 });
    const thread = new ThreadBus(port2, { onHandlerError: report });
    for (let n = 0; n < 5; n += 1) thread.publish('a', bytes(''));
    await expect(thread.request('a', bytes(''), patient)).rejects.toBeInstanceOf(NoResponder);
    const batch = await new Promise<{ frames: unknown[] }>((resolve) => port1.once('message', resolve));
    expect(batch.frames).toHaveLength(3);
    port1.postMessage({ acknowledged: 1, frames: [] });
    await until(() => reported.length === 1);
    expect(reported[0]).toMatchObject({ name: 'SlowSubscriber', missedCount: 2 });
    expect(reported[0]).toBeInstanceOf(SlowSubscriber);
    await thread.close();
  });

  it('a gate to a thread that does not read passes it over', async () => {
    const narrow = new InProcessBus({ onHandlerError: report, pendingMax: 2 });
    const port: MessagePort = narrow.connectThread();
    port.postMessage({
      acknowledged: 0,
      frames: [{ kind: 'subscribe', subscription: 1, pattern: 'a', queue: 'q' }],
    });
    await until(() =>
      narrow.request('a', bytes(''), { timeoutMs: 5 }).then(
        () => false,
        (error: unknown) => !(error instanceof NoResponder),
      ),
    );
    narrow.publish('a', bytes(''));
    await expect(narrow.request('a', bytes(''), patient)).rejects.toBeInstanceOf(NoResponder);
    narrow.subscribe(
      'a',
      answering(() => 'the other member'),
      { queue: 'q' },
    );
    for (let n = 0; n < 20; n += 1) {
      expect(textOf(await narrow.request('a', bytes(''), patient))).toBe('the other member');
    }
    await narrow.close();
  });
});
