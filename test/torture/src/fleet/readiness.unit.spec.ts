import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom, until } from '@action-do/test-support';
import { Readiness } from './readiness.js';

const servers: Server[] = [];
let readiness: Readiness;
afterEach(async () => {
  await readiness.stop();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A gateway that says how ready it is, and is asked about nothing else. */
async function gateway(status: () => number): Promise<string> {
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/health/ready' ? status() : 404).end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const chosen = (): number[] => {
  const random = seededRandom(1);
  return [...new Set(Array.from({ length: 50 }, () => readiness.choose(random)))].toSorted();
};

it('chooses among the gateways that are ready, as they say so from moment to moment', async () => {
  let first = 503;
  readiness = new Readiness([await gateway(() => first), await gateway(() => 200)]);
  readiness.start();
  await until('the first is left out', () => chosen().join() === '1');
  first = 200;
  await until('both are chosen', () => chosen().join() === '0,1');
});

it('chooses any where none is, one that is away among them', async () => {
  let only = 200;
  readiness = new Readiness([await gateway(() => only), 'http://127.0.0.1:1']);
  readiness.start();
  await until('the one that is away is left out', () => chosen().join() === '0');
  only = 503;
  await until('both are chosen', () => chosen().join() === '0,1');
});
