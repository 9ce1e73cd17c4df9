import {
  ActionName,
  type ActionRef,
  HEADERS,
  handlerSubjects,
  type JsonValue,
  WORKER_QUEUE,
} from '@action-do/contracts';
import { type ActionDefinition, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { SYSTEM } from '../execution/execution-record.js';
import { LEASE_MS, LeaseWorld } from '../testing/lease-world.contract.js';
import { action } from '../testing/one-executor.contract.js';
import { type Reply, TENANT } from '../testing/sim-executors.contract.js';
import { encode, onTheBus, SimWorker } from '../testing/sim-worker.contract.js';

const RESULT = { b: 1.5, a: 'ä', list: [{ n: null }], id: 'x' };
const RETRY = { attemptsMax: 3, initialDelayMs: 100, delayMsMax: 100, factor: 1 };
const REASON = 'has a better one';

const ref = (name: string, version: number): ActionRef => ({ name: ActionName.parse(name), version });

/** A deployment on one log and one bus that is released again and again while its callers repeat themselves. */
class Deployment {
  /** Whoever had an effect, in order. */
  readonly effects: string[] = [];

  private constructor(readonly leases: LeaseWorld) {}

  static async with(...executors: string[]): Promise<Deployment> {
    return new Deployment(await LeaseWorld.with(executors, () => []));
  }

  get sim() {
    return this.leases.sim;
  }

  /** As a process starts: what it performs itself is recorded before it takes calls. */
  async start(name: string, ...own: ActionDefinition[]): Promise<void> {
    const executor = await this.leases.start(name, own);
    await this.during(executor.registerOwn(TENANT));
  }

  /** An action of an executor's own. */
  own(name: string, version: number): ActionDefinition {
    return action(name, () => this.perform(`${name}@${version} here`), { version });
  }

  /** A worker of `pay` that answers at once. */
  worker(version: number): void {
    const { bus } = this.leases;
    const { run, ask } = handlerSubjects;
    const pay = () => encode(this.perform(`pay@${version} on the bus`));
    bus.subscribe(run(TENANT, 'pay', version), (message) => message.respond(pay()), { queue: WORKER_QUEUE });
    bus.subscribe(ask(TENANT, 'pay', version), (message) => message.respond(encode({ state: 'here' })));
  }

  async register(at: string, version: number): Promise<void> {
    const { contract } = onTheBus({ retry: RETRY }, { version, hasUndo: true });
    const { registerAction } = this.sim.executor(at);
    expect(await this.during(registerAction.register(TENANT, contract, SYSTEM))).toMatchObject({ ok: true });
  }

  async retire(at: string, name: string, version: number, successor?: ActionRef): Promise<void> {
    const command = { ...ref(name, version), reason: REASON, ...(successor ? { successor } : {}) };
    const retiring = this.sim.executor(at).retireAction.retire(TENANT, command, SYSTEM);
    expect(await this.during(retiring)).toMatchObject({ ok: true, answer: { status: 'retired' } });
  }

  async during<T>(something: Promise<T>): Promise<T> {
    await this.leases.world.settle();
    return something;
  }

  call(at: string, more: object = {}): Promise<Reply> {
    return this.sim.answer(at, { action: 'pay', ...more });
  }

  private perform(who: string): JsonValue {
    this.effects.push(who);
    return RESULT;
  }
}

const resultIn = ({ body }: Reply): string => body.slice(0, body.indexOf(',"execution":'));
const versionOf = ({ json }: Reply) => json.execution?.version;

/** What is done between a call at `old` and its repeat at whoever is named. */
type Release = (deployment: Deployment) => Promise<string>;

const RELEASES: [string, Release][] = [
  [
    'version 2 is released beside it',
    async (deployment) => {
      await deployment.start('new', deployment.own('pay', 1), deployment.own('pay', 2));
      return 'new';
    },
  ],
  [
    'version 2 is released, and nobody has the old one any more',
    async (deployment) => {
      deployment.sim.crash('old');
      await deployment.start('new', deployment.own('pay', 2));
      return 'new';
    },
  ],
  [
    'version 2 is registered for workers',
    async (deployment) => {
      await deployment.register('old', 2);
      deployment.worker(2);
      return 'old';
    },
  ],
  [
    'a param with a default is added to the same version',
    async (deployment) => {
      const params = z.object({
        id: z.string(),
        note: z.string().default('none'),
        currency: z.string().default('EUR'),
      });
      const run = () => {
        throw new Error('it was done before');
      };
      const changed = defineAction({ name: 'pay', effects: 'idempotent', params, result: z.any(), run });
      deployment.sim.crash('old');
      await deployment.leases.start('new', [changed]);
      return 'new';
    },
  ],
  [
    'it is offered under another name from now on',
    async (deployment) => {
      deployment.sim.crash('old');
      await deployment.start('new', deployment.own('charge', 1));
      await deployment.retire('new', 'pay', 1, ref('charge', 1));
      return 'new';
    },
  ],
  [
    'it is retired',
    async (deployment) => {
      await deployment.retire('old', 'pay', 1);
      return 'old';
    },
  ],
  [
    'it is retired through another executor',
    async (deployment) => {
      await deployment.start('new', deployment.own('pay', 1));
      await deployment.retire('new', 'pay', 1);
      return 'old';
    },
  ],
  [
    'it is retired, version 2 is there, and its executor starts once more',
    async (deployment) => {
      await deployment.register('old', 2);
      await deployment.retire('old', 'pay', 1);
      deployment.sim.crash('old');
      await deployment.start('new', deployment.own('pay', 1));
      return 'new';
    },
  ],
  [
    'workers perform it from now on',
    async (deployment) => {
      deployment.sim.crash('old');
      await deployment.start('new');
      await deployment.register('new', 1);
      deployment.worker(1);
      return 'new';
    },
  ],
];

describe('between a call and its repeat', () => {
  const ways = ['here', 'on the bus'] as const;

  it.each(ways.flatMap((way) => RELEASES.map(([what, release]) => [what, way, release] as const)))(
    '%s, and it was performed %s: one effect, and the stored result, byte for byte',
    async (_, way, release) => {
      const deployment = await Deployment.with();
      await deployment.start('old', ...(way === 'here' ? [deployment.own('pay', 1)] : []));
      if (way === 'on the bus') {
        await deployment.register('old', 1);
        deployment.worker(1);
      }
      const calls = [{}, { key: 'k1', params: { id: 'y' } }, { version: 1, params: { id: 'z' } }];
      const given = () => structuredClone(calls);
      const first = [];
      for (const call of given()) first.push(await deployment.call('old', call));
      expect(deployment.effects).toEqual(calls.map(() => `pay@1 ${way}`));
      const at = await release(deployment);
      for (const [number, call] of given().entries()) {
        const repeat = await deployment.call(at, call);
        expect([repeat.how, repeat.executionId, versionOf(repeat)]).toEqual([
          'replayed',
          first[number]?.executionId,
          1,
        ]);
        expect(resultIn(repeat)).toBe(resultIn(first[number] as Reply));
        expect(resultIn(repeat)).toBe(`{"result":${JSON.stringify(RESULT)}`);
      }
      expect([deployment.effects.length, (await deployment.sim.streams()).size]).toEqual([3, 3]);
    },
  );

  it('a key that was used with other params is refused as such, whatever was retired since', async () => {
    const deployment = await Deployment.with();
    await deployment.start('old', deployment.own('pay', 1));
    await deployment.call('old', { key: 'k1' });
    await deployment.retire('old', 'pay', 1);
    expect(await deployment.call('old', { key: 'k1', params: { id: 'other' } })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      json: { issues: [{ path: 'params.id' }] },
    });
  });
});

