import fc from 'fast-check';
import { stretches } from './time-bounds.js';

const DAY_MS = 86_400_000;
/** Years before 1970 too: clocks can say anything. */
const time = fc.integer({ min: -4_000 * DAY_MS, max: 40_000 * DAY_MS });
const length = fc.oneof(
  fc.integer({ min: 1, max: 5_000 }),
  fc.integer({ min: 1, max: DAY_MS * 3 }),
  fc.integer({ min: 1, max: DAY_MS * 4_000 }),
);

describe('the stretches of a time range', () => {
  it('lie one behind the other without a gap, cover the range, and little more than it', () => {
    fc.assert(
      fc.property(time, length, (sinceMs, lengthMs) => {
        const untilMs = sinceMs + lengthMs;
        const found = stretches(sinceMs, untilMs).filter(({ from, to }) => from < to);
        let at = found.map(({ unitMs, from }) => unitMs * from)[0] ?? Number.NaN;
        expect(sinceMs - at).toBeGreaterThanOrEqual(0);
        expect(sinceMs - at).toBeLessThan(1_000);
        for (const { unitMs, from, to } of found) {
          expect(from * unitMs).toBe(at);
          at = to * unitMs;
        }
        expect(at - untilMs).toBeGreaterThanOrEqual(0);
        expect(at - untilMs).toBeLessThan(1_000);
      }),
    );
  });

  it('are few, however long the range: days in its middle, what is shorter at its ends', () => {
    fc.assert(
      fc.property(time, length, (sinceMs, lengthMs) => {
        const found = stretches(sinceMs, sinceMs + lengthMs);
        const rows = (unitMs: number): number =>
          found.reduce((sum, each) => sum + (each.unitMs === unitMs ? each.to - each.from : 0), 0);
        expect(rows(1_000)).toBeLessThanOrEqual(122);
        expect(rows(60_000)).toBeLessThanOrEqual(2 * 1_440);
      }),
    );
  });

  it('are none where the range ends before it begins', () => {
    expect(stretches(5, 5)).toEqual([]);
    expect(stretches(DAY_MS * 9, 5)).toEqual([]);
  });
});
