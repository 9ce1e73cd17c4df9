import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort, seededRandom } from '@action-do/test-support';
import { work } from '../history/made-up-history.contract.js';
import { call } from './caller.js';
import { GatewayClient } from './gateway-client.js';

type Script = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
const clients: GatewayClient[] = [];
afterAll(() => {
  for (const client of clients) client.close();
  for (const server of servers) server.close();
});

const ID = 'exe_abc-1';
const answers =
  (status: number, body: object, headers: Record<string, string> = {}): Script =>
  (_, response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));
const RESULT = answers(
  200,
  { result: { id: 'w' }, execution: { id: ID } },
  { 'idempotency-status': 'executed' },
);

/** A gateway that answers by the script, one line a request, its last for ever. */
async function scripted(...script: Script[]) {
  const seen: { readonly method: string; readonly path: string; readonly requestId: string }[] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request;
    const line = script[Math.min(seen.length, script.length - 1)];
    seen.push({ method, path, requestId: String(request.headers['do-request-id'] ?? '') });
    request.resume().on('end', () => line?.(request, response));
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { seen, client: clientOf(port) };
}

function clientOf(port: number): GatewayClient {
  const client = new GatewayClient(`http://127.0.0.1:${port}`, 4);
  clients.push(client);
  return client;
}

const by = (...all: GatewayClient[]) => {
  const random = seededRandom(1);
  return { clients: all, apiKey: 'k', random, choose: () => Math.floor(random() * all.length) };
};
const patient = { waitSeconds: 1, isAsync: false };

describe('a caller', () => {
  it('repeats to the letter what was cut off and what asks to come again, and then has its result', async () => {
    const again = answers(503, { code: 'UNAVAILABLE' }, { 'do-should-retry': 'true' });
    const { seen, client } = await scripted((_, response) => response.destroy(), again, RESULT);
    const made = await call(by(client), work(), patient);
    expect(made).toMatchObject({
      end: 'result',
      answers: [{ lost: 'cut' }, { status: 503 }, { result: '{"id":"w"}' }],
    });
    expect(new Set(seen.map(({ requestId }) => requestId))).toEqual(new Set([made.requestId]));
  });

  it('attaches to what was accepted, unless that was all it wanted to know', async () => {
    const accepted = answers(202, { execution: { id: ID } });
    const { seen, client } = await scripted(accepted, RESULT);
    expect((await call(by(client), work(), patient)).end).toBe('result');
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/actions/local-idempotent/executions',
      `GET /v1/executions/${ID}/attach`,
    ]);
    const async = await scripted(accepted);
    expect((await call(by(async.client), work(), { ...patient, isAsync: true })).end).toBe('accepted');
    expect(async.seen).toHaveLength(1);
  });

  it('is done with a failure that says so', async () => {
    const failed = answers(
      422,
      { code: 'ACTION_FAILED', effect: 'none', newKeySafe: true, executionId: ID },
      { 'do-should-retry': 'false' },
    );
    const { seen, client } = await scripted(failed);
    const made = await call(by(client), work(), patient);
    expect(made).toMatchObject({
      end: 'failure',
      answers: [{ code: 'ACTION_FAILED', newKeySafe: true, effect: 'none' }],
    });
    expect(seen).toHaveLength(1);
  });

  it('turns to the other gateway at once where one takes no connection', async () => {
    const { client } = await scripted(RESULT);
    const made = await call(by(clientOf(await freePort()), client), work(), patient);
    expect(made.end).toBe('result');
    const refused = made.answers.filter(({ lost }) => lost === 'refused');
    expect(refused.length).toBe(made.answers.length - 1);
  });
});
