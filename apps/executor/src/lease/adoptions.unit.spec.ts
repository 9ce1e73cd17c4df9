import { actionStream, type ScopeHash, systemSubjects, type TenantName } from '@action-do/contracts';
import { BusClosed } from '@action-do/messaging';
import { SimWorld } from '@action-do/test-support';
import { Closing } from '../execution/closing.js';
import { ExecutionLog, type Loaded } from '../execution/execution-log.js';
import { action, oneExecutor } from '../testing/one-executor.contract.js';
import { SimBus } from '../testing/sim-bus.contract.js';
import { silent, TENANT } from '../testing/sim-executors.contract.js';
import { Adoptions } from './adoptions.js';

/** An attempt that runs, as two executors see it that hear each other. */
async function two() {
  const { sim, world } = await oneExecutor([action('pay', () => new Promise(() => {}))]);
  await sim.ask('e1', { action: 'pay' });
  await world.settle();
  const [stream = ''] = (await sim.streams()).keys();
  const scope = (stream.split('.')[1] ?? '') as ScopeHash;
  const { clock, chance } = world.process('reader');
  const log = new ExecutionLog(world.log, clock, chance, new Closing(), 'reader');
  const running = await log.load(TENANT, scope);
  const bus = new SimBus(new SimWorld());
  const [e2, e3] = [new Adoptions(bus, silent, 'e2'), new Adoptions(bus, silent, 'e3')];
  e2.start();
  e3.start();
  const say = async (text: string): Promise<void> => {
    bus.publish(systemSubjects.adopted, new TextEncoder().encode(text));
    await Promise.resolve();
  };
  return { bus, e2, e3, running, stream, say };
}

const attemptAfter = (loaded: Loaded): Loaded => {
  const { generation } = loaded.state;
  if (generation === null) throw new Error('nothing was requested');
  return {
    ...loaded,
    state: { ...loaded.state, generation: { ...generation, attempt: generation.attempt + 1 } },
  };
};

describe('who waits for an attempt that a dead executor began', () => {
  it('is known to the others, and of that attempt alone', async () => {
    const { e2, e3, running } = await two();
    expect(e3.by(running)).toBeNull();
    e2.tell(running);
    await Promise.resolve();
    expect([e2.by(running), e3.by(running), e3.by(attemptAfter(running))]).toEqual([null, 'e2', null]);
  });

  it('is who said so last', async () => {
    const { e2, e3, running, stream, say } = await two();
    e2.tell(running);
    await say(JSON.stringify({ executor: 'e4', stream, generation: 1, attempt: 1 }));
    expect(e3.by(running)).toBe('e4');
  });

  it.each(['', 'x', '{}', '[]', '{"executor":"e4"}', `"${'x'.repeat(2_000)}"`])(
    'is nobody by a message that is none (%#)',
    async (text) => {
      const { e3, running, say } = await two();
      await say(text);
      expect(e3.by(running)).toBeNull();
    },
  );

  it('is remembered of a bounded number: the oldest is forgotten', async () => {
    const { e2, e3, running, say } = await two();
    e2.tell(running);
    for (let n = 0; n < 4_096; n++) {
      const stream = actionStream('acme' as TenantName, n.toString(16).padStart(32, '0') as ScopeHash);
      await say(JSON.stringify({ executor: 'e4', stream, generation: 1, attempt: 1 }));
      if (n === 4_094) expect(e3.by(running)).toBe('e2');
    }
    expect(e3.by(running)).toBeNull();
  });

  it('is told to nobody over a bus that was closed, and that is no failure', async () => {
    const { bus, e2, running } = await two();
    await bus.close();
    expect(() => bus.publish('x', new Uint8Array(0))).toThrow(BusClosed);
    expect(() => e2.tell(running)).not.toThrow();
  });
});