describe('a retired version', () => {
  it.each([
    ['the one that is named', ref('charge', 1), 'Call charge@1 instead.'],
    ['the newest that is left', undefined, 'Call pay@2 instead.'],
  ])('refuses new work with 410 and the successor, and records nothing: %s', async (_, successor, said) => {
    const deployment = await Deployment.with();
    const [pay1, pay2, charge] = [
      deployment.own('pay', 1),
      deployment.own('pay', 2),
      deployment.own('charge', 1),
    ];
    for (const name of ['e1', 'e2']) await deployment.start(name, pay1, pay2, charge);
    await deployment.retire('e1', 'pay', 1, successor);
    for (const at of ['e1', 'e2']) {
      const refused = await deployment.call(at, { version: 1 });
      expect([refused.code, refused.how, refused.json.effect, refused.json.newKeySafe]).toEqual([
        'ACTION_RETIRED',
        'rejected',
        'none',
        true,
      ]);
      expect(refused.json.detail).toBe(`pay@1 takes no new work any more (${REASON}). ${said}`);
    }
    expect((await deployment.sim.streams()).size).toBe(0);
    expect(versionOf(await deployment.call('e2'))).toBe(2);
  });

  it('is known to an executor that heard no news of it after a second', async () => {
    const deployment = await Deployment.with();
    for (const name of ['e1', 'e2']) await deployment.start(name, deployment.own('pay', 1));
    await deployment.call('e2', { params: { id: 'a' } });
    deployment.leases.bus.isReachable = false;
    await deployment.retire('e1', 'pay', 1);
    expect((await deployment.call('e2', { params: { id: 'b' } })).code).toBeUndefined();
    await deployment.leases.pass(1_000);
    expect((await deployment.call('e2', { params: { id: 'c' } })).code).toBe('ACTION_RETIRED');
  });

  it('that made a piece of work of each version, or wants a key, answers what was done as it always did', async () => {
    const deployment = await Deployment.with();
    const mode = 'key-required' as const;
    const run = () => 'done';
    const idempotency = { mode, perVersion: true };
    await deployment.start(
      'e1',
      action('pay', run, { idempotency }),
      action('pay', run, { version: 2, idempotency }),
    );
    const first = await deployment.call('e1', { version: 1, key: 'k' });
    for (const version of [1, 2]) await deployment.retire('e1', 'pay', version);
    const repeat = await deployment.call('e1', { version: 1, key: 'k' });
    expect([repeat.how, repeat.executionId]).toEqual(['replayed', first.executionId]);
    for (const call of [{ version: 2, key: 'k' }, { key: 'k' }, { version: 1 }, {}])
      expect((await deployment.call('e1', call)).code).toBe('ACTION_RETIRED');
  });

  it('does not do anew what failed, though another version would', async () => {
    const deployment = await Deployment.with();
    let fails = true;
    const run = () => {
      if (fails) throw new Error('not now');
      return 'done';
    };
    const retry = { attemptsMax: 1 };
    await deployment.start('e1', action('pay', run, { retry }), action('pay', run, { version: 2, retry }));
    expect((await deployment.call('e1', { version: 1 })).code).toBe('ACTION_FAILED');
    await deployment.retire('e1', 'pay', 1);
    fails = false;
    expect((await deployment.call('e1', { version: 1 })).code).toBe('ACTION_RETIRED');
    expect((await deployment.call('e1')).json).toMatchObject({ result: 'done' });
  });
});

