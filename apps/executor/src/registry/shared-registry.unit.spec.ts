import { ActionDocument } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import { SYSTEM } from '../execution/execution-record.js';
import { action } from '../testing/one-executor.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { type Reply, SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

const perVersion = { idempotency: { perVersion: true } };

/** Two executors on one log and one bus, each with `pay@1` of its own; what is registered is `pay` for workers. */
async function two({ listening, policy = {} }: { listening: boolean; policy?: object }) {
  const world = new SimWorld();
  const sim = new SimExecutors(world);
  const bus = new SimBus(world);
  const actions = [action('pay', () => 'done', policy)];
  for (const name of ['e1', 'e2']) {
    const executor = await sim.start(name, { actions, bus, sharesLog: true });
    if (listening) await executor.start();
  }
  const registerAt = async (name: string, version: number): Promise<void> => {
    const { contract } = onTheBus({}, { version });
    const registering = sim.executor(name).registerAction.register(TENANT, contract, SYSTEM);
    await world.settle();
    expect(await registering).toMatchObject({ ok: true });
  };
  const pass = async (ms: number): Promise<void> => {
    let isOver = false;
    world.process('test').clock.after(ms, () => {
      isOver = true;
    });
    await world.run(() => isOver);
  };
  return { world, sim, bus, registerAt, pass };
}

/** No worker is there, so that the refusal says which version was found. */
const versionIn = ({ code, json }: Reply): string =>
  `${code} ${/version \d+/.exec(json.detail ?? '')?.[0] ?? ''}`;

describe('a version that is registered through one of several executors', () => {
  it('is the newest at each of them, also where they perform an older one themselves', async () => {
    const { sim, registerAt } = await two({ listening: false });
    await registerAt('e1', 2);
    for (const name of ['e1', 'e2'])
      expect(versionIn(await sim.answer(name, { action: 'pay' }))).toBe('NO_HANDLER version 2');
  });

  it('is known to whoever is asked for it by name, however fresh what was seen before', async () => {
    const { sim, registerAt } = await two({ listening: false });
    await registerAt('e1', 2);
    const before = await sim.answer('e2', { action: 'pay', version: 2 });
    await registerAt('e1', 3);
    const after = await sim.answer('e2', { action: 'pay', version: 3 });
    expect([versionIn(before), versionIn(after)]).toEqual(['NO_HANDLER version 2', 'NO_HANDLER version 3']);
    expect((await sim.answer('e2', { action: 'pay', version: 4 })).code).toBe('ACTION_UNKNOWN');
  });

  it('is told to the others, which see it at once; whoever is not told sees it after a second', async () => {
    for (const listening of [true, false]) {
      const { sim, pass, registerAt } = await two({ listening });
      await registerAt('e1', 2);
      await sim.answer('e2', { action: 'pay' });
      await registerAt('e1', 3);
      const atOnce = versionIn(await sim.answer('e2', { action: 'pay' }));
      expect(atOnce).toBe(listening ? 'NO_HANDLER version 3' : 'NO_HANDLER version 2');
      await pass(1_000);
      expect(versionIn(await sim.answer('e2', { action: 'pay' }))).toBe('NO_HANDLER version 3');
    }
  });

  it('is no news any more to an executor that has stopped', async () => {
    const { sim, bus } = await two({ listening: true });
    for (const name of ['e1', 'e2']) await sim.executor(name).stop(0);
    expect(bus.listening).toBe(0);
  });
});

describe('an execution whose worker died', () => {
  it.each([true, false])(
    'goes on with who performs its version since, told of it at once or after a second (told: %s)',
    async (listening) => {
      const { sim, world, bus, registerAt, pass } = await two({ listening });
      await registerAt('e1', 2);
      const worker = new SimWorker(bus, 2);
      const caller = await sim.ask('e2', { action: 'pay', version: 2 });
      await world.run(() => worker.runs.length === 1);
      worker.die();
      // By then it waits until somebody is there.
      await pass(10_000);
      // A service of a stranger, which is not found by asking whether it is there.
      const service = new SimWorker(bus, 2, true);
      const { name, paramsJsonSchema: params } = onTheBus().contract;
      const target = { kind: 'bus', answersAsk: false };
      const document = { name, version: 2, effects: 'idempotent', params, result: {}, target };
      const { registerAction } = sim.executor('e1');
      const registering = registerAction.registerDocument(TENANT, ActionDocument.parse(document), SYSTEM);
      await world.settle();
      expect(await registering).toMatchObject({ ok: true, answer: { status: 'registered' } });
      await world.run(() => service.runs.length > 0 || !sim.waiting.has(caller));
      expect(service.runs).toHaveLength(1);
      service.succeed('by the service');
      expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'by the service' });
    },
  );
});

describe('an action whose versions are work of their own', () => {
  it('is refused without a version, so that no repeat can become other work, and nothing is recorded', async () => {
    const { sim } = await two({ listening: false, policy: perVersion });
    const reply = await sim.answer('e1', { action: 'pay' });
    expect(reply).toMatchObject({
      code: 'REQUEST_INVALID',
      json: { effect: 'none', retryable: false, issues: [{ path: 'version', code: 'required' }] },
    });
    expect(await sim.recorded()).toEqual([]);
  });

  it('is one execution for each version that is named, whichever executor is asked', async () => {
    const { sim, registerAt } = await two({ listening: false, policy: perVersion });
    const first = await sim.answer('e1', { action: 'pay', version: 1 });
    await registerAt('e1', 2);
    const repeat = await sim.answer('e2', { action: 'pay', version: 1 });
    expect([first.how, repeat.how, repeat.executionId]).toEqual(['executed', 'replayed', first.executionId]);
  });
});
