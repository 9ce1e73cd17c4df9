import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outcomeOf } from './outcome.js';
import { MEMORY_LIMITS, OutcomeMemory } from './outcome-memory.js';

const outcome = (length = 0) => outcomeOf({ ok: true, text: JSON.stringify('x'.repeat(length)) });

describe('the memory of outcomes', () => {
  let nowMs: number;
  const memory = (over: Partial<typeof MEMORY_LIMITS>) =>
    new OutcomeMemory({ ...MEMORY_LIMITS, ...over }, () => nowMs);
  beforeEach(() => {
    nowMs = 0;
  });

  it('forgets the oldest beyond its number', () => {
    const few = memory({ count: 2 });
    for (const key of ['a', 'b', 'c']) few.remember(key, outcome());
    expect(['a', 'b', 'c'].map((key) => few.find(key) !== undefined)).toEqual([false, true, true]);
  });

  it('forgets the oldest beyond its bytes, as many as it takes', () => {
    const small = memory({ bytes: 100 });
    for (const key of ['a', 'b', 'c']) small.remember(key, outcome(20));
    small.remember('d', outcome(70));
    expect(['a', 'b', 'c', 'd'].map((key) => small.find(key) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('counts what is remembered anew once', () => {
    const small = memory({ bytes: 100 });
    small.remember('a', outcome(40));
    for (let i = 0; i < 10; i++) small.remember('b', outcome(40));
    expect(small.find('a')).toBeDefined();
    expect(small.count).toBe(2);
  });

  it('does not know what is older than its age, and lets go of it', () => {
    const short = memory({ ageMs: 10 });
    short.remember('a', outcome());
    nowMs = 10;
    expect(short.find('a')).toBeUndefined();
    short.remember('b', outcome());
    expect(short.count).toBe(1);
  });

  it('keeps nothing of what it forgot, and its order over thousands', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const small = memory({ bytes: 1_000_000, count: 500 });
    small.remember('first', outcome());
    collect();
    const { heapUsed } = process.memoryUsage();
    // 100 KB each, of which ten are known at a time.
    for (let n = 0; n < 800; n += 1) small.remember(`large ${n}`, outcome(100_000));
    collect();
    expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(10_000_000);
    expect(small.find('large 799')).toBeDefined();
    for (let n = 0; n < 5_000; n += 1) small.remember(`tiny ${n % 700}`, outcome());
    expect(small.count).toBe(500);
    const known = Array.from({ length: 700 }, (_, n) => `tiny ${n}`).filter((key) => small.find(key));
    // The last that was remembered is number 99.
    const newest = Array.from({ length: 500 }, (_, n) => `tiny ${(700 + 99 - n) % 700}`);
    expect(known.sort()).toEqual(newest.sort());
    expect(small.newestKey('tiny ')).toBe('tiny 99');
  });

  it('finds the attempt that was remembered last of an execution', () => {
    const some = memory({});
    for (const key of ['exe_1 1', 'exe_1 2', 'exe_2 9']) some.remember(key, outcome());
    expect(some.newestKey('exe_1 ')).toBe('exe_1 2');
    expect(some.newestKey('exe_3 ')).toBeUndefined();
  });
});
