import { AppendUnknown, StoreUnavailable } from '@action-do/event-store';
import { exploreOrders } from './explore-orders.js';
import { SimWorld, type WriteFault } from './sim-world.js';

const event = (n: number) => ({
  id: `00000000-0000-7000-c000-${String(n).padStart(12, '0')}`,
  type: 'Happened',
  data: {},
  metadata: {},
});

async function lengthOf({ log }: SimWorld): Promise<number> {
  let length = 0;
  for await (const _ of log.readStream('s')) length++;
  return length;
}

/** Begins an append and notes what it came to. */
function append(world: SimWorld, owner: string, n = 1): { outcome: string | undefined } {
  const seen: { outcome: string | undefined } = { outcome: undefined };
  world
    .process(owner)
    .store.append('s', [event(n)], 'no-stream')
    .then(
      () => {
        seen.outcome = 'written';
      },
      (error: Error) => {
        seen.outcome = error.name;
      },
    );
  return seen;
}

describe('the simulated world', () => {
  it('lets nothing happen that is not released: first the write, then its answer', async () => {
    const world = new SimWorld();
    const seen = append(world, 'a');
    const states = [];
    for (let [step] = world.steps; step; [step] = world.steps) {
      states.push([step.kind, await lengthOf(world), seen.outcome]);
      await world.release(step);
    }
    expect(states).toEqual([
      ['write', 0, undefined],
      ['answer', 1, undefined],
    ]);
    expect(seen.outcome).toBe('written');
  });

  it.each<[WriteFault, number, string]>([
    ['written-unknown', 1, AppendUnknown.name],
    ['lost-unknown', 0, AppendUnknown.name],
    ['unavailable', 0, StoreUnavailable.name],
  ])('answers a write with a fault: %s', async (fault, length, outcome) => {
    const world = new SimWorld();
    const seen = append(world, 'a');
    const [step] = world.steps;
    if (step) await world.release(step, fault);
    expect([await lengthOf(world), seen.outcome, world.steps]).toEqual([length, outcome, []]);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('gives a crashed process nothing any more; its writes land: %s', async (landing, length) => {
    const world = new SimWorld();
    const { clock } = world.process('a');
    let rung = false;
    clock.after(5, () => {
      rung = true;
    });
    const seen = append(world, 'a');
    world.crash('a', landing);
    clock.after(5, () => {
      rung = true;
    });
    await world.settle();
    expect([await lengthOf(world), seen.outcome, await world.tick(), rung]).toEqual([
      length,
      undefined,
      false,
      false,
    ]);
  });

  it.each([
    ['lands', true, 1],
    ['is lost', false, 0],
  ])(
    'kills the store: a write that waited %s, and its writer is told neither',
    async (_name, lands, length) => {
      const world = new SimWorld();
      const seen = append(world, 'a');
      const noted: boolean[] = [];
      await world.killStore(
        () => lands,
        (kept) => noted.push(kept),
      );
      expect([await lengthOf(world), seen.outcome, world.steps]).toEqual([length, AppendUnknown.name, []]);
      expect(noted).toEqual([lands]);
    },
  );

  it('kills the store: what was acknowledged stays, whether its writer learns of it or not', async () => {
    const world = new SimWorld();
    const seen = append(world, 'a');
    const [write] = world.steps;
    if (write) await world.release(write);
    await world.killStore(
      () => false,
      () => {},
    );
    expect([await lengthOf(world), seen.outcome, world.steps]).toEqual([1, AppendUnknown.name, []]);
  });

  it('kills the store: whoever stands still has not sent what it waits for', async () => {
    const world = new SimWorld();
    append(world, 'a');
    world.pause('a');
    await world.killStore(
      () => false,
      () => {},
    );
    expect(world.steps).toHaveLength(1);
  });

  it('moves time to the next timer, and no further than it is told', async () => {
    const world = new SimWorld();
    const begin = world.nowMs;
    const { clock } = world.process('a');
    const rung: number[] = [];
    for (const ms of [30, 10, 20]) clock.after(ms, () => void rung.push(ms));
    clock.after(15, () => void rung.push(15))();
    expect([await world.tick(10), await world.tick(5), world.nowMs - begin]).toEqual([true, false, 10]);
    await world.run();
    expect([rung, world.nowMs - begin, world.timerCount]).toEqual([[10, 20, 30], 30, 0]);
  });
});

describe('the exploration of orders', () => {
  it('runs every sequence of choices once', async () => {
    const seen: string[] = [];
    const runs = await exploreOrders(async (choose) => {
      const first = choose(2);
      seen.push(first === 0 ? `${first}${choose(3)}` : `${first}`);
    }, 100);
    expect([runs, seen]).toEqual([4, ['00', '01', '02', '1']]);
  });

  it('names the choices of a run that fails, and stops where there are too many', async () => {
    const fail = exploreOrders(async (choose) => {
      if (choose(2) + choose(2) === 2) throw new Error('both');
    }, 100);
    await expect(fail).rejects.toThrow('run 4, choices 1 1: both');
    await expect(exploreOrders(async (choose) => void choose(9), 5)).rejects.toThrow('more than 5 orders');
  });
});
