import { definiteWord, type Patience, patience, patienceAtTakeover } from './definite-word.js';
import type { Said } from './worker-link.js';

/** Hears these answers, the last of them for ever, and tells how long it paused between the questions. */
async function hearing(patient: Patience, ...answers: readonly Said['kind'][]) {
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
  const word = await definiteWord(ask, patient, clock, new AbortController().signal);
  return { kind: word.kind, asked, pauses };
}

describe('an attempt counts as lost', () => {
  it('when nobody listens, twice, a lease apart', async () => {
    expect(await hearing(patience(2_000), 'nobody')).toEqual({ kind: 'lost', asked: 2, pauses: [2_000] });
  });

  it('when somebody listens and nobody knows of it, three times', async () => {
    expect(await hearing(patience(2_000), 'silent')).toEqual({ kind: 'lost', asked: 3, pauses: [] });
  });

  it('never because of trouble with the bus', async () => {
    const said = await hearing(patience(2_000), ...Array<'trouble'>(50).fill('trouble'), 'nobody', 'running');
    expect([said.kind, said.asked]).toEqual(['running', 52]);
  });

  it.each([100, 300, 749])(
    'not before a worker that lost its connection can be back, with a lease of %d ms',
    async (leaseMs) => {
      const nobody = await hearing(patience(leaseMs), 'nobody');
      expect(nobody.pauses).toEqual([1_500]);
      const silent = await hearing(patience(leaseMs), 'silent');
      expect(silent.asked * patience(leaseMs).askMs).toBe(1_500);
    },
  );

  it('as soon as two leases have passed, where those are longer', () => {
    expect(patience(3_000).askMs * 3).toBe(6_000);
  });
});

describe('an attempt of an executor that was silent for a lease counts as lost', () => {
  it.each([2_000, 30_000])('within 0.3 s, with a lease of %d ms', async (leaseMs) => {
    const patient = patienceAtTakeover(leaseMs);
    expect(patient.askMs * (await hearing(patient, 'silent')).asked).toBe(300);
    expect((await hearing(patient, 'nobody')).pauses).toEqual([300]);
  });

  it.each([100, 300, 1_199])(
    'not before a worker that lost its connection with it can be back, with a lease of %d ms',
    async (leaseMs) => {
      const patient = patienceAtTakeover(leaseMs);
      const { asked } = await hearing(patient, 'silent');
      expect(leaseMs + asked * patient.askMs).toBeGreaterThanOrEqual(1_500);
      expect(leaseMs + patient.nobodyMs).toBeGreaterThanOrEqual(1_500);
    },
  );

  it('never because of trouble with the bus', async () => {
    const said = await hearing(patienceAtTakeover(2_000), ...Array<'trouble'>(50).fill('trouble'), 'running');
    expect([said.kind, said.asked]).toEqual(['running', 51]);
  });
});
