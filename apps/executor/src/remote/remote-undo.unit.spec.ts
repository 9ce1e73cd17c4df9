import { HEADERS } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import { withoutSensitive } from '@do-sdk/actions';
import { readAnswer } from '../http/read-answer.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { encode, onTheBus, SimWorker } from '../testing/sim-worker.contract.js';
import { keptOutcome } from './kept-failure.js';

const RETRY = { attemptsMax: 3, initialDelayMs: 100, delayMsMax: 100, factor: 1 };

/** An executor and a worker that has paid, and was asked to undo it. */
async function undoing(hasUndo = true) {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const sim = new SimExecutors(world);
  const executor = await sim.start('e1', { actions: [], bus });
  executor.registry.learn(TENANT, onTheBus({ retry: RETRY }, hasUndo ? { hasUndo } : {}));
  const worker = new SimWorker(bus);
  const paid = await sim.ask('e1', { action: 'pay' });
  await world.run(() => worker.runs.length === 1);
  worker.succeed({ receipt: 7 });
  const { executionId: id = '' } = await sim.replyTo(paid);
  const caller = await sim.order('e1', 'undo', { id });
  const asked = (times: number) => world.run(() => worker.undos.length === times);
  if (hasUndo) await asked(1);
  return { world, bus, sim, worker, id, caller, asked };
}

const failure = (over: object = {}) => encode({ error: { code: 'ACTION_FAILED', message: 'no' }, ...over });
const ERROR = { [HEADERS.errorCode]: 'ACTION_FAILED' };

