import { askTimeoutMs, definiteWord } from './definite-word.js';
import type { Said } from './worker-link.js';

/** Hears these answers, the last of them for ever, and tells how long it paused between the questions. */
async function hearing(leaseMs: number, ...answers: readonly Said['kind'][]) {
  const pauses: number[] = [];
  const clock = {
    nowMs: () => 0,
    after: (ms: number, callback: () => void) => {
      pauses.push(ms);
      queueMicrotask(callback);
      return () => {};
    },
  };
  let asked = 0;
  const ask = async () => ({ kind: answers[Math.min(asked++, answers.length - 1)] }) as Said;
  const word = await definiteWord(ask, leaseMs, clock, new AbortController().signal);
  return { kind: word.kind, asked, pauses };
}

describe('an attempt counts as lost', () => {
  it('when nobody listens, twice, a lease apart', async () => {
    expect(await hearing(2_000, 'nobody')).toEqual({ kind: 'lost', asked: 2, pauses: [2_000] });
  });

  it('when somebody listens and nobody knows of it, three times', async () => {
    expect(await hearing(2_000, 'silent')).toEqual({ kind: 'lost', asked: 3, pauses: [] });
  });

  it('never because of trouble with the bus', async () => {
    const said = await hearing(2_000, ...Array<'trouble'>(50).fill('trouble'), 'nobody', 'running');
    expect([said.kind, said.asked]).toEqual(['running', 52]);
  });

  it.each([100, 300, 749])(
    'not before a worker that lost its connection can be back, with a lease of %d ms',
    async (leaseMs) => {
      const nobody = await hearing(leaseMs, 'nobody');
      expect(nobody.pauses).toEqual([1_500]);
      const silent = await hearing(leaseMs, 'silent');
      expect(silent.asked * askTimeoutMs(leaseMs)).toBe(1_500);
    },
  );

  it('as soon as two leases have passed, where those are longer', () => {
    expect(askTimeoutMs(3_000) * 3).toBe(6_000);
  });
});
