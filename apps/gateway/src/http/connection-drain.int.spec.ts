import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
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
  await gateway.close();
  await bus.close();
});

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

describe('D1 while it leaves', () => {
  it('it is not ready, does what it is asked, and ends the connection of each answer', async () => {
    const first = await kept();
    const left = gateway.leave(LONG_MS);
    const [health, old, fresh] = [
      new Connection().send(READY),
      first.send(REQUEST),
      new Connection().send(REQUEST),
    ];
    await Promise.all([health, old, fresh].map((each) => each.closed()));
    await left;
    expect([health.statuses, old.statuses, fresh.statuses]).toEqual([['503'], ['200', '200'], ['200']]);
    expect(health.got).toMatch(/\{"status":"leaving","executor":"up"\}$/);
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
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close());

  it('until nobody asks any more: looking at its health is not asking', async () => {
    let left = false;
    await ask('/work').answered(1);
    const leaving = drain.leave(LONG_MS).then(() => {
      left = true;
    });
    let askedAtMs = performance.now();
    const endsAtMs = askedAtMs + 1.5 * QUIET_MS;
    for (let nowMs = askedAtMs; nowMs < endsAtMs; nowMs = performance.now()) {
      askedAtMs = nowMs;
      const call = ask('/work');
      await call.closed();
      expect([call.statuses, left]).toEqual([['200'], false]);
    }
    while (!left) await ask('/health/ready').closed();
    await leaving;
    expect(performance.now() - askedAtMs).toBeGreaterThan(0.9 * QUIET_MS);
  });

  it('no longer than it may, though they go on asking', async () => {
    let left = false;
    await ask('/work').answered(1);
    const begunMs = performance.now();
    const leaving = drain.leave(300).then(() => {
      left = true;
    });
    while (!left) await ask('/work').closed();
    await leaving;
    expect(performance.now() - begunMs).toBeGreaterThan(290);
  });

  it('no longer at all where nobody has asked', async () => {
    await drain.leave(LONG_MS);
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
    await gateway.leave(0);
    await gateway.close();
    expect(connections.map(({ statuses }) => statuses.join())).toEqual(connections.map(() => '200,200'));
  });

  it('is answered, on connections that nobody has accepted yet', async () => {
    await kept();
    const connections = Array.from({ length: 16 }, () => new Connection());
    // Each is connected: the kernel says so, whoever listens.
    process.nextTick(() => void gateway.close());
    await Promise.all(connections.map(({ socket }) => once(socket, 'connect')));
    for (const connection of connections) connection.send(REQUEST);
    await Promise.all(connections.map((each) => each.closed()));
    expect(connections.map(({ statuses }) => statuses.join())).toEqual(connections.map(() => '200'));
  });
});

describe('D4 a connection', () => {
  it('that says nothing, or half a request, keeps nobody from leaving; what is asked is waited for', async () => {
    const { asked, answer } = executor.hold();
    const call = new Connection().send(REQUEST);
    await asked;
    const [silent, half] = [new Connection(), new Connection().send(REQUEST.slice(0, -1))];
    await once(silent.socket, 'connect');
    await gateway.leave(0);
    const closed = gateway.close();
    await Promise.all([silent.closed(), half.closed()]);
    expect(call.socket.closed).toBe(false);
    answer(success);
    await closed;
    expect([silent.got, half.got, call.statuses]).toEqual(['', '', ['200']]);
  });
});