describe('a service that knows nothing of sensitive fields', () => {
  const secret = { type: 'string', sensitive: true };
  const schemas = {
    paramsJsonSchema: { type: 'object', properties: { id: secret } },
    resultJsonSchema: { type: 'object', properties: { token: secret } },
  };
  /** An executor, such a service, and calls that it may fail. */
  async function paying() {
    const world = new SimWorld();
    const bus = new SimBus(world);
    const sim = new SimExecutors(world);
    const executor = await sim.start('e1', { actions: [], bus });
    executor.registry.learn(TENANT, onTheBus({ retry: { attemptsMax: 1 } }, { ...schemas, hasUndo: true }));
    const worker = new SimWorker(bus);
    const pay = async (id: string) => {
      const caller = await sim.ask('e1', { action: 'pay', params: { id } });
      const runs = worker.runs.length;
      await world.run(() => worker.runs.length > runs);
      return caller;
    };
    const failures = async () =>
      [...(await sim.streams()).values()]
        .flat()
        .flatMap(({ type, data }) => (/Fail/.test(type) ? [data] : []));
    return { world, sim, worker, pay, failures };
  }

  it('has none of them recorded or answered, neither of params nor of an undone result, however it fails', async () => {
    const { world, sim, worker, pay, failures } = await paying();
    const echo = (text: string) =>
      failure({
        error: {
          code: 'ACTION_FAILED',
          message: `main: no ${text}`,
          cause: { code: `BAD_${text}`, message: text, details: { given: [text], [text]: 1 } },
          issues: [{ path: `params.${text}`, code: 'bad', message: `not ${text}` }],
        },
        effect: 'none',
        retryable: false,
      });
    const failed = await pay('hush-1');
    worker.runs[0]?.respond(echo('hush-1'), ERROR);
    const told = await sim.replyTo(failed);
    const paid = await pay('else');
    worker.succeed({ token: 'hush-2' });
    const { executionId: id = '' } = await sim.replyTo(paid);
    const undone = await sim.order('e1', 'undo', { id });
    await world.run(() => worker.undos.length === 1);
    worker.undos[0]?.respond(echo('hush-2'), ERROR);
    await sim.replyTo(undone);
    expect(told.json).toMatchObject({ code: 'ACTION_FAILED', cause: { message: '(sensitive: not shown)' } });
    const text = JSON.stringify([told.json, await failures()]);
    expect(text.match(/main: no \(sensitive: not shown\)/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text).not.toContain('hush');
  });

  it('has no half of one recorded, wherever a text is cut, nor one in a text too long to be looked through', async () => {
    const { sim, worker, pay, failures } = await paying();
    const CARD = '4242424242424242';
    const cutAt = (length: number) => `${'x'.repeat(length - 15)}${CARD}`;
    const caller = await pay(CARD);
    const issue = { path: cutAt(200), code: cutAt(200), message: cutAt(200) };
    const cause = { code: cutAt(1_000), message: `${CARD}${'y'.repeat(100_000)}`, details: cutAt(8_192) };
    const error = { code: 'PARAMS_INVALID', message: cutAt(1_000), cause, issues: [issue] };
    worker.runs[0]?.respond(failure({ error, effect: 'none', retryable: false }), ERROR);
    await sim.replyTo(caller);
    const [data] = await failures();
    expect(JSON.stringify(data)).not.toContain('42');
    expect(data).toMatchObject({
      error: {
        cause: {
          message: 'left out: 100016 characters, at most 16384 are looked through for what is sensitive',
          details: 'left out: 8195 bytes, at most 8192 are kept',
        },
      },
    });
  });

  it('has none of them recorded over HTTP either', () => {
    const detail = `${'x'.repeat(985)}4242424242424242`;
    const answer = {
      status: 422,
      headers: { 'content-type': 'application/problem+json' },
      body: Buffer.from(JSON.stringify({ detail })),
      isTooLarge: false,
      endsByClose: false,
    };
    const outcome = keptOutcome(
      readAnswer(answer, () => [], 0),
      (error) => withoutSensitive(error, schemas, { id: '4242424242424242' }),
    );
    expect(JSON.stringify(outcome)).not.toContain('424');
  });
});

describe('an undo on the bus', () => {
  it('gives the worker params, result and a key of its own; any answer that is no error has undone it', async () => {
    const { sim, world, worker, id, caller } = await undoing();
    const [undo] = worker.undos;
    expect(undo?.params).toEqual({ params: { id: 'x', note: 'none' }, result: { receipt: 7 } });
    expect(undo?.headers).toEqual({
      [HEADERS.executionId]: id,
      [HEADERS.idempotencyKey]: `undo:${id}`,
      [HEADERS.attempt]: '1',
      [HEADERS.timeoutMs]: '10000',
    });
    undo?.respond(encode({ whatever: true }));
    expect((await sim.replyTo(caller)).json.execution?.status).toBe('undone');
    await world.settle();
    expect(world.timerCount).toBe(0);
  });

  it('that fails is asked for again, with the same key', async () => {
    const { sim, worker, id, caller, asked } = await undoing();
    worker.undos[0]?.respond(failure(), ERROR);
    await asked(2);
    expect(worker.undos[1]?.headers).toMatchObject({
      [HEADERS.idempotencyKey]: `undo:${id}`,
      [HEADERS.attempt]: '2',
    });
    worker.undos[1]?.respond(encode(null));
    expect((await sim.replyTo(caller)).json.execution?.status).toBe('undone');
  });

  it('that the worker says is of no use is given up', async () => {
    const { sim, worker, caller } = await undoing();
    worker.undos[0]?.respond(failure({ retryable: false }), ERROR);
    expect(await sim.replyTo(caller)).toMatchObject({
      code: 'COMPENSATION_FAILED',
      json: { cause: { message: 'no' } },
    });
  });

  it('whose answer gets lost is asked for again', async () => {
    const { sim, bus, worker, caller, asked } = await undoing();
    bus.interrupt();
    bus.isReachable = true;
    await asked(2);
    worker.undos[1]?.respond(encode(null));
    expect((await sim.replyTo(caller)).json.execution?.status).toBe('undone');
  });

  it('whose worker dies waits for another, and what nobody took does not count', async () => {
    const { sim, world, bus, worker, caller } = await undoing();
    worker.die();
    await world.run(() => world.history.some((step) => step.includes('answer ActionUndoFailed')));
    const begunAtMs = world.nowMs;
    await world.run(() => world.nowMs >= begunAtMs + 20_000);
    const next = new SimWorker(bus);
    await world.run(() => next.undos.length === 1);
    next.undos[0]?.respond(encode(null));
    expect((await sim.replyTo(caller)).json.execution?.status).toBe('undone');
  });

  it('of an action without one is not possible, and nobody is asked', async () => {
    const { sim, worker, caller } = await undoing(false);
    expect((await sim.replyTo(caller)).code).toBe('NOT_POSSIBLE');
    expect(worker.undos).toHaveLength(0);
  });

  it('is refused where no worker is there, and nothing is recorded (row 18)', async () => {
    const { sim, bus, worker, id, caller } = await undoing();
    worker.undos[0]?.respond(failure({ retryable: false }), ERROR);
    await sim.replyTo(caller);
    const before = await sim.recorded();
    worker.die();
    const executor = await sim.start('e2', { actions: [], bus });
    executor.registry.learn(TENANT, onTheBus({ retry: RETRY }, { hasUndo: true }));
    expect((await sim.ordered('e2', 'undo', { id })).code).toBe('NO_HANDLER');
    expect(await sim.recorded()).toEqual(before);
  });
});

describe('a cancel of an attempt on the bus', () => {
  it('tells the worker, and waits for what it comes to', async () => {
    const world = new SimWorld();
    const bus = new SimBus(world);
    const sim = new SimExecutors(world);
    const executor = await sim.start('e1', { actions: [], bus });
    executor.registry.learn(TENANT, onTheBus({ retry: RETRY }));
    const worker = new SimWorker(bus);
    const call = await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
    const id = worker.runs[0]?.headers[HEADERS.executionId] ?? '';
    const caller = await sim.order('e1', 'cancel', { id });
    await world.run(() => worker.aborted.length === 1);
    expect(worker.aborted).toEqual([{ attempt: 1, cancelled: true }]);
    worker.runs[0]?.respond(failure({ effect: 'none' }), ERROR);
    expect((await sim.replyTo(caller)).json.execution?.status).toBe('cancelled');
    expect((await sim.replyTo(call)).code).toBe('CANCELLED');
  });

  it('whose worker dies ends with the lease, as any attempt does', async () => {
    const world = new SimWorld();
    const bus = new SimBus(world);
    const sim = new SimExecutors(world);
    const executor = await sim.start('e1', { actions: [], bus });
    executor.registry.learn(TENANT, onTheBus({ retry: RETRY }));
    const worker = new SimWorker(bus);
    await sim.ask('e1', { action: 'pay' });
    await world.run(() => worker.runs.length === 1);
    const id = worker.runs[0]?.headers[HEADERS.executionId] ?? '';
    const begunAtMs = world.nowMs;
    const caller = await sim.order('e1', 'cancel', { id });
    await world.run(() => worker.aborted.length === 1);
    worker.die();
    expect((await sim.replyTo(caller)).json.execution?.status).toBe('cancelled');
    expect(world.nowMs - begunAtMs).toBeLessThanOrEqual(6_000);
  });
});
