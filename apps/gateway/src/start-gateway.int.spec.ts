import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { jest } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { startGateway } from './start-gateway.js';
import { EXECUTE, KEY, StubExecutor, success } from './testing/gateway-over-stub.contract.js';

describe('a gateway whose port is taken', () => {
  const occupant = createServer();
  const bus = new InProcessBus({ onHandlerError: () => {} });
  let port = 0;
  beforeAll(async () => {
    occupant.listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    port = (occupant.address() as AddressInfo).port;
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    occupant.close();
    await bus.close();
  });

  it('rejects with the error, closes what it opened, and prints nothing beside the log', async () => {
    const close = jest.spyOn(FastifyAdapter.prototype, 'close');
    const printed: string[] = [];
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    const log = { info() {}, warn() {}, error() {} };
    const started = startGateway({ bus, log, name: 'g', nowMs: Date.now, host: '127.0.0.1', port });
    await expect(started).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    expect(close).toHaveBeenCalledTimes(1);
    expect(printed).toEqual([]);
  });
});

it('a gateway that closes answers the request in flight, and does not wait for its connection to be given up', async () => {
  const bus = new InProcessBus({ onHandlerError: () => {} });
  const executor = new StubExecutor(bus);
  const log = { info() {}, warn() {}, error() {} };
  const gateway = await startGateway({ bus, log, name: 'g', nowMs: Date.now, host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true });
  const { asked, answer } = executor.hold();
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const call = request(`${gateway.url}${EXECUTE}`, { method: 'POST', headers, agent }).end('{"params":{}}');
  await asked;
  const closed = gateway.close(5_000);
  await until('it takes no more connections', () => refusesConnections(gateway.url));
  answer(success);
  const [response]: IncomingMessage[] = await once(call, 'response');
  response?.resume();
  await closed;
  expect([response?.statusCode, response?.headers.connection]).toEqual([200, 'close']);
  agent.destroy();
  await bus.close();
});

const refusesConnections = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
