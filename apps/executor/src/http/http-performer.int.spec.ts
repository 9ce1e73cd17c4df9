import type { ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, Socket } from 'node:net';
import { type Effects, HEADERS } from '@action-do/contracts';
import { selfSigned, until } from '@action-do/test-support';
import { Webhook } from 'standardwebhooks';
import { runAttempt, runProbe, runUndo } from '../execution/run-attempt.js';
import { type HttpWorldParts, httpWorld, SECRET, SimService } from '../testing/http-world.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import { systemDial } from './connect.js';
import { OpenConnections } from './open-connections.js';

const tls = selfSigned();
const service = new SimService();
const secure = new SimService(tls);
beforeAll(() => Promise.all([service.start(), secure.start()]));
afterAll(() => Promise.all([service.stop(), secure.stop()]));
const usual = service.answer;
beforeEach(() => {
  service.answer = usual;
  service.calls.length = 0;
  service.closed = 0;
});

const begin = (parts: Partial<HttpWorldParts> = {}) => {
  const world = httpWorld({ url: `http://127.0.0.1:${service.port}/pay?by=card`, ...parts });
  const running = runAttempt(world.attempt, world.clock, silent);
  return { ...world, running };
};
const called = (times = 1) => until('the service is called', () => service.calls.length === times);
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

  it.each([
    ['a name that is not answered', 'localhost', { resolve: () => new Promise<never>(() => {}) }, 'HTTP_DNS'],
    ['a connection that is not accepted', '127.0.0.1', { dial: () => new Socket() }, 'HTTP_CONNECT'],
  ])('%s is given up after 5 s', async (_, host, parts, code) => {
    const { running, clock } = begin({ url: `http://${host}:${service.port}/`, ...parts });
    await until('it waits', () => clock.timerCount === 2);
    clock.pass(5_000);
    expect(await running.outcome).toMatchObject({ ...NOT_SENT, error: { cause: { code } } });
    expect(clock.timerCount).toBe(0);
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
    await until('it is resolved', () => clock.timerCount === 2);
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

describe('an attempt that takes long', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['102 Processing', (response) => response.writeProcessing()],
    ['blanks before the body', (response) => void response.write(' \n')],
  ])('lives for as long as the service says so, by %s', async (_, beat) => {
    let response: ServerResponse | undefined;
    service.answer = (_request, given) => {
      response = given;
    };
    const { running, clock } = begin({ policy: { attemptTimeoutMs: 10_000 } });
    let ended = false;
    void running.outcome.then(() => {
      ended = true;
    });
    await called();
    for (let seconds = 0; seconds < 60; seconds += 6) {
      clock.pass(6_000);
      const timers = clock.timerCount;
      if (response !== undefined) beat(response);
      // The beat moves the timeout: without it the next six seconds would end the attempt.
      await until('it was heard', () => clock.nextInMs > 4_000 || ended);
      expect([ended, timers]).toEqual([false, 1]);
    }
    response?.end('{"after":60}');
    expect(await running.outcome).toEqual({ ok: true, result: { after: 60 } });
  });

  it.each<[Effects]>([['unsafe'], ['idempotent']])(
    'of %s work is given up, its connection is kept, and what it comes to in truth is told',
    async (effects) => {
      let end = (): void => {};
      service.answer = (_, response) => {
        end = () => void response.end('"late"');
      };
      const { running, clock } = begin({ policy: { effects, attemptTimeoutMs: 1_000 } });
      await called();
      clock.pass(1_000);
      expect(await running.outcome).toMatchObject({ effect: 'unknown', error: { code: 'TIMED_OUT' } });
      expect([running.givenUp(), service.closed]).toEqual([true, 0]);
      end();
      expect(await running.end).toEqual({ ok: true, result: 'late' });
      expect(clock.timerCount).toBe(0);
    },
  );

  it('is let go a minute behind the deadline: nobody will ever say', async () => {
    service.answer = () => {};
    const { running, clock, connections } = begin({ policy: { attemptTimeoutMs: 1_000, deadlineMs: 5_000 } });
    await called();
    clock.pass(1_000);
    await running.outcome;
    clock.pass(63_999);
    expect(connections.size).toBe(1);
    clock.pass(1);
    expect(await running.end).toBeNull();
    await until('the connection is closed', () => service.closed === 1);
    expect([connections.size, clock.timerCount]).toEqual([0, 0]);
  });

  it('that was given up leaves room for others', async () => {
    service.answer = () => {};
    const connections = new OpenConnections(1, 1);
    const { attempt, running, clock } = begin({ connections, policy: { attemptTimeoutMs: 1_000 } });
    await called();
    expect(await runAttempt(attempt, clock, silent).outcome).toMatchObject({
      error: { code: 'RATE_LIMITED' },
    });
    clock.pass(1_000);
    await running.outcome;
    service.answer = usual;
    expect((await runAttempt(attempt, clock, silent).outcome).ok).toBe(true);
    expect(connections.size).toBe(1);
    connections.close();
    await until('the connection is closed', () => service.closed === 1);
  });

  it('is let go where others that were given up need its place', async () => {
    service.answer = () => {};
    const { running, clock, performer, attempt } = begin({ lateMax: 1, policy: { attemptTimeoutMs: 1_000 } });
    const second = runAttempt({ ...attempt, attempt: 3 }, clock, silent);
    await called(2);
    clock.pass(1_000);
    await Promise.all([running.outcome, second.outcome]);
    expect(await running.end).toBeNull();
    await until('the first is closed', () => service.closed === 1);
    expect(await performer.isThere()).toBe(true);
    clock.pass(3_600_000);
    expect(await second.end).toBeNull();
    await until('the second is closed', () => service.closed === 2);
  });

  it('and is cancelled goes on: to close the connection would only hide what it comes to', async () => {
    let end = (): void => {};
    service.answer = (_, response) => {
      end = () => void response.end('"done after all"');
    };
    const { running } = begin();
    await called();
    running.cancel();
    end();
    expect([await running.outcome, service.closed]).toEqual([{ ok: true, result: 'done after all' }, 0]);
  });

  it('is cut off where its executor comes to its end, and left to who takes over', async () => {
    service.answer = () => {};
    const { running, connections } = begin();
    let said = false;
    void running.outcome.then(() => {
      said = true;
    });
    await called();
    connections.close();
    await until('the connection is closed', () => service.closed === 1);
    expect([said, connections.size]).toEqual([false, 0]);
  });
});

