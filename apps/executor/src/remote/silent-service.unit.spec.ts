import { HEADERS } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import type { PolicyOptions } from '@do-sdk/actions';
import { action, gate, oneExecutor } from '../testing/one-executor.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { encode, onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

const RETRY = { attemptsMax: 3, initialDelayMs: 100, delayMsMax: 100, factor: 1 };
const UNSAFE = { effects: 'unsafe', retry: RETRY, attemptTimeoutMs: 60_000, deadlineMs: 300_000 } as const;

/** `pay` as a service performs it that answers `run` and nothing else. */
async function world(policy: Partial<PolicyOptions> = UNSAFE) {
  const sim = new SimExecutors(new SimWorld());
  const bus = new SimBus(sim.world);
  const start = async (name: string) => {
    const executor = await sim.start(name, { actions: [], bus });
    executor.registry.learn(TENANT, { ...onTheBus(policy, { hasUndo: true }), answersAsk: false });
    return executor;
  };
  const executor = await start('e1');
  const passed = (ms: number): Promise<void> => {
    const untilMs = sim.world.nowMs + ms;
    return sim.world.run(() => sim.world.nowMs >= untilMs);
  };
  const asked = async (service: SimWorker, id = 'x') => {
    const caller = await sim.ask('e1', { action: 'pay', params: { id }, waitMs: 200_000 });
    await sim.world.run(() => service.runs.length > 0);
    return caller;
  };
  return { sim, bus, executor, start, passed, asked };
}

describe('a service that answers run and no ask', () => {
  it('is called, though nobody says that it is there', async () => {
    const { sim, bus, asked } = await world();
    const service = new SimWorker(bus, 1, true);
    const caller = await asked(service);
    service.succeed({ paid: true });
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: { paid: true } });
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
  });

  it('may work for as long as its timeout: nobody takes it for dead because it keeps silent', async () => {
    const { sim, bus, asked, passed } = await world();
    const service = new SimWorker(bus, 1, true);
    const caller = await asked(service);
    await passed(59_000);
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted']);
    service.succeed('done');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'done' });
  });

  it('that dies is found out by the timeout, and by nothing before', async () => {
    const { sim, bus, asked } = await world();
    const service = new SimWorker(bus, 1, true);
    const begunAtMs = sim.world.nowMs;
    const caller = await asked(service);
    service.die();
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
    expect(sim.world.nowMs - begunAtMs).toBe(60_000);
  });

  it('beside one that answers is not thereby dead; one that did answer and does no more is', async () => {
    const { sim, bus, asked, passed } = await world();
    const plain = new SimWorker(bus, 1, true);
    const worker = new SimWorker(bus);
    const first = await asked(plain, 'a');
    await passed(30_000);
    plain.succeed('late, not lost');
    expect((await sim.replyTo(first)).json).toMatchObject({ result: 'late, not lost' });
    plain.die();
    const second = await asked(worker, 'b');
    await passed(3_000);
    const diedAtMs = sim.world.nowMs;
    worker.die();
    expect((await sim.replyTo(second)).code).toBe('OUTCOME_UNKNOWN');
    expect(sim.world.nowMs - diedAtMs).toBeLessThanOrEqual(6_000);
  });

  it('whose answer the bus lost is unknown soon: nobody can say any more what became of it', async () => {
    const { sim, bus, asked } = await world();
    const service = new SimWorker(bus, 1, true);
    const begunAtMs = sim.world.nowMs;
    const caller = await asked(service);
    bus.interrupt();
    bus.isReachable = true;
    expect((await sim.replyTo(caller)).code).toBe('OUTCOME_UNKNOWN');
    expect(sim.world.nowMs - begunAtMs).toBeLessThanOrEqual(6_000);
  });

  it('that is not there is found out by one call, which waits for it; for a second others are refused', async () => {
    const { sim, bus, passed } = await world();
    const first = await sim.ask('e1', { action: 'pay', params: { id: 'a' }, waitMs: 200_000 });
    await sim.world.run(() => sim.world.history.some((step) => step.includes('answer ActionAttemptFailed')));
    const refused = await sim.answer('e1', { action: 'pay', params: { id: 'b' } });
    expect([refused.code, refused.json.newKeySafe]).toEqual(['NO_HANDLER', true]);
    await passed(10_000);
    expect((await sim.recorded()).length).toBeLessThanOrEqual(2 + 2 * 10);
    const service = new SimWorker(bus, 1, true);
    await sim.world.run(() => service.runs.length === 1);
    service.succeed('come at last');
    expect((await sim.replyTo(first)).json).toMatchObject({ result: 'come at last' });
  });

  it.each(['RATE_LIMITED', 'NO_HANDLER', 'UNAVAILABLE'])(
    'uses up its attempts though it says %s, which is for whoever has not begun',
    async (code) => {
      const { sim, bus, asked } = await world();
      const service = new SimWorker(bus, 1, true);
      const busy = { error: { code, message: 'busy' }, effect: 'none', retryable: true };
      const caller = await asked(service);
      for (const times of [1, 2, 3]) {
        await sim.world.run(() => service.runs.length === times);
        service.runs.at(-1)?.respond(encode(busy), { [HEADERS.errorCode]: code });
      }
      expect((await sim.replyTo(caller)).json).toMatchObject({
        code: 'ATTEMPTS_EXHAUSTED',
        effect: 'none',
        cause: { code, message: 'busy' },
      });
      expect(service.runs).toHaveLength(3);
    },
  );

  it('uses one up, too, where its answer was lost and it says so when it is asked', async () => {
    const { sim, bus, asked } = await world({ ...UNSAFE, retry: { attemptsMax: 1 } });
    const service = new SimWorker(bus);
    const caller = await asked(service);
    const failure = { error: { code: 'RATE_LIMITED', message: 'busy' }, effect: 'none', retryable: true };
    service.says.set(service.runs[0]?.name ?? '', { state: 'failed', failure });
    expect((await sim.replyTo(caller)).json).toMatchObject({ code: 'ACTION_FAILED', effect: 'none' });
    expect(service.runs).toHaveLength(1);
  });

  it('uses up its attempts to undo likewise', async () => {
    const { sim, bus, asked } = await world();
    const service = new SimWorker(bus);
    const caller = await asked(service);
    service.succeed('done');
    const id = (await sim.replyTo(caller)).executionId ?? '';
    const undo = await sim.order('e1', 'undo', { id });
    const busy = { error: { code: 'RATE_LIMITED', message: 'busy' }, effect: 'none', retryable: true };
    for (const times of [1, 2, 3]) {
      await sim.world.run(() => service.undos.length === times);
      service.undos.at(-1)?.respond(encode(busy), { [HEADERS.errorCode]: 'RATE_LIMITED' });
    }
    expect((await sim.replyTo(undo)).code).toBe('COMPENSATION_FAILED');
    expect(service.undos).toHaveLength(3);
  });

  it('and leaves its undo out can still be called', async () => {
    const { sim, bus, asked } = await world();
    const service = new SimWorker(bus, 1, true);
    const caller = await asked(service);
    service.succeed('done');
    const id = (await sim.replyTo(caller)).executionId ?? '';
    await sim.order('e1', 'undo', { id });
    await sim.world.run(() => sim.world.history.some((step) => step.includes('answer ActionUndoFailed')));
    await sim.ask('e1', { action: 'pay', params: { id: 'y' } });
    await sim.world.settle();
    expect(service.runs).toHaveLength(2);
  });

  it('is not waited for by an executor that takes over: its answer went to the one that died', async () => {
    const { sim, bus, start, asked } = await world();
    const service = new SimWorker(bus, 1, true);
    await asked(service);
    sim.crash('e1');
    await start('e2');
    await sim.recover('e2', [...(await sim.streams()).keys()]);
    await sim.world.run(() => sim.world.history.some((step) => step.includes('answer ActionOutcomeUnknown')));
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionOutcomeUnknown']);
  });
});

