import { HEADERS } from '@action-do/contracts';
import { connectNats } from '@action-do/messaging';
import { canRun, natsServerProgram, startNatsServer, until } from '@action-do/test-support';
import { startGateway } from '../start-gateway.js';
import {
  EXECUTE,
  KEY,
  page,
  type StubAnswer,
  StubExecutor,
  success,
} from '../testing/gateway-over-stub.contract.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

/** A gateway and an executor, each with a connection of its own to one nats-server. */
async function onNats() {
  const server = await startNatsServer();
  const options = { url: server.url, insecureDev: true, onHandlerError: () => {} };
  const gatewayBus = await connectNats({ ...options, name: 'gateway' });
  const executorBus = await connectNats({ ...options, name: 'executor' });
  const executor = new StubExecutor(executorBus);
  const log = { info() {}, warn() {}, error() {} };
  const gateway = await startGateway({
    bus: gatewayBus,
    log,
    name: 'g',
    nowMs: Date.now,
    host: '127.0.0.1',
    port: 0,
  });
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const send = (more: Record<string, string> = {}) =>
    fetch(`${gateway.url}${EXECUTE}`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: '{"params":{}}',
    });
  // Until the subscriptions have reached the server.
  await until('the executor answers', async () => (await send()).status === 200);
  const close = async (): Promise<void> => {
    await gateway.close(5_000);
    await gatewayBus.close();
    await executorBus.close();
  };
  return { server, executor, gateway, headers, send, close };
}

suite('a gateway on a real bus', () => {
  it('whose connection breaks while an answer is on its way asks again, and gets it (row 17)', async () => {
    const { server, executor, send, close } = await onNats();
    executor.asked.length = 0;
    const held = new Promise<StubAnswer>(() => {});
    executor.answer = () => (executor.asked.length === 1 ? held : success);
    const answer = send();
    await until('the command arrives', () => executor.asked.length === 1);
    await server.kill();
    const next = await startNatsServer({ port: server.port });
    const { status } = await answer;
    expect(status).toBe(200);
    const [first, second] = executor.asked.map(({ headers }) => headers);
    expect(second?.[HEADERS.requestId]).toBe(first?.[HEADERS.requestId]);
    expect(second?.[HEADERS.timeoutMs]).toBe('0');
    await close();
    await next.stop();
  });

  it('that is away says UNAVAILABLE in bounded time, and works again when it is back', async () => {
    const { server, send, close } = await onNats();
    await server.kill();
    const beganMs = performance.now();
    const away = await send({ prefer: 'wait=1' });
    expect(away.status).toBe(503);
    expect(performance.now() - beganMs).toBeLessThan(6_000);
    const next = await startNatsServer({ port: server.port });
    await until('it works again', async () => (await send()).status === 200);
    await close();
    await next.stop();
  });

  it('passes lists on byte for byte', async () => {
    const { server, executor, gateway, headers, close } = await onNats();
    executor.answer = () => page;
    const list = await fetch(`${gateway.url}/v1/executions`, { headers });
    expect([list.status, await list.text()]).toEqual([200, page.body]);
    await close();
    await server.stop();
  });
});
