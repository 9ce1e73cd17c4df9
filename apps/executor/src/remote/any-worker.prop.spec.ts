import { type Effects, ErrorCode, HEADERS } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import fc from 'fast-check';
import { checkPromises } from '../testing/check-promises.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { encode, onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

/** What befalls a platform and its workers, a step at a time. */
type Act =
  | { readonly do: 'answer'; readonly payload: Uint8Array; readonly headers: Record<string, string> }
  | { readonly do: 'say'; readonly report: unknown }
  | { readonly do: 'ask'; readonly id: string }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'die' | 'come' | 'beat' | 'interrupt' | 'reach' | 'crash' };

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc
    .constantFrom('none', 'applied', 'unknown')
    .map((effect) =>
      encode({ error: { code: 'ACTION_FAILED', message: 'm' }, effect, retryable: effect !== 'applied' }),
    ),
);
const failing = fc.constantFrom({}, {}, { [HEADERS.errorCode]: '500' }, { [HEADERS.errorCode]: '' });
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('answer' as const), payload, headers: failing }),
  fc.record({
    do: fc.constant('say' as const),
    report: fc.oneof(
      fc.json().map((text) => JSON.parse(text)),
      fc.constant({ state: 'running' }),
    ),
  }),
  fc.record({ do: fc.constant('ask' as const), id: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(100, 2_000, 7_000) }),
  fc.record({
    do: fc.constantFrom('die' as const, 'come', 'beat', 'interrupt', 'reach', 'crash'),
  }),
);
const classes = fc.constantFrom<Effects>('none', 'idempotent', 'transactional', 'verifiable', 'unsafe');

describe('whatever workers answer, say, or leave unsaid, and whenever they die', () => {
  it('every execution ends as a legal history, and every caller gets a typed answer', async () => {
    await fc.assert(fc.asyncProperty(classes, fc.array(acts, { maxLength: 25 }), live), { numRuns: 400 });
  });
});

async function live(effects: Effects, story: Act[]): Promise<void> {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const sim = new SimExecutors(world);
  const registered = onTheBus({
    effects,
    idempotency: { mode: 'params' },
    attemptTimeoutMs: 9_000,
    deadlineMs: 60_000,
  });
  let executors = 0;
  const start = async () => {
    const name = `e${++executors}`;
    (await sim.start(name, { actions: [], bus })).registry.learn(TENANT, registered);
    return name;
  };
  let name = await start();
  const workers = [new SimWorker(bus)];
  const passUntil = (untilMs: number) => world.run(() => world.nowMs >= untilMs);
  for (const act of [{ do: 'ask' as const, id: 'a' }, ...story]) {
    await world.settle();
    const run = workers.at(-1)?.runs.at(-1);
    if (act.do === 'ask') await sim.ask(name, { action: 'pay', params: { id: act.id }, waitMs: 20_000 });
    else if (act.do === 'answer') run?.respond(act.payload, act.headers);
    else if (act.do === 'say' && run) workers.at(-1)?.says.set(run.name, act.report);
    else if (act.do === 'pass') await passUntil(world.nowMs + act.ms);
    else if (act.do === 'die') workers.at(-1)?.die();
    else if (act.do === 'come') workers.push(new SimWorker(bus));
    else if (act.do === 'beat' && run) workers.at(-1)?.beat();
    else if (act.do === 'interrupt') bus.interrupt();
    else if (act.do === 'reach') bus.isReachable = true;
    else if (act.do === 'crash' && executors < 3) {
      sim.crash(name);
      name = await start();
      await sim.recover(name, [...(await sim.streams()).keys()]);
    }
  }
  bus.isReachable = true;
  await world.run();
  await checkPromises(sim, true);
  for (const { code } of sim.replies) if (code !== undefined) ErrorCode.parse(code);
  expect(sim.troubles).toEqual([]);
}
