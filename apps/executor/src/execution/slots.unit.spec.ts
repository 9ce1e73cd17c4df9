import { type Slot, Slots } from './slots.js';

const never = new Promise<void>(() => {});
/** Lets whoever was given a slot begin. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('slots', () => {
  it('are free again while a handler goes on after its timeout, up to as many handlers as there are slots', () => {
    const slots = new Slots(2);
    const giveUp = (ended: Promise<void>): boolean => {
      const slot = slots.tryTake();
      if (slot) slots.giveBackOverdue(slot, ended);
      return slot !== null;
    };
    expect([giveUp(never), giveUp(never), giveUp(never), giveUp(never)]).toEqual([true, true, true, true]);
    expect(slots.tryTake()).toBeNull();
  });

  it('that an overdue handler kept are free when it ends', async () => {
    const slots = new Slots(1);
    const give = (ended: Promise<void>): void => {
      const slot = slots.tryTake();
      if (slot) slots.giveBackOverdue(slot, ended);
    };
    give(never);
    const ended = Promise.resolve();
    give(ended);
    expect(slots.tryTake()).toBeNull();
    await ended;
    expect(slots.tryTake()).not.toBeNull();
  });

  it('that wait for their own action let others by, and are taken in the order in which they came', async () => {
    const slots = new Slots(3);
    const lane = { name: 'pay@1', limit: 1 };
    const first = slots.tryTake(lane);
    expect(slots.tryTake(lane)).toBeNull();
    const order: string[] = [];
    for (const name of ['second', 'third'])
      void slots.take(lane).then((slot) => {
        order.push(name);
        slot.release();
      });
    const others = [slots.tryTake(), slots.tryTake()];
    expect(others.map((slot) => slot !== null)).toEqual([true, true]);
    first?.release();
    await Promise.resolve();
    expect(order).toEqual(['second']);
    await Promise.resolve();
    expect(order).toEqual(['second', 'third']);
    for (const slot of others) slot?.release();
    await slots.idle();
  });

  it('are not given to who waits no longer', async () => {
    const slots = new Slots(1);
    const held = slots.tryTake();
    const [over, later] = [new AbortController(), new AbortController()];
    const waits = [over, later].map(({ signal }) => slots.take(null, signal));
    over.abort();
    expect(await waits[0]).toBeNull();
    held?.release();
    const slot = await waits[1];
    later.abort();
    expect(slots.tryTake()).toBeNull();
    slot?.release();
    expect(await slots.take(null, over.signal)).not.toBeNull();
  });

  it('of an action whose code was replaced are free of what hangs in the former, and of nothing else', async () => {
    const slots = new Slots(5);
    const lane = { name: 'pay@1', limit: 2 };
    const [hung, slow] = [slots.tryTake(lane), slots.tryTake(lane)];
    if (hung) slots.giveBackOverdue(hung, never);
    slots.codeReplaced('mail@1', 2);
    expect(slots.tryTake(lane)).toBeNull();
    const waiting = slots.take(lane);
    slots.codeReplaced(lane.name, lane.limit);
    await waiting;
    expect(slots.tryTake(lane)).toBeNull();
    if (slow) slots.giveBackOverdue(slow, never);
    expect(slots.tryTake(lane)).not.toBeNull();
    expect(slots.tryTake(lane)).toBeNull();
  });

  it('of an action whose new code runs fewer at once are as few for those who wait already', async () => {
    const slots = new Slots(10);
    const former = { name: 'pay@1', limit: 3 };
    const running = [1, 2, 3].map(() => slots.tryTake(former));
    const begun: Slot[] = [];
    for (let waiting = 0; waiting < 3; waiting++)
      void slots.take(former).then((slot) => {
        begun.push(slot);
      });
    slots.codeReplaced(former.name, 1);
    for (const slot of running) slot?.release();
    await settle();
    expect([begun.length, slots.tryTake(former), slots.tryTake({ ...former, limit: 1 })]).toEqual([
      1,
      null,
      null,
    ]);
    begun[0]?.release();
    await settle();
    expect(begun).toHaveLength(2);
  });

  it('of an action whose new code runs more at once are for those who wait already, and then for who comes', async () => {
    const slots = new Slots(10);
    const former = { name: 'pay@1', limit: 1 };
    const held = slots.tryTake(former);
    let begun = 0;
    for (let waiting = 0; waiting < 3; waiting++)
      void slots.take(former).then(() => {
        begun += 1;
      });
    slots.codeReplaced(former.name, 3);
    await settle();
    expect([begun, slots.tryTake({ ...former, limit: 3 })]).toEqual([2, null]);
    held?.release();
    await settle();
    expect([begun, slots.tryTake({ ...former, limit: 3 })]).toEqual([3, null]);
  });

  it('that become free go past those who wait for their own action', async () => {
    const slots = new Slots(2);
    const lane = { name: 'pay@1', limit: 1 };
    const [own, other] = [slots.tryTake(lane), slots.tryTake()];
    const order: string[] = [];
    void slots.take(lane).then(() => order.push('of the action'));
    void slots.take().then(() => order.push('of any'));
    other?.release();
    await Promise.resolve();
    expect(order).toEqual(['of any']);
    own?.release();
    await Promise.resolve();
    expect(order).toEqual(['of any', 'of the action']);
  });

  it('of an action are taken until its handler ends, though it was given up', async () => {
    const slots = new Slots(2);
    const lane = { name: 'pay@1', limit: 1 };
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const slot = slots.tryTake(lane);
    if (slot) slots.giveBackOverdue(slot, ended);
    expect(slots.tryTake(lane)).toBeNull();
    expect([slots.tryTake(), slots.tryTake()]).not.toContain(null);
    const waiting = slots.take(lane);
    end();
    await ended;
    expect(slots.tryTake(lane)).toBeNull();
    void waiting;
  });
});
