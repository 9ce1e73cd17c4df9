import fc from 'fast-check';
import { backoffMs, notTakenMs } from './backoff.js';

const policy = { attemptsMax: 10, initialDelayMs: 100, delayMsMax: 1_000, factor: 2 };
const JUST_BELOW_1 = 1 - 2 ** -53;

describe('the delay before the next attempt', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [4, 800],
    [5, 1_000],
    [100, 1_000],
  ])('after attempt %i is anything below %i ms: full jitter', (attempt, ceiling) => {
    expect(backoffMs(policy, attempt, 0)).toBe(0);
    expect(backoffMs(policy, attempt, 0.5)).toBe(ceiling / 2);
    expect(backoffMs(policy, attempt, JUST_BELOW_1)).toBe(ceiling - 1);
  });

  it('stays within its bounds, in whole milliseconds, for every policy', () => {
    const policies = fc.record({
      attemptsMax: fc.integer({ min: 1, max: 100 }),
      initialDelayMs: fc.nat({ max: 10_000 }),
      delayMsMax: fc.nat({ max: 100_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
    });
    const random = fc.double({ min: 0, max: JUST_BELOW_1, noNaN: true });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 100 }), random, (given, attempt, chance) => {
        const ms = backoffMs(given, attempt, chance);
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(given.delayMsMax);
      }),
    );
  });

  it('is none where the policy wants none', () => {
    expect(backoffMs({ ...policy, initialDelayMs: 0 }, 100, 0.9)).toBe(0);
  });
});

describe('the delay before what nobody took is offered again', () => {
  const LONG_MS = 31 * 24 * 3_600_000;

  it.each([
    [1, 100],
    [2, 200],
    [9, 25_600],
    [10, 30_000],
    [10_000, 30_000],
  ])('after the %i. time is between half and all of %i ms, whatever the policy says', (times, ceiling) => {
    expect(notTakenMs(times, LONG_MS, 0)).toBe(ceiling / 2);
    expect(notTakenMs(times, LONG_MS, 0.5)).toBe((ceiling / 4) * 3);
    expect(notTakenMs(times, LONG_MS, JUST_BELOW_1)).toBeLessThanOrEqual(ceiling);
  });

  it('is half of the time that is left where that is less, and never none: so it comes to an end before the deadline', () => {
    let leftMs = 20_000;
    let offers = 0;
    for (; leftMs > 0; offers++) leftMs -= notTakenMs(10 + offers, leftMs, 0.5);
    expect([offers, leftMs]).toEqual([16, 0]);
  });
});
