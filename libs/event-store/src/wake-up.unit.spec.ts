import { getEventListeners } from 'node:events';
import { WakeUp } from './wake-up.js';

describe('wake-up', () => {
  it('wakes everyone who waits, once', async () => {
    const wakeUp = new WakeUp();
    const { signal } = new AbortController();
    const both = [wakeUp.wait(signal), wakeUp.wait(signal)];
    wakeUp.notify();
    await Promise.all(both);
    const later = wakeUp.wait(signal);
    expect(await Promise.race([later, Promise.resolve('still waiting')])).toBe('still waiting');
  });

  it('wakes on abort, also on one that came before', async () => {
    const abort = new AbortController();
    const waiting = new WakeUp().wait(abort.signal);
    abort.abort();
    await waiting;
    await new WakeUp().wait(AbortSignal.abort());
  });

  it('leaves no listener behind, however often it is used', async () => {
    const wakeUp = new WakeUp();
    const { signal } = new AbortController();
    for (let time = 0; time < 20; time += 1) {
      const waiting = wakeUp.wait(signal);
      wakeUp.notify();
      await waiting;
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
