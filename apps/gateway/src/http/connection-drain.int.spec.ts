import { once } from 'node:events';
import { readFile } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import Fastify, { type FastifyInstance } from 'fastify';
import { type RunningGateway, startGateway } from '../start-gateway.js';
import { EXECUTE, KEY, StubExecutor, success } from '../testing/gateway-over-stub.contract.js';
import { ConnectionDrain } from './connection-drain.js';

const LONG_MS = 60_000;
const BODY = '{"params":{}}';
const REQUEST = [
  `POST ${EXECUTE} HTTP/1.1`,
  'Host: x',
  `Authorization: Bearer ${KEY}`,
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  '',
  BODY,
].join('\r\n');
const READY = 'GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n';

let bus: InProcessBus;
let executor: StubExecutor;
let gateway: RunningGateway;
let sockets: Socket[] = [];

beforeEach(async () => {
  bus = new InProcessBus({ onHandlerError: () => {} });
  executor = new StubExecutor(bus);
  const log = { info() {}, warn() {}, error() {} };
  gateway = await startGateway({ bus, log, name: 'g', nowMs: Date.now, host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await gateway.close(5_000);
  await bus.close();
});

const connectionsOf = ({ server }: FastifyInstance): Promise<number> =>
  new Promise((resolve) => server.getConnections((_, count) => resolve(count)));

/** A connection of a caller, with all that came back on it. */
class Connection {
  readonly socket: Socket;
  got = '';
  error = '';

  constructor(url = gateway.url) {
    this.socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(this.socket);
    this.socket.on('data', (chunk) => {
      this.got += chunk.toString('latin1');
    });
    this.socket.on('error', (error) => {
      this.error = String(error);
    });
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** The status of each answer. */
  get statuses(): string[] {
    return [...this.got.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status ?? '');
  }

  async answered(count: number): Promise<void> {
    await until(`${count} answers`, () => this.statuses.length >= count);
  }

  async closed(): Promise<void> {
    await until('the connection is closed', () => this.socket.closed);
  }
}

/** So that nothing below is quiet only because nobody has asked yet. */
async function kept(): Promise<Connection> {
  const connection = new Connection().send(REQUEST);
  await connection.answered(1);
  return connection;
}

describe('D1 while it drains', () => {
  it('it is not ready, does what it is asked, and ends the connection of each answer', async () => {
    const first = await kept();
    const stopped = gateway.stopListening(LONG_MS);
    const [health, old, fresh] = [
      new Connection().send(READY),
      first.send(REQUEST),
      new Connection().send(REQUEST),
    ];
    await Promise.all([health, old, fresh].map((each) => each.closed()));
    await stopped;
    expect([health.statuses, old.statuses, fresh.statuses]).toEqual([['503'], ['200', '200'], ['200']]);
    expect(health.got).toMatch(/\{"status":"draining"\}$/);
    expect(old.got.match(/connection: close/gi)).toHaveLength(1);
  });
});

describe('D2 it listens', () => {
  const QUIET_MS = 1_000;
  let server: FastifyInstance;
  let drain: ConnectionDrain;
  let url = '';
  const ask = (path: string) => new Connection(url).send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);

  beforeEach(async () => {
    server = Fastify();
    drain = new ConnectionDrain(server, QUIET_MS);
    server.get('/work', async () => 'done').get('/health/ready', async () => 'ready');
    server.get('/slow', async () => {
      const untilMs = performance.now() + 3;
      while (performance.now() < untilMs);
      return 'done';
    });
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close());

  it('until nobody asks any more: looking at its health is not asking', async () => {
    let stopped = false;
    await ask('/work').answered(1);
    const stopping = drain.stopListening(LONG_MS).then(() => {
      stopped = true;
    });
    let askedAtMs = performance.now();
    const endsAtMs = askedAtMs + 1.5 * QUIET_MS;
    for (let nowMs = askedAtMs; nowMs < endsAtMs; nowMs = performance.now()) {
      askedAtMs = nowMs;
      const call = ask('/work');
      await call.closed();
      expect([call.statuses, stopped]).toEqual([['200'], false]);
    }
    while (!stopped) await ask('/health/ready').closed();
    await stopping;
    expect(performance.now() - askedAtMs).toBeGreaterThan(0.9 * QUIET_MS);
  });

  it('no longer than it may, though they go on asking', async () => {
    let stopped = false;
    await ask('/work').answered(1);
    const begunMs = performance.now();
    const stopping = drain.stopListening(300).then(() => {
      stopped = true;
    });
    while (!stopped) await ask('/work').closed();
    await stopping;
    expect(performance.now() - begunMs).toBeGreaterThan(290);
  });

  it('no longer than it may, however many ask, each on a connection of its own', async () => {
    let stopped = false;
    await ask('/work').answered(1);
    const begunMs = performance.now();
    const stopping = drain.stopListening(300).then(() => {
      stopped = true;
    });
    const askOn = async (): Promise<void> => {
      while (!stopped) await ask('/slow').closed();
    };
    await Promise.all([stopping, ...Array.from({ length: 64 }, askOn)]);
    // A turn of the event loop takes as long as what it accepts: without a bound in time there would be hundreds.
    expect(performance.now() - begunMs).toBeLessThan(2_000);
  });

  it('no longer at all where nobody has asked', async () => {
    const begunMs = performance.now();
    await drain.stopListening(LONG_MS);
    expect(performance.now() - begunMs).toBeLessThan(0.9 * QUIET_MS);
    const late = ask('/work');
    await late.closed();
    expect(late.error).toMatch(/ECONNREFUSED/);
  });
});

describe('D3 what has arrived in the moment in which it stops listening', () => {
  it('is answered, on connections that were kept', async () => {
    const connections = await Promise.all(Array.from({ length: 16 }, kept));
    // In one turn: the bytes are there, and nobody has read them.
    for (const connection of connections) connection.send(REQUEST);
    await gateway.stopListening(0);
    await gateway.close(5_000);
    expect(connections.map(({ statuses }) => statuses.join())).toEqual(connections.map(() => '200,200'));
  });

  it('is answered, on connections that nobody has accepted yet', async () => {
    await kept();
    let connections: Connection[] = [];
    // In the poll phase of the event loop, as where a signal is heard: the next look at connections is a turn away.
    readFile(fileURLToPath(import.meta.url), () => {
      connections = Array.from({ length: 16 }, () => new Connection().send(REQUEST));
      // Each is connected by then: the kernel says so, whoever listens.
      process.nextTick(() => void gateway.close(5_000));
    });
    await until('they are made', () => connections.length > 0);
    await Promise.all(connections.map((each) => each.closed()));
    expect(connections.map(({ statuses }) => statuses.join())).toEqual(connections.map(() => '200'));
  });
});

describe('D4 a connection', () => {
  it('that says nothing, or half a request, keeps it no longer than it may take; what is asked is waited for', async () => {
    const { asked, answer } = executor.hold();
    const call = new Connection().send(REQUEST);
    await asked;
    const [silent, half] = [new Connection(), new Connection().send(REQUEST.slice(0, -1))];
    await once(silent.socket, 'connect');
    await gateway.stopListening(0);
    const closed = gateway.close(400);
    await Promise.all([silent.closed(), half.closed()]);
    expect(call.socket.closed).toBe(false);
    answer(success);
    await closed;
    expect([silent.got, half.got, call.statuses]).toEqual(['', '', ['200']]);
  });

  it('whose request is still arriving may take that long', async () => {
    await kept();
    const half = new Connection().send(REQUEST.slice(0, -1));
    await gateway.stopListening(0);
    const closed = gateway.close(LONG_MS);
    const silent = new Connection();
    await silent.closed();
    half.send(REQUEST.slice(-1));
    await closed;
    expect([silent.error, half.statuses]).toEqual([expect.stringMatching(/ECONNREFUSED/), ['200']]);
  });

  it('with a request behind another one (pipelining) gets both answers', async () => {
    const { answer } = executor.hold();
    const call = new Connection().send(REQUEST + REQUEST);
    await until('both are asked', () => executor.asked.length === 2);
    await gateway.stopListening(0);
    answer(success);
    await gateway.close(LONG_MS);
    await call.closed();
    expect(call.statuses).toEqual(['200', '200']);
  });
});

describe('D4 a connection whose answer is longer than what the system takes at once', () => {
  const LENGTH = 16_000_000;
  let server: FastifyInstance;
  let drain: ConnectionDrain;
  let call: Connection;
  let url = '';
  let giveLate = (): void => {};
  const lateGiven = new Promise<void>((resolve) => {
    giveLate = resolve;
  });

  beforeEach(async () => {
    server = Fastify();
    drain = new ConnectionDrain(server);
    let answer: ServerResponse | undefined;
    server.get('/long', async (_request, reply) => {
      answer = reply.raw;
      return 'x'.repeat(LENGTH);
    });
    server.get('/late', async () => {
      await lateGiven;
      return 'x'.repeat(LENGTH);
    });
    url = await server.listen({ port: 0, host: '127.0.0.1' });
    call = new Connection(url);
    call.socket.pause();
    call.send('GET /long HTTP/1.1\r\nHost: x\r\n\r\n');
    // Before it drains, so that the answer's head does not end the connection.
    await until('the answer has begun', () => answer?.headersSent === true);
  });
  afterEach(() => server.close());

  it('gets all of it, however slowly it reads, and is ended', async () => {
    const silent = new Connection(url);
    await once(silent.socket, 'connect');
    await drain.stopListening(0);
    const ended = drain.ended(LONG_MS);
    // Behind the end of those that say nothing: from then on only its own answer ends it.
    await silent.closed();
    call.socket.resume();
    await ended;
    await call.closed();
    expect(call.got.length - call.got.indexOf('\r\n\r\n') - 4).toBe(LENGTH);
  });

  it('keeps it no longer than it may take where it does not read', async () => {
    await drain.ended(300);
    expect(call.got.length).toBeLessThan(LENGTH);
  });

  it('keeps it for a while where it is given behind that time, and not read', async () => {
    const late = new Connection(url);
    late.socket.pause();
    late.send('GET /late HTTP/1.1\r\nHost: x\r\n\r\n');
    await drain.stopListening(0);
    const ended = drain.ended(100);
    await until('the other one is ended', async () => (await connectionsOf(server)) === 1);
    giveLate();
    await ended;
  });
});

it('a later word may only shorten the time for which it listens', async () => {
  await kept();
  const first = gateway.stopListening(LONG_MS);
  let asking = true;
  const asks = (async () => {
    while (asking) await new Connection().send(REQUEST).closed();
  })();
  await gateway.stopListening(0);
  asking = false;
  await Promise.all([first, asks]);
});
