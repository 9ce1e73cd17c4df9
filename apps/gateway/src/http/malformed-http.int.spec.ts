import { once } from 'node:events';
import { connect } from 'node:net';
import { InProcessBus } from '@action-do/messaging';
import { startGateway } from '../start-gateway.js';
import { EXECUTE, KEY, StubExecutor, success } from '../testing/gateway-over-stub.contract.js';

const ANSWER_WITHIN_MS = 5_000;
let port = 0;
let executor: StubExecutor;
let close: () => Promise<void> = async () => {};

beforeAll(async () => {
  const bus = new InProcessBus({ onHandlerError: () => {} });
  executor = new StubExecutor(bus);
  const log = { info() {}, warn() {}, error() {} };
  const gateway = await startGateway({ bus, log, name: 'g', nowMs: Date.now, host: '127.0.0.1', port: 0 });
  port = Number(new URL(gateway.url).port);
  close = async () => {
    await gateway.close(5_000);
    await bus.close();
  };
});
afterAll(() => close());

/** Everything that comes back on one connection until it is closed. */
async function exchange(...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {});
  const overdue = setTimeout(() => socket.destroy(new Error('no end')), ANSWER_WITHIN_MS);
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  clearTimeout(overdue);
  return Buffer.concat(chunks).toString('latin1');
}

const HEAD = [
  `POST ${EXECUTE} HTTP/1.1`,
  'Host: x',
  `Authorization: Bearer ${KEY}`,
  'Content-Type: application/json',
];
const BODY = '{"params":{}}';
const request = (headers: readonly string[], body = BODY) =>
  `${[...HEAD, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
const length = `Content-Length: ${BODY.length}`;

describe('bytes that are no request', () => {
  it.each<[string, (string | Buffer)[]]>([
    ['nonsense', ['nonsense\r\n\r\n']],
    ['random bytes', [Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0xff, 0x00])]],
    ['another version', ['GET / HTTP/9.9\r\n\r\n']],
    ['a method that there is not', ['FLY / HTTP/1.1\r\nHost: x\r\n\r\n']],
    ['a header without a colon', ['GET /health/live HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n']],
    ['a header with a zero byte', ['GET /health/live HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n']],
    [
      'too many bytes of headers',
      [`GET /health/live HTTP/1.1\r\nHost: x\r\n${`X-Long: ${'x'.repeat(1_000)}\r\n`.repeat(40)}\r\n`],
    ],
    ['two lengths', [request([length, 'Content-Length: 5'])]],
    ['two equal lengths', [request([length, length])]],
    ['a length and chunks', [request([length, 'Transfer-Encoding: chunked'], '0\r\n\r\n')]],
    ['a length that is no number', [request(['Content-Length: 1x'])]],
    ['a negative length', [request(['Content-Length: -1'])]],
    ['a chunk of no size', [request(['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n')]],
    ['an encoding that is not chunked at last', [request(['Transfer-Encoding: chunked, identity'], BODY)]],
    ['a space before the colon', [request([`Content-Length : ${BODY.length}`])]],
  ])('get a problem 400 or a closed connection: %s', async (_, parts) => {
    const asked = executor.asked.length;
    const answer = await exchange(...parts);
    if (answer !== '') {
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(/content-type: application\/problem\+json; charset=utf-8/i);
      expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_INVALID', status: 400, source: 'gateway' });
    }
    // Nothing of it was taken for a command, and the process lives.
    expect(executor.asked).toHaveLength(asked);
    expect(await exchange('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  it('are not answered in the place of a request that came before them', async () => {
    let answer = (): void => {};
    executor.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve(success);
      });
    const asked = executor.asked.length;
    const answers = exchange(`${HEAD.join('\r\n')}\r\n${length}\r\n\r\n${BODY}`, 'nonsense\r\n\r\n');
    expect(await answers).toBe('');
    answer();
    executor.answer = () => success;
    expect(executor.asked.length - asked).toBeLessThanOrEqual(1);
  });

  it('that never come are waited for no longer than the connection lasts', async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\n');
    socket.destroy();
    expect(await exchange('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });
});

describe('a request over a socket', () => {
  it('with the key sent twice is refused: IDEMPOTENCY_KEY_INVALID (row 11)', async () => {
    const asked = executor.asked.length;
    for (const keys of [
      ['Idempotency-Key: a', 'idempotency-key: a'],
      ['Idempotency-Key: "a', 'Idempotency-Key: b"'],
    ]) {
      const answer = await exchange(request([length, ...keys]));
      expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*IDEMPOTENCY_KEY_INVALID/);
    }
    expect(executor.asked).toHaveLength(asked);
  });

  it('in chunks goes through', async () => {
    const answer = await exchange(
      request(['Transfer-Encoding: chunked'], `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('with a header of foreign bytes goes through, and arrives without them', async () => {
    const answer = await exchange(
      Buffer.from(request([length, 'User-Agent: caf\xe9', 'Do-Request-Id: \xe9']), 'latin1'),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(executor.headers).toMatchObject({ 'Do-User-Agent': 'caf?', 'Do-Request-Id': '?' });
  });
});
