import { HEADERS } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { encode, onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

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
  it('has none of them recorded or answered, neither of params nor of an undone result, however it fails', async () => {
    const world = new SimWorld();
    const bus = new SimBus(world);
    const sim = new SimExecutors(world);
    const executor = await sim.start('e1', { actions: [], bus });
    const secret = { type: 'string', sensitive: true };
    const schemas = {
      paramsJsonSchema: { type: 'object', properties: { id: secret } },
      resultJsonSchema: { type: 'object', properties: { token: secret } },
    };
    executor.registry.learn(TENANT, onTheBus({ retry: { attemptsMax: 1 } }, { ...schemas, hasUndo: true }));
    const worker = new SimWorker(bus);
    const echo = (text: string) =>
      failure({
        error: {
          code: 'ACTION_FAILED',
          message: `main: no ${text}`,
          cause: { code: `BAD_${text}`, message: text, details: { given: [text] } },
          issues: [{ path: 'params.id', code: 'bad', message: `not ${text}` }],
        },
        effect: 'none',
        retryable: false,
      });
    const pay = (id: string) => sim.ask('e1', { action: 'pay', params: { id } });
    const failed = await pay('hush-1');
    await world.run(() => worker.runs.length === 1);
    worker.runs[0]?.respond(echo('hush-1'), ERROR);
    const told = await sim.replyTo(failed);
    const paid = await pay('else');
    await world.run(() => worker.runs.length === 2);
    worker.succeed({ token: 'hush-2' });
    const { executionId: id = '' } = await sim.replyTo(paid);
    const undone = await sim.order('e1', 'undo', { id });
    await world.run(() => worker.undos.length === 1);
    worker.undos[0]?.respond(echo('hush-2'), ERROR);
    await sim.replyTo(undone);
    expect(told.json).toMatchObject({ code: 'ACTION_FAILED', cause: { message: '(sensitive: not shown)' } });
    const events = [...(await sim.streams()).values()].flat();
    const failures = events.flatMap(({ type, data }) => (/Fail/.test(type) ? [data] : []));
    const text = JSON.stringify([told.json, failures]);
    expect(text.match(/main: no \(sensitive: not shown\)/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text).not.toContain('hush');
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