describe('after its executor died, an attempt', () => {
  it('is known to nobody: the effects class decides', async () => {
    const { performer, attempt } = httpWorld({ url: 'http://127.0.0.1:1/' });
    const { elsewhere } = performer;
    for (const lived of ['till-now', 'a-lease-ago'] as const)
      expect(await elsewhere.isKnown(attempt, lived)).toBe(false);
    expect(await elsewhere.overhear(attempt)).toBeNull();
  });
});

describe('whether a service is there', () => {
  it('is seen by connecting, once for all who ask, and for a second after it was not', async () => {
    let dialled = 0;
    const { performer, clock } = httpWorld({
      url: 'http://127.0.0.1:1/',
      dial: (address, port) => {
        dialled++;
        return systemDial(address, port);
      },
    });
    expect(await Promise.all([performer.isThere(), performer.isThere()])).toEqual([false, false]);
    expect([await performer.isThere(), dialled]).toEqual([false, 1]);
    clock.pass(1_000);
    expect([await performer.isThere(), dialled]).toEqual([false, 2]);
    expect(await httpWorld({ url: `http://127.0.0.1:${service.port}/` }).performer.isThere()).toBe(true);
    expect(service.calls).toEqual([]);
  });
});

describe('an undo over HTTP', () => {
  it('gives the service params and result, under the key of the undo', async () => {
    const { attempt, clock } = begin();
    await called();
    const undo = { ...attempt, attempt: 1, request: { ...attempt.request, effectKey: 'undo:exe_1' } };
    service.answer = (_, response) => void response.writeHead(204).end();
    expect(await runUndo(undo, { receipt: 7 }, clock, silent).outcome).toEqual({ ok: true, result: null });
    const { body = '', headers = {} } = service.calls[1] ?? {};
    expect(JSON.parse(body)).toEqual({ params: attempt.request.params, result: { receipt: 7 } });
    expect(headers).toMatchObject({
      'do-operation': 'undo',
      'idempotency-key': 'undo:exe_1',
      'do-attempt': '1',
      'webhook-id': `exe_${'a'.repeat(32)}-1_undo_1`,
    });
  });

  it('ends with its timeout: it is asked for again', async () => {
    service.answer = () => {};
    const { attempt, clock } = httpWorld({ url: `http://127.0.0.1:${service.port}/` });
    const undo = runUndo(attempt, null, clock, silent);
    await called();
    clock.pass(10_000);
    expect(await undo.outcome).toMatchObject({ effect: 'unknown', error: { code: 'TIMED_OUT' } });
    expect(await undo.end).toBeNull();
    await until('the connection is closed', () => service.closed === 1);
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
});
