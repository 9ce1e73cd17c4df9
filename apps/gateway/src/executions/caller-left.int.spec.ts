import { once } from 'node:events';
import { connect } from 'node:net';
import { InProcessBus } from '@action-do/messaging';
import { startGateway } from '../start-gateway.js';
import { EXECUTE, KEY, StubExecutor, success } from '../testing/gateway-over-stub.contract.js';

it('an answer that comes after its caller has left disturbs nobody (row 21)', async () => {
  const bus = new InProcessBus({ onHandlerError: () => {} });
  const executor = new StubExecutor(bus);
  const logged: object[] = [];
  const error = (fields: object) => void logged.push(fields);
  const log = { info() {}, warn: error, error };
  const gateway = await startGateway({ bus, log, name: 'g', nowMs: Date.now, host: '127.0.0.1', port: 0 });
  const { asked, answer } = executor.hold();
  const body = '{"params":{}}';
  const socket = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1' });
  await once(socket, 'connect');
  const head = [
    `POST ${EXECUTE} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${KEY}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  await asked;
  socket.destroy();
  await once(socket, 'close');
  answer(success);
  executor.answer = () => success;
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const next = await fetch(`${gateway.url}${EXECUTE}`, { method: 'POST', headers, body });
  expect([next.status, await next.text(), logged]).toEqual([200, success.body, []]);
  // The one who left was asked for once: nobody repeats what was answered.
  expect(executor.asked).toHaveLength(2);
  await gateway.close(5_000);
  await bus.close();
});