describe.each([
  ['a worker', false],
  ['a service that answers run and no ask', true],
])('60 s of work under a timeout of 10 s, by %s', (_, isPlain) => {
  it('come to their end where it says every few seconds that it goes on', async () => {
    const policy = { effects: 'unsafe', attemptTimeoutMs: 10_000, deadlineMs: 120_000 } as const;
    const { sim, bus, executor, asked, passed } = await world(policy);
    void executor.start();
    const service = new SimWorker(bus, 1, isPlain);
    const caller = await asked(service);
    for (let beats = 0; beats < 12; beats++) {
      await passed(5_000);
      service.beat();
    }
    service.succeed('after a minute');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'after a minute' });
    expect(service.runs.map(({ headers }) => headers[HEADERS.attempt])).toEqual(['1']);
    await executor.stop(0);
  });

  it('are given up where it does not', async () => {
    const policy = { effects: 'unsafe', attemptTimeoutMs: 10_000, deadlineMs: 120_000 } as const;
    const { sim, bus, asked } = await world(policy);
    const service = new SimWorker(bus, 1, isPlain);
    const caller = await asked(service);
    const { code, json } = await sim.replyTo(caller);
    expect([code, json.detail]).toEqual(['OUTCOME_UNKNOWN', expect.stringMatching(/within 10000 ms/)]);
    service.runs[0]?.respond(encode('late'));
    await sim.world.settle();
    expect((await sim.answer('e1', { action: 'pay' })).json).toMatchObject({ result: 'late' });
  });
});

describe('60 s of work under a timeout of 10 s, by a function', () => {
  it('come to their end where it says every few seconds that it goes on', async () => {
    const policy = { effects: 'unsafe', attemptTimeoutMs: 10_000, deadlineMs: 120_000 } as const;
    const work = gate<string>();
    const beats: (() => void)[] = [];
    const pay = action(
      'pay',
      (_, context) => {
        beats.push(() => context.heartbeat());
        return work.opened;
      },
      policy,
    );
    const { sim, world: sims } = await oneExecutor([pay]);
    const caller = await sim.ask('e1', { action: 'pay', waitMs: 200_000 });
    await sims.run(() => beats.length === 1);
    const begunAtMs = sims.nowMs;
    for (let round = 1; round <= 12; round++) {
      await sims.run(() => sims.nowMs >= begunAtMs + round * 5_000);
      beats[0]?.();
    }
    work.open('after a minute');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'after a minute' });
    expect(await sim.recorded()).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
  });
});
