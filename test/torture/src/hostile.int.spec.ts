import { randomInt } from 'node:crypto';
import { hostile } from './hostile/hostile-mode.js';

describe('three thousand generated hostile requests', () => {
  it('are all refused with 4xx, append nothing to an action stream, and leave the process alive and serving', async () => {
    const seed = randomInt(2 ** 31);
    const { violations } = await hostile.run({ seed, rounds: 3_000, say: () => {} });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }, 120_000);
});
