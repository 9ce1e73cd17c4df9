import { createServer as createTcpServer, type Server, Socket } from 'node:net';
import { HEADERS } from '@action-do/contracts';
import { selfSigned, until } from '@action-do/test-support';
import { Webhook } from 'standardwebhooks';
import { runAttempt, runProbe } from '../execution/run-attempt.js';
import { FakeConnection } from '../testing/fake-connection.contract.js';
import {
  type HttpWorldParts,
  httpWorld,
  onePay,
  SECRET,
  SimService,
} from '../testing/http-world.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import { type Dial, systemDial } from './connect.js';
import { NotSent } from './not-sent.js';
import { OpenConnections } from './open-connections.js';
import type { Resolve } from './resolve.js';

const { service, begin, called } = onePay();
const tls = selfSigned();
const secure = new SimService(tls);
beforeAll(() => secure.start());
afterAll(() => secure.stop());
const NOT_SENT = { ok: false, effect: 'none', retryable: true, error: { code: 'NO_HANDLER' } };
const lost = (code: string) => ({
  ok: false,
  effect: 'unknown',
  retryable: true,
  error: { cause: { code } },
});

describe('an attempt over HTTP', () => {
  it('tells the service what it needs, and its answer is the outcome', async () => {
    const { running, attempt, clock, connections } = begin();
    expect(await running.outcome).toEqual({ ok: true, result: { paid: true } });
    const [call] = service.calls;
    expect(JSON.parse(call?.body ?? '')).toEqual(attempt.request.params);
    const { headers = {} } = call ?? {};
    const execution = `exe_${'a'.repeat(32)}-1`;
    expect(headers).toEqual({
      host: `127.0.0.1:${service.port}`,
      connection: 'close',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(call?.body ?? '')),
      accept: 'application/json, application/problem+json',
      'accept-encoding': 'identity',
      'user-agent': 'action.do',
      'do-operation': 'run',
      'do-action': 'pay',
      'do-action-version': '1',
      'do-execution-id': execution,
      'idempotency-key': attempt.request.effectKey,
      'do-attempt': '2',
      'do-timeout-ms': '10000',
      traceparent: attempt.traceparent,
      'webhook-id': `${execution}_run_2`,
      'webhook-timestamp': String(Math.floor(clock.nowMs() / 1_000)),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
    expect([clock.timerCount, connections.size]).toEqual([0, 0]);
  });

  it('is signed as Standard Webhooks are, as a stranger verifies it', async () => {
    await begin().running.outcome;
    const { body = '', headers = {} } = service.calls[0] ?? {};
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(new Webhook(SECRET).verify(body, given)).toEqual(JSON.parse(body));
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    expect(() => new Webhook(other).verify(body, given)).toThrow('No matching signature');
    expect(() => new Webhook(SECRET).verify(`${body} `, given)).toThrow('No matching signature');
    const replayed = { ...given, [HEADERS.webhookId]: 'another' };
    expect(() => new Webhook(SECRET).verify(body, replayed)).toThrow('No matching signature');
  });

  it('is never signed with what was wrapped for another version, or by another master key', async () => {
    const { performer, attempt, clock, registered } = begin();
    const { http = { url: '', secretWrapped: '' } } = registered;
    registered.http = { ...http, secretWrapped: 'AAAA' };
    const unsigned = { ...attempt, action: { ...attempt.action, performer } };
    expect(await runAttempt(unsigned, clock, silent).outcome).toMatchObject({
      ...NOT_SENT,
      error: { cause: { code: 'HTTP_SECRET' } },
    });
  });

  it('over TLS insists on a certificate that is trusted, and of the host that was asked for', async () => {
    secure.answer = (_, response) => void response.end('"secure"');
    const to = (host: string) => `https://${host}:${secure.port}/`;
    const ca = tls.cert.toString();
    for (const host of ['localhost', '127.0.0.1'])
      expect(await begin({ url: to(host), ca }).running.outcome).toEqual({ ok: true, result: 'secure' });
    const refused = { ...NOT_SENT, error: { cause: { code: 'HTTP_TLS' } } };
    expect(await begin({ url: to('localhost') }).running.outcome).toMatchObject(refused);
    const allow = 'other.example,127.0.0.1';
    expect(await begin({ url: to('other.example'), allow, ca }).running.outcome).toMatchObject(refused);
    expect(await begin({ url: `https://localhost:${service.port}/`, ca }).running.outcome).toMatchObject(
      refused,
    );
    expect(secure.calls).toHaveLength(2);
  });
});

describe('what was never sent did nothing', () => {
  it.each<[string, Partial<HttpWorldParts>, string]>([
    ['nobody listens', { url: 'http://localhost:1/' }, 'HTTP_CONNECT'],
    [
      'the name is not known',
      { url: 'http://localhost:1/', resolve: () => Promise.reject(new Error('ENOTFOUND')) },
      'HTTP_DNS',
    ],
    ['nothing is allowed', { allow: '' }, 'HTTP_NOT_ALLOWED'],
    ['there are too many connections', { connections: new OpenConnections(0) }, 'RATE_LIMITED'],
    [
      'there are too many names to resolve',
      { url: 'http://localhost:1/', resolve: () => Promise.reject(new NotSent('HTTP_BUSY', 'too many')) },
      'RATE_LIMITED',
    ],
    ['there are too many to that host', { connections: new OpenConnections(9, 0) }, 'RATE_LIMITED'],
  ])('where %s: it waits, as for a worker', async (_, parts, code) => {
    const outcome = await begin({ url: `http://localhost:${service.port}/`, ...parts }).running.outcome;
    expect(outcome).toMatchObject({ ok: false, effect: 'none', retryable: true });
    const { error } = outcome.ok ? { error: undefined } : outcome;
    expect([error?.code, error?.cause?.code]).toEqual(
      code === 'RATE_LIMITED' ? [code, undefined] : ['NO_HANDLER', code],
    );
    // Callers are shown it: what a name leads to is nothing for them.
    expect(JSON.stringify(error)).not.toContain('127.0.0.1');
    expect(service.calls).toEqual([]);
  });

  const unanswered: Resolve = (_name, _tenant, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over'))));
  const dark = () => new Socket();
  const four = async () => ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
  it.each<[string, string, Partial<HttpWorldParts>, string]>([
    ['a name that is not answered', 'localhost', { resolve: unanswered }, 'HTTP_DNS'],
    ['a connection that is not accepted', '127.0.0.1', { dial: dark }, 'HTTP_CONNECT'],
  ])('%s is given up after 5 s', async (_, host, parts, code) => {
    const policy = { attemptTimeoutMs: 60_000 };
    const { running, clock } = begin({ url: `http://${host}:${service.port}/`, policy, ...parts });
    await until('it waits', () => clock.timerCount === 3);
    clock.pass(5_000);
    expect(await running.outcome).toMatchObject({ ...NOT_SENT, error: { cause: { code } } });
    expect(clock.timerCount).toBe(0);
  });

  it('a service is asked at the first of its addresses that accepts, however many others say nothing', async () => {
    const dialled: string[] = [];
    const dial: Dial = (address, port) => {
      dialled.push(address);
      return address === '127.0.0.3' ? systemDial('127.0.0.1', port) : new Socket();
    };
    const { running, clock, connections } = begin({
      url: `http://localhost:${service.port}/`,
      allow: 'localhost,127.0.0.0/8',
      resolve: four,
      dial,
    });
    for (const address of ['127.0.0.1', '127.0.0.2']) {
      await until('it waits', () => dialled.at(-1) === address);
      clock.pass(250);
    }
    expect(await running.outcome).toEqual({ ok: true, result: { paid: true } });
    expect([dialled.length, clock.timerCount, connections.size]).toEqual([3, 0, 0]);
  });

  it('two addresses that accept in the same moment are one connection: the other is closed, and sent nothing', async () => {
    const dialled: FakeConnection[] = [];
    const dial = () => {
      const connection = new FakeConnection();
      dialled.push(connection);
      return connection;
    };
    const { running, clock } = begin({
      url: 'http://localhost:9/',
      allow: 'localhost,127.0.0.0/8',
      resolve: async () => ['127.0.0.1', '127.0.0.2'],
      dial,
    });
    await until('the first is tried', () => dialled.length === 1);
    clock.pass(250);
    for (const connection of dialled) connection.accept();
    await until('it is asked', () => dialled.some(({ sent }) => sent !== ''));
    const [asked, other] = dialled;
    asked?.answer('paid');
    expect(await running.outcome).toEqual({ ok: true, result: 'paid' });
    expect([other?.sent, other?.destroyed, clock.timerCount]).toEqual(['', true, 0]);
  });

  it('a request that cannot be written is none: its connection is closed, and nobody tries again', async () => {
    const sockets: Socket[] = [];
    const dial: Dial = (address, port) => {
      const socket = systemDial(address, port);
      sockets.push(socket);
      return socket;
    };
    const { attempt, clock, connections, performer } = httpWorld({
      url: `http://127.0.0.1:${service.port}/`,
      dial,
    });
    const odd = { ...attempt, traceparent: 'a\r\nb: c' };
    expect(await runAttempt(odd, clock, silent).outcome).toMatchObject({
      ...NOT_SENT,
      retryable: false,
      error: { code: 'ACTION_FAILED', cause: { code: 'HTTP_REQUEST' } },
    });
    expect([sockets.map(({ destroyed }) => destroyed), connections.size]).toEqual([[true], 0]);
    expect([await performer.isThere(), service.calls]).toEqual([true, []]);
  });

  it('an attempt that is over before it was connected is not sent any more', async () => {
    let found: (addresses: string[]) => void = () => {};
    const resolve = () =>
      new Promise<string[]>((given) => {
        found = given;
      });
    const { running, clock } = begin({
      url: `http://localhost:${service.port}/`,
      resolve,
      allow: 'localhost',
    });
    await until('it is resolved', () => clock.timerCount === 3);
    running.abort('another executor has taken the execution over');
    found(['127.0.0.1']);
    expect(await running.end).toMatchObject(NOT_SENT);
    expect(service.calls).toEqual([]);
  });
});

describe('what may have been sent, and has no answer, is unknown', () => {
  const rude = async (say: string): Promise<Server> => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(say));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  };
  it.each([
    ['it is cut', '', 'HTTP_CUT'],
    ['it is cut in the head', 'HTTP/1.1 200 OK\r\ncontent-le', 'HTTP_CUT'],
    ['it is cut in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a"', 'HTTP_CUT'],
    ['its chunks are cut', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n', 'HTTP_CUT'],
    ['it ends before its body', 'HTTP/1.1 200 OK\r\n\r\n', 'HTTP_CUT'],
    ['it is cut in a body of no length', 'HTTP/1.1 200 OK\r\n\r\n12', 'HTTP_CUT'],
    ['its coding has no end', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n12', 'HTTP_CUT'],
    ['it is no HTTP', 'hello\r\n\r\n', 'HTTP_MALFORMED'],
    ['its chunks are none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'HTTP_MALFORMED'],
    ['its head is too large', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n{}`, 'HTTP_MALFORMED'],
    [
      'it is another protocol',
      'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'HTTP_MALFORMED',
    ],
    [
      'it has two lengths',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
      'HTTP_MALFORMED',
    ],
  ])('where %s', async (_, say, code) => {
    const server = await rude(say);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { running, connections, clock } = begin({ url: `http://127.0.0.1:${port}/` });
    expect(await running.outcome).toMatchObject(lost(code));
    expect([connections.size, clock.timerCount]).toEqual([0, 0]);
    server.close();
  });

  it('a body that never ends is read up to the limit', async () => {
    let sent = 0;
    service.answer = (_, response) => {
      const more = (): void => {
        while (response.write('"'.padEnd(64 * 1_024, 'x'))) sent++;
        response.once('drain', more);
      };
      more();
    };
    expect(await begin().running.outcome).toMatchObject({
      effect: 'applied',
      error: { code: 'RESULT_TOO_LARGE' },
    });
    await until('the connection is closed', () => service.closed === 1);
    expect(sent).toBeLessThan(1_000);
  });
});

describe('a probe over HTTP', () => {
  it('goes on while the service is not there, and then says what it says', async () => {
    const answers = [503, 502, 200];
    service.answer = (_, response) => {
      response.writeHead(answers.shift() ?? 500).end('{"state":"applied","result":{"a":1}}');
    };
    const { attempt, clock } = httpWorld({
      url: `http://127.0.0.1:${service.port}/`,
      policy: { effects: 'verifiable' },
    });
    const probe = runProbe(attempt, clock, silent);
    for (const times of [1, 2]) {
      await called(times);
      await until('it pauses', () => clock.timerCount === 2);
      clock.pass(1_000);
    }
    expect(await probe).toEqual({ state: 'applied', result: { a: 1 } });
    expect(service.calls[2]?.headers).toMatchObject({
      'do-operation': 'probe',
      'webhook-id': service.calls[0]?.headers['webhook-id'],
    });
  });

  it('of a service that is gone is unknown when its time is over', async () => {
    const { attempt, clock } = httpWorld({ url: 'http://127.0.0.1:1/' });
    const probe = runProbe(attempt, clock, silent);
    await until('it pauses', () => clock.timerCount === 2);
    clock.pass(10_000);
    expect(await probe).toEqual({ state: 'unknown' });
  });

  it('is asked behind the deadline of its execution, too, and has the time of an attempt', async () => {
    service.answer = (_, response) => void response.end('{"state":"applied","result":1}');
    const resolve = async (): Promise<string[]> => {
      world.clock.pass(20);
      return ['127.0.0.1'];
    };
    const world = httpWorld({ url: `http://localhost:${service.port}/`, resolve });
    const { attempt, clock } = world;
    clock.pass(attempt.request.policy.deadlineMs + 1);
    const probe = runProbe(attempt, clock, silent);
    await until('it is asked, or pauses', () => service.calls.length > 0 || clock.timerCount === 2);
    expect(service.calls[0]?.headers).toMatchObject({ 'do-timeout-ms': '9980' });
    expect(await probe).toEqual({ state: 'applied', result: 1 });
  });
});

it('an answer without a length is the result where it is whole by itself', async () => {
  service.answer = ({ socket }) => void socket.end('HTTP/1.0 200 OK\r\n\r\n{"paid":true}');
  expect(await begin().running.outcome).toEqual({ ok: true, result: { paid: true } });
});
