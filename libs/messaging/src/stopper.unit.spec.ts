import { Stopper } from './stopper.js';

describe('what stops a wait', () => {
  it('tells each listener once, with the first reason', () => {
    const stopper = new Stopper();
    const told: unknown[] = [];
    stopper.addEventListener('abort', () => told.push(stopper.reason), { once: true });
    stopper.addEventListener('abort', () => told.push('another'), { once: true });
    expect([stopper.aborted, stopper.reason]).toEqual([false, undefined]);
    stopper.abort('first');
    stopper.abort('second');
    expect([told, stopper.aborted, stopper.reason]).toEqual([['first', 'another'], true, 'first']);
  });

  it('tells nobody who has left, or who comes when it is over', () => {
    const stopper = new Stopper();
    const told: string[] = [];
    const leaves = (): void => void told.push('left');
    stopper.addEventListener('abort', leaves, { once: true });
    stopper.removeEventListener('abort', leaves);
    stopper.abort('over');
    stopper.addEventListener('abort', () => told.push('late'), { once: true });
    expect(told).toEqual([]);
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('has a signal for whoever looks, be it %s it was stopped', (_, looksFirst) => {
    const stopper = new Stopper();
    if (looksFirst) expect(stopper.signal.aborted).toBe(false);
    stopper.abort('over');
    expect([stopper.signal.aborted, stopper.signal.reason]).toEqual([true, 'over']);
    expect(stopper.signal).toBe(stopper.signal);
  });
});
