import type { ServerResponse } from 'node:http';
import { createServer as createTcpServer, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { type Effects } from '@action-do/contracts';
import { until } from '@action-do/test-support';
import { runAttempt, runUndo } from '../execution/run-attempt.js';
import { FakeConnection } from '../testing/fake-connection.contract.js';
import { type HttpWorldParts, httpWorld, onePay } from '../testing/http-world.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import { systemDial } from './connect.js';
import { NotSent } from './not-sent.js';
import { OpenConnections } from './open-connections.js';
import type { Resolve } from './resolve.js';

const { service, usual, begin, called } = onePay();
const four = async () => ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
const dark = () => new Socket();

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

describe('half of the time of an attempt is for the service: before its request,', () => {
  const unanswered: Resolve = (_name, _tenant, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over'))));
  /** Accepts, and never says a word. */
  let greeted = 0;
  const mute = createTcpServer((socket) => {
    socket.on('error', () => {}).once('data', () => greeted++);
  });
  let muteAt = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    muteAt = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  });
  afterAll(() => void mute.close());
  describe.each<[string, () => Partial<HttpWorldParts>, string]>([
    ['its name is not answered', () => ({ url: 'http://localhost:9/', resolve: unanswered }), 'HTTP_DNS'],
    [
      'none of its addresses accepts',
      () => ({ url: 'http://localhost:9/', allow: 'localhost,127.0.0.0/8', resolve: four, dial: dark }),
      'HTTP_CONNECT',
    ],
    ['it does not answer to TLS', () => ({ url: muteAt }), 'HTTP_TLS'],
  ])('of a service, where %s', (_, parts, code) => {
    it.each(['run', 'undo'] as const)('its %s waits, as for a worker', async (operation) => {
      const { attempt, clock, performer, connections } = httpWorld({
        policy: { effects: 'unsafe', attemptTimeoutMs: 6_000 },
        url: '',
        ...parts(),
      });
      const { outcome } =
        operation === 'run' ? runAttempt(attempt, clock, silent) : runUndo(attempt, null, clock, silent);
      let ended = false;
      void outcome.then(() => {
        ended = true;
      });
      const before = code === 'HTTP_TLS' ? greeted : -1;
      await until('it waits', () => clock.timerCount >= 3 && greeted > before);
      clock.pass(2_999);
      await turn();
      expect(ended).toBe(false);
      clock.pass(1);
      await until('it is over', () => ended);
      expect(await outcome).toMatchObject({
        effect: 'none',
        retryable: true,
        error: { code: 'NO_HANDLER', cause: { code } },
      });
      expect([clock.timerCount, connections.size]).toEqual([0, 0]);
      // And so it is not tried again at once.
      expect(await Promise.race([performer.isThere(), turn('it is asked again')])).toBe(false);
    });
  });

  it.each(['run', 'undo'] as const)(
    'a %s that nobody can say is still wanted, in that half, was not made, and is made later; and the service may be there',
    async (operation) => {
      const { attempt, clock, performer } = httpWorld({ url: `http://127.0.0.1:${service.port}/` });
      let isAsked = false;
      const isStillWanted = () => {
        isAsked = true;
        return new Promise<boolean>(() => {});
      };
      const fenced = { ...attempt, isStillWanted };
      const { outcome } =
        operation === 'run' ? runAttempt(fenced, clock, silent) : runUndo(fenced, null, clock, silent);
      await until('it is connected', () => isAsked);
      clock.pass(5_000);
      const refused = await outcome;
      expect(refused).toMatchObject({ effect: 'none', retryable: true, error: { code: 'RATE_LIMITED' } });
      expect(refused).not.toHaveProperty('atOnce');
      expect([clock.timerCount, service.calls, await performer.isThere()]).toEqual([0, [], true]);
    },
  );

  it.each<[string, Resolve, boolean]>([
    ['is still there', async () => ['127.0.0.1'], true],
    ['has gone', () => Promise.reject(new Error('ENOTFOUND')), false],
  ])('too little time says nothing of the service: whether it %s is seen anew', async (_, later, isThere) => {
    let resolve: Resolve = async () => ['127.0.0.1'];
    const { attempt, clock, performer } = httpWorld({
      url: `http://localhost:${service.port}/`,
      policy: { attemptTimeoutMs: 3_998 },
      resolve: (...asked) => resolve(...asked),
    });
    expect(await performer.isThere()).toBe(true);
    resolve = unanswered;
    const { outcome } = runAttempt(attempt, clock, silent);
    await until('it is resolved', () => clock.timerCount === 3);
    clock.pass(1_999);
    const refused = await outcome;
    expect(refused).toMatchObject({ effect: 'none', retryable: true, error: { code: 'RATE_LIMITED' } });
    expect(JSON.stringify(refused)).toContain('no time was left');
    resolve = later;
    expect([await performer.isThere(), clock.timerCount]).toEqual([isThere, 0]);
  });

  it('an attempt that is over in the moment in which it is connected waits for no log', async () => {
    const connection = new FakeConnection();
    const { attempt, clock, connections } = httpWorld({
      url: 'http://localhost:9/',
      dial: () => connection,
    });
    const running = runAttempt({ ...attempt, isStillWanted: () => new Promise(() => {}) }, clock, silent);
    await until('it is dialled', () => connection.listenerCount('connect') > 0);
    connection.accept();
    running.abort('another executor has taken the execution over');
    let end: unknown;
    void running.end.then((outcome) => {
      end = outcome;
    });
    await until('it is over', () => end !== undefined);
    expect(end).toMatchObject({ effect: 'none', error: { code: 'UNAVAILABLE' } });
    expect([connection.sent, connection.destroyed, connections.size]).toEqual(['', true, 0]);
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

  const looking = (parts: Partial<HttpWorldParts>) => {
    const world = httpWorld({ url: 'http://localhost:9/', allow: 'localhost,127.0.0.0/8', ...parts });
    return { ...world, isThere: world.performer.isThere() };
  };

  it('is known after two seconds, at however many addresses it does not answer', async () => {
    const { clock, isThere } = looking({ resolve: four, dial: dark });
    for (let ms = 0; ms < 2_000; ms += 250) {
      await turn();
      clock.pass(250);
    }
    expect([await isThere, clock.timerCount]).toEqual([false, 0]);
  });

  it('is assumed where its name gets no turn in that time: the attempt will tell', async () => {
    const resolve: Resolve = (_name, _tenant, signal) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new NotSent('HTTP_BUSY', 'too many names'))),
      );
    const { clock, isThere } = looking({ resolve });
    await until('it waits', () => clock.timerCount === 2);
    clock.pass(2_000);
    expect(await isThere).toBe(true);
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
