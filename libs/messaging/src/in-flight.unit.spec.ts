import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { InFlight } from './in-flight.js';

/** Full, or of the young generation alone. */
function collector(): (options?: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

describe('what is in flight', () => {
  it('is found by its name, in the order in which it came, until it is taken out', () => {
    const flight = new InFlight<string, number>();
    for (const [name, value] of [
      ['b', 1],
      ['a', 2],
      ['b', 3],
    ] as const)
      flight.set(name, value);
    expect([flight.size, flight.get('b'), flight.has('a'), flight.has('c')]).toEqual([2, 3, true, false]);
    expect([flight.keys(), flight.values()]).toEqual([
      ['b', 'a'],
      [3, 2],
    ]);
    expect([flight.delete('b'), flight.delete('b'), flight.get('b'), flight.size]).toEqual([
      3,
      undefined,
      undefined,
      1,
    ]);
    expect([flight.keys(), flight.values()]).toEqual([['a'], [2]]);
  });

  it('leaves nothing behind for the small collections when it is taken out', () => {
    const collect = collector();
    const flight = new InFlight<number, number[]>();
    const pass = (from: number, count: number): void => {
      for (let n = from; n < from + count; n += 1) {
        flight.set(
          n,
          Array.from({ length: 250 }, () => n),
        );
        if (n >= 8) flight.delete(n - 8);
      }
    };
    pass(0, 100);
    // Its table is of the old generation from now on.
    collect();
    const { heapUsed } = process.memoryUsage();
    for (let n = 100; n < 10_100; n += 1_000) {
      pass(n, 1_000);
      collect({ type: 'minor' });
    }
    // Each value has 2 KB, and 20 MB have passed.
    expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(10_000_000);
  });
});
