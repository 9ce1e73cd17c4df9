import {
  type ActionName,
  EXECUTOR_QUEUE,
  gatewaySubjects,
  HEADERS,
  systemSubjects,
} from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { header, InProcessBus, NoResponder } from '@action-do/messaging';
import { Executor } from './executor.js';
import { startExecutor } from './start-executor.js';
import { systemChance, systemClock } from './system-ports.js';
import { action, gate } from './testing/one-executor.contract.js';
import { masterKey, silent, TENANT } from './testing/sim-executors.contract.js';

async function onTheBus(run: () => unknown) {
  const store = new InMemoryEventStore();
  const bus = new InProcessBus();
  const executor = new Executor({
    store,
    bus,
    masterKey,
    actions: [action('pay', run)],
    clock: systemClock,
    chance: systemChance,
    logger: silent,
    name: 'e1',
    slots: 4,
    queue: 4,
  });
  const service = await startExecutor(executor, bus);
  const ask = async (subject: string, body: unknown, headers: Record<string, string> = {}) => {
    const payload = new TextEncoder().encode(JSON.stringify(body));
    const reply = await bus.request(subject, payload, { headers, timeoutMs: 5_000 });
    const json: Record<string, unknown> = JSON.parse(new TextDecoder().decode(reply.payload));
    return {
      json,
      code: header(reply.headers, HEADERS.errorCode),
      how: header(reply.headers, HEADERS.idempotencyStatus),
      id: header(reply.headers, HEADERS.executionId),
    };
  };
  const execute = (body: unknown, headers?: Record<string, string>) =>
    ask(gatewaySubjects.execute(TENANT, 'pay' as ActionName), body, headers);
  const execution = (verb: 'get' | 'events' | 'attach', id: unknown) =>
    ask(gatewaySubjects.execution(TENANT, verb), { id });
  return { bus, executor, service, ask, execute, execution };
}

describe('an executor on the bus', () => {
  it('executes, and answers questions about what it did', async () => {
    const { execute, execution, ask, service } = await onTheBus(() => 'done');
    const first = await execute({ params: { id: 'a' } });
    expect(first).toMatchObject({ how: 'executed', json: { result: 'done' } });
    expect((await execution('get', first.id)).json).toMatchObject({
      result: 'done',
      execution: { status: 'succeeded', replayed: false },
    });
    expect(await execution('attach', first.id)).toMatchObject({ how: 'replayed', json: { result: 'done' } });
    const { items } = (await execution('events', first.id)).json;
    expect(items).toMatchObject([
      { type: 'ActionRequested' },
      { type: 'ActionStarted' },
      { type: 'ActionSucceeded', executionId: first.id },
    ]);
    expect((await ask(systemSubjects.accessLookup, { keyId: 'default-000000000000' })).json).toBeNull();
    await service.close();
  });

  it.each(['', 'exe_1', `exe_${'0'.repeat(32)}-1`, 7])(
    'knows no execution %j: NOT_FOUND, or BODY_INVALID',
    async (id) => {
      const { execution, service } = await onTheBus(() => 1);
      for (const verb of ['get', 'events', 'attach'] as const)
        expect((await execution(verb, id)).code).toBe(typeof id === 'string' ? 'NOT_FOUND' : 'BODY_INVALID');
      await service.close();
    },
  );

  it('answers what it cannot read: BODY_INVALID', async () => {
    const { execute, ask, service } = await onTheBus(() => 1);
    expect((await execute({ params: 7 })).code).toBe('BODY_INVALID');
    expect((await ask(systemSubjects.accessLookup, { keyId: 'x'.repeat(200) })).code).toBe('BODY_INVALID');
    await service.close();
  });

  it('sends an error, and never what looks like a result, where its answer does not fit the bus', async () => {
    const store = new InMemoryEventStore();
    const bus = new InProcessBus({ payloadBytesMax: 900, onHandlerError: () => {} });
    const large = action('pay', () => 'x'.repeat(2_000));
    const executor = new Executor({
      store,
      bus,
      masterKey,
      actions: [large],
      clock: systemClock,
      chance: systemChance,
      logger: silent,
      name: 'e1',
      slots: 4,
      queue: 4,
    });
    const service = await startExecutor(executor, bus);
    const payload = new TextEncoder().encode('{"params":{"id":"a"}}');
    const reply = await bus.request(gatewaySubjects.execute(TENANT, 'pay' as ActionName), payload, {
      timeoutMs: 5_000,
    });
    expect(header(reply.headers, HEADERS.errorCode)).toBe('PAYLOAD_TOO_LARGE');
    await service.close();
  });

  it('that stops and closes answers whoever waits, then listens no more', async () => {
    const work = gate<string>();
    const { execute, executor, service, bus } = await onTheBus(() => work.opened);
    const [first, second] = [execute({ params: { id: 'a' } }), execute({ params: { id: 'a' } })];
    while (executor.admissions.size !== 1) await new Promise((resolve) => setImmediate(resolve));
    const stopping = executor.stop(5_000);
    const closing = service.close();
    expect(
      (await Promise.all([first, second])).map(
        ({ how, code }) => how === 'pending' || code === 'UNAVAILABLE',
      ),
    ).toEqual([true, true]);
    work.open('done');
    await Promise.all([stopping, closing]);
    expect(executor.admissions.size).toBe(0);
    await expect(execute({ params: { id: 'a' } })).rejects.toThrow(NoResponder);
    expect(() =>
      bus.subscribe(gatewaySubjects.execute(TENANT, 'pay' as ActionName), () => {}, {
        queue: EXECUTOR_QUEUE,
      }),
    ).not.toThrow();
  });
});
