import { systemSubjects } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import { SimBus } from '../testing/sim-bus.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import { LeftBehind } from './left-behind.js';

const TURN_MS = 150;
const STREAMS = Array.from({ length: 60 }, (_, n) => `action-default.${n}`);

/** Executors that hear the same hints, and when each of them looked at which stream. */
function hearing(names: readonly string[], knows: (name: string) => boolean = () => true) {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const looks: { name: string; stream: string; atMs: number }[] = [];
  let fails = false;
  const listeners = names.map((name) => {
    const living = () => (knows(name) ? names.filter((other) => other !== name) : null);
    const recover = async (streams: readonly string[]): Promise<void> => {
      for (const stream of streams) looks.push({ name, stream, atMs: world.nowMs - begunMs });
      if (fails) throw new Error('the log is away');
    };
    const { clock } = world.process(name);
    return new LeftBehind({ bus, clock, logger: silent, name, living, recover });
  });
  for (const listener of listeners) listener.start();
  let begunMs = world.nowMs;
  const hint = (body: object): void =>
    bus.publish(systemSubjects.recover, new TextEncoder().encode(JSON.stringify(body)));
  const pass = async (ms: number): Promise<void> => {
    const untilMs = world.nowMs + ms;
    do await world.settle();
    while (await world.tick(untilMs - world.nowMs));
    world.nowMs = untilMs;
  };
  return {
    looks,
    hint,
    pass,
    stop: () => {
      for (const listener of listeners) listener.stop();
    },
    failFromNowOn: () => {
      fails = true;
    },
    again: () => {
      looks.length = 0;
      begunMs = world.nowMs;
    },
  };
}

describe('what dead executors left', () => {
  it('is looked at by each that hears of it, one behind the other', async () => {
    const { looks, hint, pass } = hearing(['a', 'b', 'c']);
    hint({ streams: STREAMS, left: true });
    await pass(1_000);
    for (const stream of STREAMS) {
      const of = looks.filter((look) => look.stream === stream);
      expect(new Set(of.map(({ name }) => name)).size).toBe(3);
      const delays = of.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
      expect(delays[1]! - delays[0]!).toBeGreaterThanOrEqual(TURN_MS - 20);
      expect(delays[2]! - delays[1]!).toBeGreaterThanOrEqual(TURN_MS - 20);
    }
  });

  it('is shared among them: each comes first for some', async () => {
    const { looks, hint, pass } = hearing(['a', 'b', 'c']);
    hint({ streams: STREAMS, left: true });
    await pass(TURN_MS / 2);
    expect(looks).toHaveLength(STREAMS.length);
    for (const name of ['a', 'b', 'c'])
      expect(looks.filter((look) => look.name === name).length).toBeGreaterThan(STREAMS.length / 6);
  });

  it('is not looked at by one that cannot tell who is alive, and the others do not wait for it', async () => {
    const { looks, hint, pass } = hearing(['a', 'b'], (name) => name === 'b');
    hint({ streams: STREAMS, left: true });
    await pass(1_000);
    expect(looks.map(({ name }) => name)).toEqual(STREAMS.map(() => 'b'));
    expect(Math.max(...looks.map(({ atMs }) => atMs))).toBeLessThan(2 * TURN_MS);
  });

  it('is looked at once where it is told again meanwhile, and again later, also after a failure', async () => {
    const { looks, hint, pass, again, failFromNowOn } = hearing(['a', 'b']);
    hint({ streams: STREAMS, left: true });
    hint({ streams: [...STREAMS, ...STREAMS], left: true });
    await pass(1_000);
    expect(looks).toHaveLength(2 * STREAMS.length);
    failFromNowOn();
    for (let times = 0; times < 2; times += 1) {
      again();
      hint({ streams: STREAMS, left: true });
      await pass(1_000);
      expect(looks).toHaveLength(2 * STREAMS.length);
    }
  });

  it('is nobody’s any more once they have stopped', async () => {
    const { looks, hint, pass, stop } = hearing(['a', 'b']);
    hint({ streams: STREAMS, left: true });
    await pass(TURN_MS / 2);
    stop();
    hint({ streams: ['action-default.late'], left: true });
    await pass(1_000);
    expect(looks).toHaveLength(STREAMS.length);
  });

  it.each([
    { streams: ['action-default.1'] },
    { streams: ['action-default.1'], left: false },
    { streams: 'action-default.1', left: true },
    { streams: ['x'.repeat(201)], left: true },
    { streams: ['action-default.1'], left: true, more: 'x'.repeat(70_000) },
  ])('is told in a certain form: anything else is passed over (%#)', async (body) => {
    const { looks, hint, pass } = hearing(['a']);
    hint(body);
    await pass(1_000);
    expect(looks).toEqual([]);
  });
});
