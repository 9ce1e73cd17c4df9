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

  it('tells a listener once that was added twice, and none that another one took out meanwhile', () => {
    const stopper = new Stopper();
    const told: string[] = [];
    const second = (): void => void told.push('second');
    const third = (): void => void told.push('third');
    const first = (): void => {
      told.push('first');
      stopper.removeEventListener('abort', second);
    };
    for (const listener of [first, second, third, third]) stopper.addEventListener('abort', listener);
    stopper.abort('over');
    expect(told).toEqual(['first', 'third']);
  });

  it('tells the others where one throws, and then throws that at whoever stopped it', () => {
    const stopper = new Stopper();
    const told: string[] = [];
    const broken = (): void => {
      throw new Error('broken');
    };
    for (const listener of [broken, () => told.push('the other')])
      stopper.addEventListener('abort', listener);
    expect(() => stopper.abort('over')).toThrow('broken');
    expect([told, stopper.aborted]).toEqual([['the other'], true]);
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
