import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { InProcessBus } from '@action-do/messaging';
import { jest } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { startGateway } from './start-gateway.js';

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
