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

  it('finds the attempt that was remembered last of an execution', () => {
    const some = memory({});
    for (const key of ['exe_1 1', 'exe_1 2', 'exe_2 9']) some.remember(key, outcome());
    expect(some.newestKey('exe_1 ')).toBe('exe_1 2');
    expect(some.newestKey('exe_3 ')).toBeUndefined();
  });
});
