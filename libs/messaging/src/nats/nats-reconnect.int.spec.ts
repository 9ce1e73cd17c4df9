import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { canRun, natsServerProgram } from '@action-do/test-support';
import {
  answering,
  bytes,
  makeGate,
  patient,
  settled,
  textOf,
  until,
} from '../bus-contract/bus-probe.contract.js';
import { BusClosed, BusInterrupted, BusTimeout, BusUnreachable } from '../errors.js';
import { NatsProbe } from './nats-probe.contract.js';

/** The signal is on its way for a moment, in which the server may still answer: waits until every thread stands still. */
async function hang(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return;
  const stands = (task: string): boolean => /\) [Tt] /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8'));
  await until(() => readdirSync(tasks).every(stands));
}

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

suite('a NATS server that goes away', () => {
  const nats = new NatsProbe();
  afterEach(() => nats.end());

  it('requests in flight are interrupted, later ones refused at once, and afterwards all goes on', async () => {
    const server = await nats.start();
    const one = await nats.connect(server.url);
    const two = await nats.connect(server.url);
    let heardCount = 0;
    two.bus.subscribe('silent', () => {
      heardCount += 1;
    });
    two.bus.subscribe('echo', answering(), { queue: 'crew' });
    await settled(two.bus);
    const open = [1, 2, 3].map(() => one.bus.request('silent', bytes(''), patient));
    const interrupted = open.map((request) => expect(request).rejects.toBeInstanceOf(BusInterrupted));
    await until(() => heardCount === 3);

    await server.kill();
    await Promise.all(interrupted);
    await until(() => !one.bus.isConnected && !two.bus.isConnected);
    const begun = performance.now();
    const refused = one.bus.request('echo', bytes('lost'), patient);
    await expect(refused).rejects.toMatchObject({ code: 'BUS_UNREACHABLE', subject: 'echo' });
    await expect(refused).rejects.toBeInstanceOf(BusUnreachable);
    expect(performance.now() - begun).toBeLessThan(1_000);
    one.bus.publish('silent', bytes('lost'));
    two.bus.subscribe('new', answering());

    await nats.start({ port: server.port });
    await until(() => one.bus.isConnected && two.bus.isConnected);
    await settled(two.bus);
    expect(textOf(await one.bus.request('echo', bytes('again'), patient))).toBe('again');
    expect(textOf(await one.bus.request('new', bytes('made meanwhile'), patient))).toBe('made meanwhile');
    expect(heardCount).toBe(3);
    expect(one.statuses).toEqual([
      expect.stringMatching(/^disconnected: ./),
      `reconnected: 127.0.0.1:${server.port}; 1 published messages were lost`,
    ]);
    expect(one.errors).toEqual([]);
  });

  it('a handler that ran through the interruption is still counted, and what it answers disturbs nobody', async () => {
    const server = await nats.start();
    const asker = await nats.connect(server.url);
    const answerer = await nats.connect(server.url);
    const gate = makeGate();
    let startedCount = 0;
    const slow = answerer.bus.subscribe('slow', async (message) => {
      startedCount += 1;
      await gate.opened;
      message.respond(bytes('late'));
    });
    await settled(answerer.bus);
    const interrupted = expect(asker.bus.request('slow', bytes(''), patient)).rejects.toBeInstanceOf(
      BusInterrupted,
    );
    await until(() => startedCount === 1);
    await server.kill();
    await interrupted;
    await until(() => !answerer.bus.isConnected);
    let isDrained = false;
    const drained = slow.drain().then(() => {
      isDrained = true;
    });
    await nats.start({ port: server.port });
    await until(() => asker.bus.isConnected && answerer.bus.isConnected);
    await settled(asker.bus, answerer.bus);
    expect(isDrained).toBe(false);
    gate.open();
    await drained;
    // It left: the next link does not have it.
    await expect(asker.bus.request('slow', bytes(''), patient)).rejects.toMatchObject({
      code: 'NO_RESPONDER',
    });
    expect([...asker.errors, ...answerer.errors]).toEqual([]);
  });

  it('a server that hangs holds no request beyond its deadline, nor a close', async () => {
    const server = await nats.start();
    const { bus } = await nats.connect(server.url);
    bus.subscribe('echo', answering());
    await settled(bus);
    await hang(server.pid);
    const begun = performance.now();
    await expect(bus.request('echo', bytes(''), { timeoutMs: 100 })).rejects.toBeInstanceOf(BusTimeout);
    const open = expect(bus.request('echo', bytes(''), patient)).rejects.toBeInstanceOf(BusClosed);
    await bus.close();
    await open;
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  it('a server that answers no ping is given up, though its buffer is full, and taken again when it wakes', async () => {
    const server = await nats.start();
    const { bus, statuses } = await nats.connect(server.url, { pingIntervalMs: 50, connectTimeoutMs: 200 });
    bus.subscribe('echo', answering());
    await settled(bus);
    await hang(server.pid);
    const megabyte = new Uint8Array(2 ** 20);
    // Far more than it may keep: what is over the bound is not sent.
    for (let n = 0; n < 100; n += 1) bus.publish('flood', megabyte);
    await expect(bus.request('echo', bytes(''), patient)).rejects.toBeInstanceOf(BusUnreachable);
    await until(() => !bus.isConnected);
    expect(statuses).toEqual(['disconnected: the server answers no ping']);
    process.kill(server.pid, 'SIGCONT');
    await until(() => bus.isConnected);
    expect(textOf(await bus.request('echo', bytes('awake'), patient))).toBe('awake');
  });

  it.each(['close', 'drain'] as const)('%s while disconnected ends the trying', async (end) => {
    const server = await nats.start();
    const { bus, statuses } = await nats.connect(server.url);
    const subscription = bus.subscribe('echo', answering());
    await server.kill();
    await until(() => !bus.isConnected);
    await bus[end]();
    await subscription.drain();
    expect(() => bus.publish('x', bytes(''))).toThrow(BusClosed);
    await expect(bus.request('x', bytes(''), patient)).rejects.toBeInstanceOf(BusClosed);
    await nats.start({ port: server.port });
    expect(bus.isConnected).toBe(false);
    expect(statuses).toEqual([expect.stringMatching(/^disconnected/), 'closed: the bus is closed']);
  });

  it('a bus that was closed while it connected again does not come back', async () => {
    const server = await nats.start();
    const { bus, statuses } = await nats.connect(server.url, { pingIntervalMs: 50 });
    await hang(server.pid);
    await until(() => !bus.isConnected);
    await bus.close();
    process.kill(server.pid, 'SIGCONT');
    await settled((await nats.connect(server.url)).bus);
    expect(statuses.filter((status) => status.startsWith('reconnected'))).toEqual([]);
  });

  it('a drain lets a thousand answers in flight out', async () => {
    const server = await nats.start();
    const asker = await nats.connect(server.url);
    const answerer = await nats.connect(server.url);
    const gate = makeGate();
    let startedCount = 0;
    answerer.bus.subscribe('slow', async (message) => {
      startedCount += 1;
      await gate.opened;
      message.respond(message.payload);
    });
    await settled(answerer.bus);
    const replies = Array.from({ length: 1_000 }, (_, n) =>
      asker.bus.request('slow', bytes(String(n)), patient),
    );
    await until(() => startedCount === 1_000);
    const drained = answerer.bus.drain();
    gate.open();
    await drained;
    expect((await Promise.all(replies)).map(textOf)).toEqual(replies.map((_, n) => String(n)));
  });

  it('a report of status that throws ends nothing', async () => {
    const server = await nats.start();
    const failure = new Error('no log');
    const { bus, errors } = await nats.connect(server.url, {
      onStatus: () => {
        throw failure;
      },
    });
    await server.kill();
    await until(() => errors.length > 0);
    await nats.start({ port: server.port });
    await until(() => bus.isConnected);
    expect(errors[0]).toEqual({ error: failure, where: 'onStatus' });
  });
});
