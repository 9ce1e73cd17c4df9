import type { BusReply } from '@action-do/messaging';
import { HandClock } from './hand-clock.contract.js';
import { OpenTries } from './open-tries.js';

const reply = (name: string): BusReply => ({ payload: new TextEncoder().encode(name), headers: {} });
const [first, second] = [reply('first'), reply('second')];
const yes = (): boolean => true;
const never = new Promise<never>(() => {});

describe('the tries of one question', () => {
  it('have one answer, which is the first, also where it came while nobody waited', async () => {
    const clock = new HandClock();
    const tries = new OpenTries(clock);
    expect(await clock.reach(tries.make(never, yes, 100))).toEqual({ kind: 'silent' });
    tries.answerAll(first);
    tries.answerAll(second);
    for (const said of [
      tries.pause(1_000),
      tries.last(1_000),
      tries.make(Promise.resolve(second), yes, 1_000),
    ])
      expect(await said).toEqual({ kind: 'answer', reply: first });
    expect([clock.nowMs(), clock.armed]).toEqual([100, 0]);
  });

  it('may fail once there is an answer, and nobody is told', async () => {
    const tries = new OpenTries(new HandClock());
    tries.answerAll(first);
    const failing = tries.make(Promise.reject(new Error('too late')), yes, 1_000);
    expect(await failing).toEqual({ kind: 'answer', reply: first });
  });

  it('are waited for at the end as long as one is open, and how the last of them ended is told', async () => {
    const clock = new HandClock();
    const tries = new OpenTries(clock);
    const error = new Error('closed');
    const failing = new Promise<BusReply>((_, reject) => clock.after(500, () => reject(error)));
    await clock.reach(tries.make(failing, yes, 100));
    expect(await clock.reach(tries.last(5_000))).toEqual({ kind: 'failed', error });
    expect(clock.nowMs()).toBe(500);
    expect(await tries.last(5_000)).toEqual({ kind: 'silent' });
  });
});