/** Two executors, and workers of versions 1 and 2 that a test lets answer. */
async function sideBySide() {
  const deployment = await Deployment.with('e1', 'e2');
  for (const version of [1, 2]) await deployment.register('e1', version);
  const [one, two] = [new SimWorker(deployment.leases.bus, 1), new SimWorker(deployment.leases.bus, 2)];
  const { sim, leases } = deployment;
  const begin = async (at: string, more: object = {}) => {
    const caller = await sim.ask(at, { action: 'pay', ...more });
    await leases.world.settle();
    return caller;
  };
  return { deployment, sim, leases, one, two, begin };
}

const BUSY = encode({ error: { code: 'ACTION_FAILED', message: 'busy' }, effect: 'none', retryable: true });
const ERROR = { [HEADERS.errorCode]: 'ACTION_FAILED' };

describe('two versions side by side', () => {
  it('are performed each by its own workers, through whichever executor; a call that names none means the newest', async () => {
    const { sim, one, two, begin } = await sideBySide();
    const callers = [];
    for (const [number, version] of [1, 2, 1, undefined, 2, 1].entries())
      callers.push(await begin(number % 2 ? 'e1' : 'e2', { version, params: { id: `${number}` } }));
    expect([one.runs.length, two.runs.length]).toEqual([3, 3]);
    for (const [worker, by] of [
      [one, 'one'],
      [two, 'two'],
    ] as const)
      for (const run of worker.runs) worker.succeed({ by, params: run.params as JsonValue }, run);
    const replies = await Promise.all(callers.map((caller) => sim.replyTo(caller)));
    expect(replies.map(versionOf)).toEqual([1, 2, 1, 2, 2, 1]);
    expect(replies.map(({ json }) => json.result)).toEqual(
      ['one', 'two', 'one', 'two', 'two', 'one'].map((by, number) => ({
        by,
        params: { id: `${number}`, note: 'none' },
      })),
    );
  });

  it('what is under way ends on its own, though that is retired meanwhile: its attempt, and the next one', async () => {
    const { deployment, sim, leases, one, two, begin } = await sideBySide();
    const caller = await begin('e1', { version: 1 });
    await deployment.retire('e2', 'pay', 1);
    one.runs[0]?.respond(BUSY, ERROR);
    await leases.world.run(() => one.runs.length === 2);
    one.succeed('by one');
    const reply = await sim.replyTo(caller);
    expect([reply.json.result, versionOf(reply), two.runs.length]).toEqual(['by one', 1, 0]);
  });

  it('so it does after its executor died, with the worker that is at it or with another one of its version', async () => {
    for (const isAtIt of [true, false]) {
      const { deployment, sim, leases, one, two, begin } = await sideBySide();
      await begin('e1', { version: 1 });
      await deployment.retire('e2', 'pay', 1);
      sim.crash('e1');
      await leases.pass(LEASE_MS);
      if (!isAtIt) one.die();
      const other = isAtIt ? one : new SimWorker(leases.bus, 1);
      await leases.hint('e2');
      await leases.pass(LEASE_MS);
      expect([other.runs.length, two.runs.length]).toEqual([1, 0]);
      other.succeed('by one');
      await leases.pass(LEASE_MS);
      const reply = await deployment.call('e2', { version: 1 });
      expect([reply.how, reply.json.result, versionOf(reply)]).toEqual(['replayed', 'by one', 1]);
    }
  });

  it('so it does where it waits for its next attempt when everything stops, and an executor that knows nothing goes on', async () => {
    const { deployment, sim, leases, one, two, begin } = await sideBySide();
    await begin('e1', { version: 1 });
    one.runs[0]?.respond(BUSY, ERROR);
    await leases.world.run(() =>
      leases.world.history.some((step) => step.includes('answer ActionAttemptFailed')),
    );
    await deployment.retire('e1', 'pay', 1);
    for (const name of ['e1', 'e2']) sim.crash(name);
    await leases.start('e3', []);
    await leases.pass(LEASE_MS);
    await leases.hint('e3');
    await leases.pass(LEASE_MS);
    expect([one.runs.length, two.runs.length]).toEqual([2, 0]);
    one.succeed('by one');
    await leases.pass(LEASE_MS);
    expect((await deployment.call('e3', { version: 1 })).json).toMatchObject({ result: 'by one' });
  });

  it('what a retired one did is undone by it, and an operator may have it do again what failed', async () => {
    const { deployment, sim, one, two, begin } = await sideBySide();
    const paid = await begin('e1', { version: 1 });
    one.succeed('by one');
    const { executionId: id = '' } = await sim.replyTo(paid);
    const failed = await begin('e1', { version: 1, params: { id: 'no' } });
    one.runs[1]?.respond(
      encode({ error: { code: 'ACTION_FAILED', message: 'no' }, retryable: false }),
      ERROR,
    );
    const { executionId: failedId = '' } = await sim.replyTo(failed);
    await deployment.retire('e1', 'pay', 1);
    const undoing = await sim.order('e2', 'undo', { id });
    await deployment.leases.world.run(() => one.undos.length === 1);
    one.undos[0]?.respond(encode(null));
    expect((await sim.replyTo(undoing)).json.execution?.status).toBe('undone');
    const retrying = await sim.order('e2', 'retry', { id: failedId });
    await deployment.leases.world.run(() => one.runs.length === 3);
    one.succeed('after all');
    expect((await sim.replyTo(retrying)).json).toMatchObject({ result: 'after all' });
    expect(two.runs).toEqual([]);
  });
});
