import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { type Effects } from '@action-do/contracts';
import { until } from '@action-do/test-support';
import { runAttempt, runProbe, runUndo } from '../execution/run-attempt.js';
import { type HttpWorldParts, httpWorld, onePay } from '../testing/http-world.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import { systemDial } from './connect.js';
import { NotSent } from './not-sent.js';
import { OpenConnections } from './open-connections.js';
import type { Resolve } from './resolve.js';

const { service, usual, begin, called } = onePay();

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

  const four = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
  const looking = (parts: Partial<HttpWorldParts>) => {
    const world = httpWorld({ url: 'http://localhost:9/', allow: 'localhost,127.0.0.0/8', ...parts });
    return { ...world, isThere: world.performer.isThere() };
  };

  it('is known after two seconds, at however many addresses it does not answer', async () => {
    const { clock, isThere } = looking({ resolve: async () => four, dial: () => new Socket() });
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
