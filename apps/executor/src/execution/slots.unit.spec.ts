import { Slots } from './slots.js';

const never = new Promise<void>(() => {});

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
});
