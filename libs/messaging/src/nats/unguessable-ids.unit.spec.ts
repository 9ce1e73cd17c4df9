import { unguessableIds } from './unguessable-ids.js';

describe('ids of requests', () => {
  it('10,000 are all different, whole, and spread over 48 bits', () => {
    const nextId = unguessableIds();
    const ids = Array.from({ length: 10_000 }, () => nextId());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => Number.isSafeInteger(id) && id >= 0 && id < 2 ** 48)).toBe(true);
    expect(Math.max(...ids)).toBeGreaterThan(0.99 * 2 ** 48);
    expect(Math.min(...ids)).toBeLessThan(0.01 * 2 ** 48);
  });
});
