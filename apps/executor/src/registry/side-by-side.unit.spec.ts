import { HEADERS, type JsonValue } from '@action-do/contracts';
import { Deployment, versionOf } from '../testing/deployment.contract.js';
import { LEASE_MS } from '../testing/lease-world.contract.js';
import { encode, SimWorker } from '../testing/sim-worker.contract.js';

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
