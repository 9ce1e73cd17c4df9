import { systemSubjects } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import { SimBus } from '../testing/sim-bus.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import { Orphans } from './orphans.js';

const RANK_MS = 150;
const STREAMS = Array.from({ length: 60 }, (_, n) => `action-default.${n}`);

interface Look {
  readonly name: string;
  readonly stream: string;
  readonly afterMs: number;
}

interface Given {
  /** Whether it can tell who is alive. */
  readonly knows?: (name: string) => boolean;
  readonly recover?: (look: Look) => Promise<void>;
}

/** Executors that hear the same hints, and when each of them looked at which stream. */
function hearing(names: readonly string[], { knows = () => true, recover = async () => {} }: Given = {}) {
  const world = new SimWorld();
  const bus = new SimBus(world);
  const looks: Look[] = [];
  let hintedMs = world.nowMs;
  const listeners = names.map((name) => {
    const living = () => (knows(name) ? names.filter((other) => other !== name) : null);
    const look = async (stream: string): Promise<void> => {
      const seen = { name, stream, afterMs: world.nowMs - hintedMs };
      looks.push(seen);
      await recover(seen);
    };
    const { clock } = world.process(name);
    return new Orphans({ bus, clock, logger: silent, name, living, recover: look });
  });
  for (const listener of listeners) listener.start();
  const hint = (body: object): void => {
    hintedMs = world.nowMs;
    bus.publish(systemSubjects.recover, new TextEncoder().encode(JSON.stringify(body)));
  };
  const pass = async (ms: number): Promise<void> => {
    const untilMs = world.nowMs + ms;
    do await world.settle();
    while (await world.tick(untilMs - world.nowMs));
    world.nowMs = untilMs;
  };
  const stop = (): void => {
    for (const listener of listeners) listener.stop();
  };
  const of = (stream: string) => looks.filter((look) => look.stream === stream).map(({ afterMs }) => afterMs);
  return { looks, of, hint, pass, stop };
}

describe('an orphan (O1)', () => {
  it('is looked at by each that hears of it, one behind the other', async () => {
    const { of, hint, pass } = hearing(['a', 'b', 'c']);
    hint({ streams: STREAMS, orphaned: true });
    await pass(1_000);
    for (const stream of STREAMS) {
      const [first = Number.NaN, ...others] = of(stream).toSorted((a, b) => a - b);
      expect(others.map((ms) => ms - first)).toEqual([RANK_MS, 2 * RANK_MS]);
    }
  });

  it('is another one’s first for each stream: the load is shared', async () => {
    const { looks, hint, pass } = hearing(['a', 'b', 'c']);
    hint({ streams: STREAMS, orphaned: true });
    await pass(RANK_MS / 2);
    expect(looks).toHaveLength(STREAMS.length);
    for (const name of ['a', 'b', 'c'])
      expect(looks.filter((look) => look.name === name).length).toBeGreaterThan(STREAMS.length / 6);
  });

  it('waits for no more than three of them, however many cannot perform it', async () => {
    const many = Array.from({ length: 40 }, (_, n) => `e${n}`);
    const { looks, of, hint, pass } = hearing(many);
    hint({ streams: STREAMS, orphaned: true });
    await pass(1_000);
    expect(looks).toHaveLength(many.length * STREAMS.length);
    for (const stream of STREAMS) expect(Math.max(...of(stream)) - Math.min(...of(stream))).toBe(3 * RANK_MS);
  });
});

it('one that cannot tell who is alive does not look (O2), and the others wait for it for one turn at most', async () => {
  const { looks, hint, pass } = hearing(['a', 'b'], { knows: (name) => name === 'b' });
  hint({ streams: STREAMS, orphaned: true });
  await pass(1_000);
  expect(looks.map(({ name }) => name)).toEqual(STREAMS.map(() => 'b'));
  expect(Math.max(...looks.map(({ afterMs }) => afterMs))).toBeLessThan(2 * RANK_MS);
});

describe('orphans of an executor that held many (O3)', () => {
  it('are looked at several at once, and never more than that, however often they are told of', async () => {
    let reading = 0;
    let most = 0;
    const read: (() => void)[] = [];
    const recover = async (): Promise<void> => {
      reading += 1;
      most = Math.max(most, reading);
      await new Promise<void>((done) => read.push(done));
      reading -= 1;
    };
    const { looks, hint, pass } = hearing(['a'], { recover });
    hint({ streams: STREAMS.slice(0, 30), orphaned: true });
    hint({ streams: STREAMS, orphaned: true });
    await pass(0);
    expect(reading).toBe(16);
    while (read.length > 0) {
      read.shift()?.();
      await pass(0);
    }
    expect([most, looks.length]).toEqual([16, STREAMS.length]);
  });

  it('do not wait for one of them that takes long, and are looked at again when they are told of again', async () => {
    const recover = ({ stream }: Look) =>
      stream === STREAMS[0] ? new Promise<void>(() => {}) : Promise.resolve();
    const { of, hint, pass } = hearing(['a'], { recover });
    for (let times = 0; times < 3; times += 1) {
      hint({ streams: STREAMS, orphaned: true });
      await pass(250);
    }
    expect(STREAMS.map((stream) => of(stream).length)).toEqual(STREAMS.map((_, n) => (n === 0 ? 1 : 3)));
  });

  it('are looked at again also where the log was away', async () => {
    const { looks, hint, pass } = hearing(['a'], { recover: () => Promise.reject(new Error('away')) });
    hint({ streams: STREAMS, orphaned: true });
    await pass(250);
    hint({ streams: STREAMS, orphaned: true });
    await pass(250);
    expect(looks).toHaveLength(2 * STREAMS.length);
  });

  it('are remembered up to a bound', async () => {
    const read: (() => void)[] = [];
    const recover = () => new Promise<void>((done) => read.push(done));
    const { looks, hint, pass } = hearing(['a'], { recover });
    for (let first = 0; first < 5_120; first += 256)
      hint({ streams: Array.from({ length: 256 }, (_, n) => `action-default.${first + n}`), orphaned: true });
    await pass(0);
    while (read.length > 0) {
      for (const done of read.splice(0)) done();
      await pass(0);
    }
    expect(looks).toHaveLength(4_096);
  });
});

it('whoever has stopped looks at nothing any more, also where it was its turn soon', async () => {
  const { looks, hint, pass, stop } = hearing(['a', 'b']);
  hint({ streams: STREAMS, orphaned: true });
  await pass(RANK_MS / 2);
  stop();
  hint({ streams: ['action-default.late'], orphaned: true });
  await pass(1_000);
  expect(looks).toHaveLength(STREAMS.length);
});

it.each([
  { streams: ['action-default.1'] },
  { streams: ['action-default.1'], orphaned: false },
  { streams: 'action-default.1', orphaned: true },
  { streams: ['x'.repeat(201)], orphaned: true },
  { streams: ['action-default.1'], orphaned: true, more: 'x'.repeat(70_000) },
])('what is no hint at orphans is passed over (%#)', async (body) => {
  const { looks, hint, pass } = hearing(['a']);
  hint(body);
  await pass(1_000);
  expect(looks).toEqual([]);
});
